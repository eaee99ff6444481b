// A table that grows: pages of a list that can only be followed, such as results and changes. "Show more" asks for the
// next page; with a filter that the server does not know, pages are asked for until enough rows fit.

import { el, fill, set } from "../dom.js"
import { words } from "../words.js"
import { checkBox } from "./list-head.js"
import { failure, isAbort, skeleton } from "./states.js"

const enoughRows = 50

/** @typedef {{ text: string, end?: boolean, away?: boolean }} Head  `away`: for those who do not see the column. */

/**
 * @template Row
 * @param {{
 *   label: string,
 *   heads: (string | Head)[],
 *   ask: (last: Api.Page<Row> | null) => Promise<Api.Page<Row>>,
 *   key: (row: Row) => string,
 *   cells: (row: Row) => Portal.Child[],
 *   keeps?: (row: Row) => boolean,
 *   empty?: () => Portal.Child,
 *   select?: { label: (row: Row) => string, onChange: (rows: Row[]) => void },
 *   onPage?: (rows: Row[]) => void,
 * }} what  `ask` gets the page before, null for the first.
 */
export function more(what) {
  const heads = what.heads.map((head) => (typeof head === "string" ? { text: head } : head))
  const body = el("tbody")
  const table = el("table", { class: "plain-table more", "aria-label": what.label, hidden: true },
    el("thead", null, el("tr", null, what.select && el("th", { scope: "col" }, el("span", { class: "away" }, words.keys.select)),
      heads.map((head) => el("th", { scope: "col", class: [head.end && "end"] }, head.away ? el("span", { class: "away" }, head.text) : head.text)))), body)
  const foot = el("div", { class: "more-foot" })
  const node = el("div", { class: "more-frame", "aria-busy": "true" }, table, foot)
  /** @type {Map<string, { row: Row, node: HTMLTableRowElement, text: string }>} */
  const shown = new Map()
  /** @type {Set<string>} */
  const selected = new Set()
  /** @type {Api.Page<Row> | null} */
  let last = null
  let turn = 0

  /** @param {Row} row */
  function put(row) {
    const key = what.key(row)
    const text = JSON.stringify(row)
    const old = shown.get(key)
    if (old?.text === text) return
    const tr = old?.node ?? el("tr")
    const select = what.select
    fill(tr, select && el("td", { class: "check" }, checkBox(select.label(row), selected.has(key), () => {
      if (!selected.delete(key)) selected.add(key)
      select.onChange(selectedRows())
    })), what.cells(row).map((cell, index) => el("td", { class: [heads[index]?.end && "end"], data: { head: heads[index]?.away ? "" : heads[index]?.text ?? "" } }, cell)))
    if (!old) body.append(tr)
    shown.set(key, { row, node: tr, text })
  }

  const selectedRows = () => [...shown].flatMap(([key, { row }]) => (selected.has(key) ? [row] : []))

  /** Shows what fits the filter; gives how many do. */
  function sift() {
    let fitting = 0
    for (const { row, node } of shown.values()) {
      const fits = what.keeps?.(row) ?? true
      node.hidden = !fits
      if (!fits && node.nextElementSibling?.classList.contains("detail")) node.nextElementSibling.remove()
      fitting += fits ? 1 : 0
    }
    table.hidden = fitting === 0
    return fitting
  }

  /** @param {boolean} fresh @param {number} [wanted] */
  async function load(fresh, wanted = 1) {
    const mine = (turn += 1)
    set(node, { "aria-busy": "true" })
    if (shown.size === 0) fill(foot, skeleton())
    try {
      let fitting = fresh ? 0 : sift()
      const goal = fitting + wanted
      for (let isFirst = fresh; isFirst || last?.["@odata.nextLink"]; isFirst = false) {
        const page = await what.ask(isFirst ? null : last)
        if (mine !== turn) return
        last = page
        what.onPage?.(page.value)
        page.value.forEach(put)
        fitting = sift()
        if (fitting >= goal) break
      }
      draw(fitting)
    } catch (error) {
      if (mine === turn && !isAbort(error)) fill(foot, failure(error, () => void load(fresh, wanted)))
    } finally {
      if (mine === turn) node.removeAttribute("aria-busy")
    }
  }

  /** @param {number} fitting */
  function draw(fitting) {
    const goesOn = Boolean(last?.["@odata.nextLink"])
    if (fitting === 0 && !goesOn) return fill(foot, what.empty?.() ?? el("p", { class: "quiet" }, words.list.none))
    fill(foot, goesOn && el("button", { type: "button", on: { click: () => void load(false, enoughRows) } }, words.list.more),
      el("span", { class: "quiet", role: "status" }, goesOn ? words.list.shownOfMore(fitting) : words.list.rows(fitting)))
  }

  void load(true)
  return {
    node,
    /** Asks for the first page again; rows that are there stay and are renewed. */
    renew: () => load(true),
    /** Begins anew, for another question. */
    reset: () => {
      shown.clear()
      selected.clear()
      last = null
      fill(body)
      what.select?.onChange([])
      return load(true)
    },
    /** The filter changed. */
    sift: () => (sift() < enoughRows && last?.["@odata.nextLink"] ? load(false, enoughRows) : draw(sift())),
    rows: () => [...shown.values()].map(({ row }) => row),
  }
}

// A button that opens a row below its own.
/** @param {Portal.Child} text @param {() => Portal.Child} make @param {{ label?: string, class?: string }} [how] */
export function opener(text, make, how = {}) {
  const act = () => {
    const row = node.closest("tr")
    if (!row) return
    const isOpen = node.getAttribute("aria-expanded") === "true"
    for (const other of row.querySelectorAll('[aria-expanded="true"]')) set(other, { "aria-expanded": "false" })
    if (row.nextElementSibling?.classList.contains("detail")) row.nextElementSibling.remove()
    if (isOpen) return
    set(node, { "aria-expanded": "true" })
    row.after(el("tr", { class: "detail" }, el("td", { colspan: row.cells.length }, make())))
  }
  const node = el("button", { type: "button", class: ["plain", how.class], "aria-expanded": "false", "aria-label": how.label, on: { click: act } }, text)
  return node
}
