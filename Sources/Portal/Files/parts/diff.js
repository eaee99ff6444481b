// The lines that differ between two texts, with three lines around.

import { el } from "../dom.js"

const around = 3
/** Longer texts would take a table of more than 25 million cells. */
export const maximumLines = 5000

/**
 * @param {string[]} a @param {string[]} b
 * @returns {{ sign: " " | "+" | "-", text: string }[]}  All lines of both, in order.
 */
export function lines(a, b) {
  let [start, end] = [0, 0]
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1
  const [x, y] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const width = y.length + 1
  const table = new Uint16Array((x.length + 1) * width)
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let j = y.length - 1; j >= 0; j -= 1) {
      table[i * width + j] = x[i] === y[j] ? table[(i + 1) * width + j + 1] + 1 : Math.max(table[(i + 1) * width + j], table[i * width + j + 1])
    }
  }
  const found = a.slice(0, start).map((text) => ({ sign: /** @type {" " | "+" | "-"} */ (" "), text }))
  for (let i = 0, j = 0; i < x.length || j < y.length;) {
    if (i < x.length && j < y.length && x[i] === y[j]) found.push({ sign: " ", text: x[(j += 1, i++)] })
    else if (j < y.length && (i === x.length || table[i * width + j + 1] > table[(i + 1) * width + j])) found.push({ sign: "+", text: y[j++] })
    else found.push({ sign: "-", text: x[i++] })
  }
  return [...found, ...a.slice(a.length - end).map((text) => ({ sign: /** @type {" "} */ (" "), text }))]
}

/** @param {string} a @param {string} b @returns {HTMLElement | null}  null where nothing differs. */
export function diff(a, b) {
  const all = lines(a.split(/\r?\n/), b.split(/\r?\n/))
  const isNear = (/** @type {number} */ index) => all.slice(Math.max(0, index - around), index + around + 1).some((line) => line.sign !== " ")
  const shown = all.flatMap((line, index) => (isNear(index) ? [{ ...line, isFirst: index > 0 && !isNear(index - 1) }] : []))
  if (shown.length === 0) return null
  return el("pre", { class: "diff", tabindex: 0 }, shown.map((line) => [line.isFirst && el("span", { class: "gap" }, "⋯\n"),
    el("span", { class: line.sign === "+" ? "plus" : line.sign === "-" ? "minus" : "" }, `${line.sign === "-" ? "−" : line.sign} ${line.text}\n`)]))
}
