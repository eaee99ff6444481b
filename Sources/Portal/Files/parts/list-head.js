// Heads of columns that sort, and the boxes that select.

import { el } from "../dom.js"
import { words } from "../words.js"

/**
 * @param {readonly { id: string, head: string, sort?: string, end?: boolean, minor?: boolean }[]} columns
 * @param {{ by: string, down: boolean }} sort
 * @param {(by: string) => void} onSort
 */
export const headCells = (columns, sort, onSort) => columns.map((column) => {
  const by = column.sort
  const isSorted = by !== undefined && sort.by === by
  return el("div", {
    role: "columnheader", class: [`c-${column.id}`, column.end && "end", column.minor && "minor", isSorted && "sorted"],
    "aria-sort": isSorted ? (sort.down ? "descending" : "ascending") : null,
  }, by === undefined ? column.head : el("button", {
    type: "button", class: "sort", title: words.list.sortBy(column.head),
    on: { click: (event) => {
      const { parentElement } = event.currentTarget
      const index = [...parentElement.parentElement.children].indexOf(parentElement)
      const head = parentElement.closest(".list-head")
      onSort(by)
      // The head is made again by the sort.
      head?.firstElementChild?.children[index]?.querySelector("button")?.focus()
    } },
  }, column.head, el("span", { class: "arrow", "aria-hidden": "true" }, isSorted ? (sort.down ? "↓" : "↑") : "")))
})

/** @param {string} label @param {boolean} checked @param {() => void} onChange */
export const checkBox = (label, checked, onChange) =>
  el("label", { class: "box" }, el("input", { type: "checkbox", "aria-label": label, checked, on: { change: onChange } }))
