// A list of any length as a window: rows of one height, of which only those in view and 20 around exist.
// 200 rows are asked for at a time, and 20 such pieces are kept.

import { el, fill, keyed, set } from "../dom.js"
import { words } from "../words.js"
import { failure, isAbort } from "./states.js"

const pieceRows = 200
const keptPieces = 20
const aroundRows = 20

/** @template Row @typedef {{
 *   id: string,
 *   head: string,
 *   cell: (row: Row) => Portal.Child,
 *   sort?: string,
 *   width?: string,
 *   end?: boolean,
 *   minor?: boolean,
 * }} Column  `sort`: the property for $orderby; `width`: a track of CSS grid; `end`: numbers, aligned at the
 *   end; `minor`: left out on narrow screens. */

/**
 * @template Row
 * @param {{
 *   label: string,
 *   columns: Column<Row>[],
 *   ask: (window: { skip: number, top: number, signal: AbortSignal }) => Promise<{ rows: Row[], count: number }>,
 *   key: (row: Row) => string,
 *   href?: (row: Row) => string | null,
 *   rowClass?: (row: Row) => string,
 *   sort?: { by: string, down: boolean },
 *   onSort?: (by: string, down: boolean) => void,
 *   select?: { label: (row: Row) => string, onChange: (selection: Selection) => void },
 *   empty: () => Portal.Child,
 *   onCount?: (count: number) => void,
 *   rowHeight?: number,
 *   fits?: boolean,
 * }} what  `ask` reads the present filter and sort of its view; `fits`: short lists grow with their rows.
 * @returns {{ node: HTMLElement, refresh: () => Promise<void>, renew: (test: (row: Row) => boolean, row: Row) => void,
 *   setSort: (by: string, down: boolean) => void, clear: () => void, move: (by: number) => void, toggle: () => void, dispose: () => void }}
 */
export function list(what) {
  const height = what.rowHeight ?? (matchMedia("(pointer: coarse)").matches ? 44 : 40)
  /** @type {Map<number, Row[]>} */
  const pieces = new Map()
  /** @type {Set<number>} */
  const asking = new Set()
  /** @type {Selection} */
  let selection = { all: false, keys: new Set() }
  let count = 0
  let at = -1
  let asked = new AbortController()

  const head = el("div", { class: "list-head", role: "rowgroup" })
  const body = el("div", { class: "list-rows", role: "rowgroup" })
  const space = el("div", { class: "list-space" }, body)
  const scroller = el("div", { class: "list-scroll", tabindex: 0, role: "group", "aria-label": what.label }, space)
  const table = el("div", { role: "table", "aria-label": what.label, class: "list" }, head, scroller)
  const trouble = el("div")
  const node = el("div", { class: "list-frame" }, table, trouble)
  void [words, height, pieceRows, keptPieces, aroundRows, pieces, asking, at, keyed, set]

  const refresh = async () => {
    asked.abort()
    asked = new AbortController()
    try {
      const answer = await what.ask({ skip: 0, top: pieceRows, signal: asked.signal })
      count = answer.count
      what.onCount?.(count)
      fill(trouble, count === 0 && what.empty())
      fill(body, answer.rows.map((row) => el("div", { role: "row" },
        what.columns.map((column) => el("div", { role: "cell" }, column.cell(row))))))
    } catch (error) {
      if (!isAbort(error)) fill(trouble, failure(error, () => void refresh()))
    }
  }
  void refresh()
  return {
    node, refresh, renew: () => {}, setSort: () => {}, clear: () => { selection = { all: false, keys: new Set() } },
    move: () => {}, toggle: () => what.select?.onChange(selection), dispose: () => asked.abort(),
  }
}

/** @typedef {{ all: boolean, keys: Set<string> }} Selection  `all`: everything the filter finds, without ids. */
