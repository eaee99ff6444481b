// Small things that many pages show: moments, names, links with numbers, buttons.

import { el, fill } from "../dom.js"
import { ago, moment as momentText, printable, span, utc } from "../format.js"

// `Sat 21 Nov, 09:40`, UTC on hover.
/** @param {string | number | Date} time */
export const moment = (time) =>
  el("time", { datetime: new Date(time).toISOString(), title: utc(time) }, momentText(time))

// `Sat 21 Nov, 09:40 · 8 days ago`
/** @param {string | number | Date} time */
export const momentAgo = (time) =>
  el("time", { datetime: new Date(time).toISOString(), title: utc(time) }, `${momentText(time)} · ${ago(time)}`)

// `4 min`, the moment on hover.
/** @param {string | number | Date} time */
export const age = (time) =>
  el("time", { datetime: new Date(time).toISOString(), title: `${momentText(time)} · ${utc(time)}` },
    span((Date.now() - new Date(time).getTime()) / 1000))

// A name or path that came out of a backup or a directory.
/** @param {string} text @param {string} [kind]  A class. */
export const name = (text, kind) => el("bdi", { class: ["name", kind] }, printable(text))

/** @param {string} href @param {...Portal.Child} text */
export const link = (href, ...text) => el("a", { href }, ...text)

/**
 * @param {Portal.Child} text @param {() => void} act
 * @param {{ kind?: "primary" | "danger" | "plain", disabled?: boolean, label?: string, title?: string }} [how]
 */
export const button = (text, act, how = {}) =>
  el("button", { type: "button", class: how.kind, disabled: how.disabled ?? false, "aria-label": how.label,
    title: how.title, on: { click: act } }, text)

// A titled box of the page.
/** @param {Portal.Child} title @param {...Portal.Child} children */
export const card = (title, ...children) => el("section", { class: "card" }, el("h2", null, title), ...children)

// Replaces what a live section shows, and gives the focus back to the same link or button.
/** @param {Element} parent @param {...Portal.Child} children */
export function refill(parent, ...children) {
  // What is being pressed must still be there when it is let go.
  if (parent.matches(":active")) return void setTimeout(() => refill(parent, ...children), 100)
  const focused = parent.contains(document.activeElement) ? document.activeElement : null
  const places = (/** @type {Element} */ node) => [...node.querySelectorAll("a, button, input, select, summary")]
  const index = focused ? places(parent).indexOf(focused) : -1
  const same = focused?.getAttribute("href") ?? focused?.textContent
  fill(parent, ...children)
  const after = places(parent)
  const next = after.find((node) => index >= 0 && (node.getAttribute("href") ?? node.textContent) === same) ?? after[index]
  if (next instanceof HTMLElement) next.focus({ preventScroll: true })
}
