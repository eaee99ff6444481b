// Small things that many pages show: moments, names, links, buttons, quiet lines, boxes.

import { el, fill } from "../dom.js"
import { ago, moment as momentText, printable, span, utc } from "../format.js"

/** @typedef {import("../format.js").Time} Time */

/** @param {Time} at @param {string} text @param {string} [title] */
const time = (at, text, title = utc(at)) => el("time", { datetime: new Date(at).toISOString(), title }, text)

// `Sat 21 Nov, 09:40`, UTC on hover.
/** @param {Time} at */
export const moment = (at) => time(at, momentText(at))

// `Sat 21 Nov, 09:40 · 8 days ago`
/** @param {Time} at */
export const momentAgo = (at) => time(at, `${momentText(at)} · ${ago(at)}`)

// `4 min`, the moment on hover.
/** @param {Time} at */
export const age = (at) => time(at, span((Date.now() - new Date(at).getTime()) / 1000), `${momentText(at)} · ${utc(at)}`)

// A name or path that came out of a backup or a directory.
/** @param {string} text */
export const name = (text) => el("bdi", { class: "name" }, printable(text))

// What people call an account or a site.
/** @param {{ id?: string, unitId?: string | null, displayName?: string | null, email?: string | null, siteWebUrl?: string | null }} unit */
export const called = (unit) => unit.displayName || unit.email || unit.siteWebUrl || unit.unitId || unit.id || ""

/** @param {string} href @param {...Portal.Child} text */
export const link = (href, ...text) => el("a", { href }, ...text)

// A link that looks like a button, because it leads to the next step.
/** @param {string} href @param {Portal.Child} text @param {string} [kind] @param {string} [label] */
export const linkButton = (href, text, kind, label) => el("a", { class: ["button", kind], href, "aria-label": label }, text)

/** @param {Portal.Child} text @param {() => void} act @param {{ kind?: "primary" | "danger" | "plain", label?: string, title?: string }} [how] */
export const button = (text, act, how) =>
  el("button", { type: "button", class: how?.kind, "aria-label": how?.label, title: how?.title, on: { click: act } }, text)

/** @param {Portal.Child} text @param {() => void} act @param {string} [label] */
export const plain = (text, act, label) => button(text, act, { kind: "plain", label })

// A button that waits for what it does, and says so meanwhile.
/** @param {string} text @param {string} meanwhile @param {() => Promise<unknown>} act @param {{ kind?: "primary" }} [how] */
export function waitingButton(text, meanwhile, act, how) {
  const node = button(text, async () => {
    node.disabled = true
    fill(node, meanwhile)
    await act().finally(() => {
      node.disabled = false
      fill(node, text)
    })
  }, how)
  return node
}

// Makes elements of one kind: `maker("p", { class: "lead" })`.
/** @template {keyof HTMLElementTagNameMap} Tag @param {Tag} tag @param {import("../dom.js").Attributes} [attributes] @returns {(...children: Portal.Child[]) => HTMLElementTagNameMap[Tag]} */
export const maker = (tag, attributes) => (...children) => el(tag, attributes, ...children)

export const para = maker("p")
export const quiet = maker("p", { class: "quiet" })
// Quiet words within a line.
export const aside = maker("span", { class: "quiet" })
export const actions = maker("div", { class: "actions" })
export const acts = maker("div", { class: "acts" })

/** @param {Portal.Child} title @param {...Portal.Child} children */
export const section = (title, ...children) => el("section", null, el("h2", null, title), ...children)
/** @param {Portal.Child} title @param {...Portal.Child} children */
export const card = (title, ...children) => el("section", { class: "card" }, el("h2", null, title), ...children)

/** @param {readonly Portal.Child[]} items */
export const lineList = (items) => el("ul", { class: "rows" }, items.map((line) => el("li", null, line)))
/** @param {readonly Portal.Child[]} items */
export const plainList = (items) => el("ul", { class: "plain-list" }, items.map((item) => el("li", null, item)))

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
