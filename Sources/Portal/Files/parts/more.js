// A table that grows: pages of a list that can only be followed, such as results and changes. "Show more" asks for the
// next page; with a filter that the server does not know, pages are asked for until enough rows fit.

import { el, fill, set } from "../dom.js"
import { words } from "../words.js"
import { checkBox } from "./list-head.js"
import { failure, isAbort, skeleton } from "./states.js"
import { button, quiet } from "./small.js"

const enoughRows = 50

/** @template Row @param {Parts.More<Row>} what */
export function more(what) {
  const heads = Object.entries(what.heads).map(([id, text]) => ({ text, isSeen: id !== "actions", end: what.end?.includes(id) && "end" }))
  const ask = what.ask ?? (async () => ({ value: [...what.rows ?? []] }))
  const unseen = (/** @type {string} */ text) => el("span", { class: "away" }, text)
  const body = el("tbody")
  const table = el("table", { class: "plain-table more", "aria-label": what.label, hidden: true },
    el("thead", null, el("tr", null, what.select && el("th", { scope: "col" }, unseen(words.keys.select)),
      heads.map(({ text, isSeen, end }) => el("th", { scope: "col", class: [end] }, isSeen ? text : unseen(text))))), body)
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
    const key = what.key?.(row) ?? /** @type {any} */ (row).id
    const text = JSON.stringify(row)
    const old = shown.get(key)
    if (old?.text === text) return
    const tr = old?.node ?? el("tr")
    const select = what.select
    fill(tr, select && el("td", { class: "check" }, checkBox(select.label(row), selected.has(key), () => {
      if (!selected.delete(key)) selected.add(key)
      select.onChange(selectedRows())
    })), what.cells(row).map((cell, index) => {
      const { text, isSeen, end } = heads[index]
      return el("td", { class: [end], data: { head: isSeen ? text : "" } }, cell)
    }))
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
        const page = await ask(isFirst ? null : last)
        if (mine !== turn) return
        last = page
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
    if (fitting === 0 && !goesOn) return fill(foot, typeof what.empty === "function" ? what.empty() : quiet(what.empty ?? words.list.none))
    fill(foot, goesOn && button(words.list.more, () => void load(false, enoughRows)),
      el("span", { class: "quiet", role: "status" }, goesOn ? words.list.shownOfMore(fitting) : words.list.rows(fitting)))
  }

  void load(true)
  return Object.assign(node, {
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
  })
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
