// Fields with their labels, and choices of which one holds.

import { el } from "../dom.js"
import { words } from "../words.js"
import { button } from "./small.js"
import { acting } from "./states.js"

/** @typedef {readonly (readonly unknown[])[]} Rows */

let number = 0

/**
 * A question with a few answers, each with what belongs to it.
 * @param {{ legend: Portal.Child, value: string, options: { value: string, label: Portal.Child, more?: Portal.Child, disabled?: boolean }[],
 *   onChange: (value: string) => void }} what
 */
export function choice(what) {
  const group = `choice-${(number += 1)}`
  return el("fieldset", { class: "choice" }, el("legend", null, what.legend), what.options.map((option) => {
    const isChosen = option.value === what.value
    return el("div", { class: ["option", isChosen && "chosen"] },
      el("label", { class: "check" }, el("input", { type: "radio", name: group, value: option.value, checked: isChosen, disabled: option.disabled ?? false,
        on: { change: () => what.onChange(option.value) } }), el("span", null, option.label)),
      isChosen && option.more && el("div", { class: "option-more" }, option.more))
  }))
}

/** @param {Record<string, string>} words  Values with their labels. */
export const optionsOf = (words) => Object.entries(words).map(([value, label]) => ({ value, label }))

/** @param {Portal.Child} label @param {Record<string, any>} attributes  Of the input; `tag` makes it a textarea. @param {(value: string) => void} [onChange] */
export function field(label, { tag, value, ...attributes }, onChange) {
  const input = el(tag === "textarea" ? "textarea" : "input", { ...attributes, on: { change: (event) => onChange?.(event.target.value) } })
  input.value = value ?? ""
  return el("label", { class: "field" }, label, input)
}

/** @param {Portal.Child} label @param {string} value @param {(readonly [string, string])[]} options @param {(value: string) => void} onChange */
export const select = (label, value, options, onChange) =>
  el("label", { class: "field" }, label, el("select", { value, on: { change: (event) => onChange(event.target.value) } },
    options.map(([key, text]) => el("option", { value: key }, text))))

/** @param {Portal.Child} label @param {boolean} checked @param {(checked: boolean) => void} onChange */
export const tick = (label, checked, onChange) =>
  el("label", { class: "check" }, el("input", { type: "checkbox", checked, on: { change: (event) => onChange(event.target.checked) } }), el("span", null, label))

// Rows as CSV (RFC 4180); a cell that a spreadsheet would take for a formula gets a quote in front.
/** @param {Rows} rows */
export const csv = (rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n"

/** @param {unknown} value */
export function cell(value) {
  const text = value === null || value === undefined ? "" : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** @param {string} fileName  Without its ending. @param {Rows} rows */
export const saveCsv = (fileName, rows) =>
  // Spreadsheets know UTF-8 by the mark at the beginning.
  save(`${fileName}.csv`, `\ufeff${csv(rows)}`, "text/csv")

/** @param {string} fileName @param {() => Rows | Promise<Rows>} rows @param {() => any} json @param {"plain"} [kind] */
export function saveButtons(fileName, rows, json, kind) {
  const note = el("div")
  const doing = acting(note)
  return [button(words.files.csv, doing(async () => saveCsv(fileName, await rows())), { kind }),
    button(words.files.json, doing(async () => save(`${fileName}.json`, JSON.stringify(await json(), null, 2), "application/json")), { kind }), note]
}

// `2026-11-30`, for names of files.
export const today = () => new Date().toISOString().slice(0, 10)

/** @param {string} fileName @param {string} text @param {string} type */
function save(fileName, text, type) {
  const link = el("a", { href: URL.createObjectURL(new Blob([text], { type })), download: fileName })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

// Calls `act` at once, and where calls follow each other, once more after each pause for the last of them.
/** @param {number} milliseconds @param {() => void} act */
export function soon(milliseconds, act) {
  let isWaiting = false
  let isDue = false
  const go = () => {
    isDue = false
    isWaiting = true
    setTimeout(() => { isWaiting = false; if (isDue) go() }, milliseconds)
    act()
  }
  return () => { isDue = true; if (!isWaiting) go() }
}

// A field that acts while it is typed into: at once, and again at most every quarter of a second.
/** @param {string} label @param {string} value @param {(text: string) => void} onInput */
export function searchField(label, value, onInput) {
  const act = soon(250, () => onInput(input.value.trim()))
  const input = el("input", { type: "search", "aria-label": label, placeholder: label, value, on: { input: act } })
  return el("div", { class: "search" }, input)
}

// A moment in the browser's zone, as RFC 3339 outside of the field; "" is none.
/** @param {Portal.Child} label @param {string | null} time @param {(time: string) => void} onChange */
export const timeField = (label, time, onChange) => {
  const date = new Date(time ?? "")
  const value = time && new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  return field(label, { type: "datetime-local", value }, (text) => onChange(text && new Date(text).toISOString()))
}
