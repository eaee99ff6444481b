// What parts are given and what pages share, for the type check only; not served.

declare namespace Parts {
  type Child = Portal.Child

  interface Column<Row> {
    cell: (row: Row) => Child
    /** The property for `$orderby`. */
    sort?: string
    /** A track of CSS grid. */
    width?: string
    /** Numbers, aligned at the end. */
    end?: boolean
    /** Left out of cards. */
    minor?: boolean
  }
  /** `all`: everything that the filter finds but `keys`; otherwise `keys` alone. */
  interface Selection { all: boolean, keys: Set<string>, count: number }
  interface List<Row> {
    /** Ends it. */
    signal: AbortSignal
    label: string
    /** Words by the names of columns. */
    heads: Record<string, string>
    /** In their order. */
    columns: Record<string, Column<Row>>
    /** Reads the present filter of its view. */
    ask: (window: { skip: number, top: number, orderby: string | undefined, signal: AbortSignal }) => Promise<{ rows: Row[], count: number }>
    key: (row: Row) => string
    sort?: { by: string, down: boolean }
    onSort?: (by: string, down: boolean) => void
    select?: { label: (row: Row) => string, onChange: (selection: Selection) => void }
    /** The index of the first row from typed letters on. */
    jump?: (letters: string, orderby: string | undefined, signal: AbortSignal) => Promise<number>
    empty: () => Child
    onCount?: (count: number) => void
    cardHeight?: number
  }
  interface More<Row> {
    label: string
    /** Columns in their order; `actions` is only heard. */
    heads: Record<string, string>
    /** Those that are aligned at the end. */
    end?: string[]
    /** Where they are known; else `ask` gets the page before, null for the first. */
    rows?: readonly Row[]
    ask?: (last: Api.Page<Row> | null) => Promise<Api.Page<Row>>
    /** Else the row's `id`. */
    key?: (row: Row) => string
    cells: (row: Row) => Child[]
    keeps?: (row: Row) => boolean
    /** What is said instead of no rows: a sentence, or more. */
    empty?: string | (() => Child)
    select?: { label: (row: Row) => string, onChange: (rows: Row[]) => void }
  }
  interface Picker<Item> {
    label: string
    find: (text: string, signal: AbortSignal) => Promise<readonly Item[]>
    show: (item: Item) => Child
    /** What the field says after the choice. */
    text: (item: Item) => string
    onPick: (item: Item) => void
    placeholder?: string
    /** Empties the field after the choice, to pick several. */
    clears?: boolean
  }
  interface Question {
    title: string
    /** A text alone is a paragraph. */
    body: Child
    /** What the button says; "Close" where there is only something to look at. */
    action?: string
    kind?: "primary" | "danger"
    cancel?: string
    /** Something to look at, with one button that closes it. */
    wide?: boolean
    /** The button acts only once exactly this was typed. */
    typed?: { label: string, expected: string }
    /** Runs while the dialog is open; its failure is shown in it, and the dialog stays. */
    act?: (form: FormData) => Promise<unknown>
  }

  type Level = "year" | "all" | "3d" | "day" | "6h"
  type Measure = "share" | "files" | "bytes"
  /** Heights of 0…1 before the scale (`share`) or amounts; `total` is what the words say. */
  interface Bar { from: number, to: number, up: number, added: number, down: number, total: number, isNotable: boolean }
  interface Mark {
    kind: "notable" | "incident" | "missed" | "weekly" | "damaged" | "partial" | "undo" | "proven"
    from: number
    to: number
    notable?: Api.Notable
    pointId?: string
    count?: number
  }
  /** Weeks before the right part, where the level has them. */
  interface Series { right: Api.ChangeSeries, left: Api.ChangeSeries | null }
  interface TimelineActs { browse?: (moment: string) => void, compare?: () => void, rollBack?: (moment: string) => void }
  interface Timeline {
    /** Ends it. */
    signal: AbortSignal
    right: Api.ChangeSeries
    left?: Api.ChangeSeries | null
    /** The series of the level `all`, for the strip. */
    whole?: Series
    level: Level
    chosen?: { a: string | null, b: string | null }
    lastClean?: string | null
    /** Asked once the points are needed; oldest first. */
    askPoints?: () => Promise<{ at: number }[]>
    label: string
    /** No levels, no choice. */
    fixed?: boolean
    /** Of several accounts, with the share of all files as a second line. */
    many?: boolean
    onChoose?: (which: "a" | "b", moment: string) => void
    onLevel?: (level: Level, end: number) => void
    act?: TimelineActs
  }
  interface Picture extends Series {
    measure: Measure
    marks: Mark[]
    width: number
    isMany: boolean
    lastClean: number | null
    chosen: { a: number | null, b: number | null }
    cursor: number | null
  }
}

declare namespace Views {
  interface Unit { id: string, workload: Api.Workload, displayName: string | null, email: string | null, siteWebUrl: string | null }
  interface Group { id: string, displayName: string, memberCount: number }
  /** A file or folder of a point. */
  interface Item { name: string, itemKey: string, type: string }
  /** Files of a point as they are found in a browse session of it; `at` is the point's moment. */
  interface Place { unit: Unit, session: string, items: Item[], at: string }
  /** Says where files are, once something is asked of them; null where they were not there. */
  type Find = () => Place | null | Promise<Place | null>
  /** What acts on files may use; `note` says below what came of it. */
  interface Hands { signal: AbortSignal, note: Element, mayRestore: boolean }
  /** A plan of the portal or the command line, or a session of another program. */
  interface Begun { id: string, kind: "plan" | "session" }
  interface Job extends Begun {
    what: string, status: string, by: string, from: string, to: string | null, undoUntil: string | null, failed: number
  }
  interface RollBackDraft {
    which: "incident" | "units" | "filter" | "list" | "group"
    incidentId: string | null
    incidentUnits: number | null
    units: Map<string, string>
    filter: string | null
    filterCount: number | null
    list: string
    groupId: string
    when: "lastClean" | "at" | "points"
    at: string
    points: { unitId: string, restorePointId: string }[]
    where: "remove" | "keep" | "new"
  }
  interface PolicyDraft {
    kind: "everything" | "groups" | "words" | "list"
    workload: "all" | Api.Workload
    groups: string[]
    words: string
    list: string
    except: string
    name: string
    period: string
  }
  /** Hears what is being done, for a failure: a part of the words of policies. */
  type Tell = (part: string) => void
}
