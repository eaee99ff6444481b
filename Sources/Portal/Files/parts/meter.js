// Parts of a whole as one bar, each with a shape and words beside it.

import { el } from "../dom.js"

/**
 * @param {{ name: string, value: number }[]} pieces  `name` is a class, such as `protected`.
 * @param {string} label
 */
export function meter(pieces, label) {
  const total = pieces.reduce((sum, piece) => sum + piece.value, 0)
  return el("div", { class: "meter", role: "img", "aria-label": label }, pieces.filter((piece) => piece.value > 0).map((piece) =>
    el("span", { class: `is-${piece.name}`, style: { "flex-grow": Math.max(piece.value, total / 60) } })))
}
