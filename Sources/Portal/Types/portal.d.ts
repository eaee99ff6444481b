// The contract between main.js, the views and the parts; for the type check only, not served.

declare namespace Portal {
  /** What an element can hold; texts become text nodes, false and null nothing. */
  type Child = Node | string | number | false | null | undefined | readonly Child[]
  /** What stands in a word: names of texts, and functions that make a text of a value; and what is then given. */
  type Formats = (string | ((value: any) => string))[]
  type Values<F> = { [K in keyof F]: F[K] extends (value: infer V) => string ? V : string }
  type Nodes<F> = { [K in keyof F]: Node | string }
  type Timer = ReturnType<typeof setTimeout> | undefined
  type Words = typeof import("../Files/text/en.js").default
  /** The words of each page; a page adds its line here. */
  interface PageWords {
    overview: typeof import("../Files/text/en/overview.js").default
    accounts: typeof import("../Files/text/en/accounts.js").default
    account: typeof import("../Files/text/en/account.js").default
    incident: typeof import("../Files/text/en/incident.js").default
    browse: typeof import("../Files/text/en/browse.js").default
    search: typeof import("../Files/text/en/search.js").default
    restores: typeof import("../Files/text/en/restores.js").default
    rollback: typeof import("../Files/text/en/rollback.js").default
    policies: typeof import("../Files/text/en/policies.js").default
    activity: typeof import("../Files/text/en/activity.js").default
    health: typeof import("../Files/text/en/health.js").default
    settings: typeof import("../Files/text/en/settings.js").default
  }
  type Phrase = import("../Files/words.js").Phrase

  /** What main.js gives to a view. All of it ends by itself when the page is left. */
  interface Page {
    /** Parts and query of the address. */
    place: import("../Files/routes.js").Place
    /** Aborted when the page is left; give it to every call of api.js. */
    signal: AbortSignal
    me: Api.Me | null
    /** Whether the person holds a permission, such as "Restore.ReadWrite". */
    can(permission: string): boolean
    /** Follows topics of events.js until the page is left. null says: ask again. */
    follow(topics: readonly string[], handler: (change: Api.Change | null) => void): void
    /** Calls `tick` every so many seconds while the page is shown, for ages such as "4 minutes ago". */
    every(seconds: number, tick: () => void): void
    /** Changes the query of the address and keeps the page; null takes one out. */
    setQuery(changes: Record<string, string | null>): void
    /** Goes to another page. */
    go(address: string): void
    /** Loads this page again. */
    reload(): void
    /** Spoken by screen readers, politely; at most one every 15 s is heard. */
    announce(text: string): void
    /** Spoken at once; failures only. */
    alarm(text: string): void
    /** `j`, `k`, `x` and other letters that act on this page; main.js shows them under `?`. */
    keys(keys: Record<string, { words: string, act?: () => void }>): void
  }

  /** What the module of a view exports as default: a function of the page that gives this. */
  interface View<Data> {
    /** The page's name; without data while it loads. */
    title(data?: Data): string
    /** What the heading shows, where that is more than the title: names, moments, marks. */
    heading?(data: Data): Child
    /** Permission without which the page shows who has it, such as "Restore.Read". */
    needs?: string
    /** Heads of columns that the skeleton shows while loading. */
    columns?: string[]
    /** Asks for what the page cannot do without; the rest is asked for in `render` with `later`. */
    load?(): Promise<Data>
    /** What stands below the heading. */
    render(data: Data): Child
    /** What the foot of the page offers as a command; calls are collected by themselves. */
    command?(data: Data): string
  }
}
