// Fields with their labels, and choices of which one holds.

import { el } from "../dom.js"

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

/**
 * @param {Portal.Child} label @param {Record<string, any>} attributes  Of the input; `tag` makes it a textarea.
 * @param {(value: string) => void} [onChange]
 */
export function field(label, { tag, value, ...attributes }, onChange) {
  const input = el(tag === "textarea" ? "textarea" : "input", { ...attributes, on: { change: (event) => onChange?.(event.target.value) } })
  input.value = value ?? ""
  return el("label", { class: "field" }, label, input)
}

/**
 * @param {Portal.Child} label @param {string} value @param {(readonly [string, string])[]} options @param {(value: string) => void} onChange
 */
export const select = (label, value, options, onChange) =>
  el("label", { class: "field" }, label, el("select", { value, on: { change: (event) => onChange(event.target.value) } },
    options.map(([key, text]) => el("option", { value: key }, text))))

/** @param {Portal.Child} label @param {boolean} checked @param {(checked: boolean) => void} onChange */
export const tick = (label, checked, onChange) =>
  el("label", { class: "check" }, el("input", { type: "checkbox", checked, on: { change: (event) => onChange(event.target.checked) } }), el("span", null, label))

// Files that the page itself writes: reports and exports.
/** @param {string} fileName @param {string} text @param {string} type */
export function save(fileName, text, type) {
  const link = el("a", { href: URL.createObjectURL(new Blob(["\ufeff", text], { type })), download: fileName })
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

// Rows as CSV (RFC 4180); a cell that a spreadsheet would take for a formula gets a quote in front.
/** @param {readonly (readonly unknown[])[]} rows */
export const csv = (rows) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n"

/** @param {unknown} value */
export function cell(value) {
  const text = value === null || value === undefined ? "" : String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

// A moment in the browser's zone, as RFC 3339 outside of the field; "" is none.
/** @param {Portal.Child} label @param {string | null} time @param {(time: string) => void} onChange */
export const timeField = (label, time, onChange) => {
  const date = new Date(time ?? "")
  const value = time && new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
  return field(label, { type: "datetime-local", value }, (text) => onChange(text && new Date(text).toISOString()))
}
