// A bar with its figure in words; spoken at each quarter.

import { el, fill, set } from "../dom.js"
import { share } from "../format.js"

/** @param {{ label: string, done: number, total: number, text?: Portal.Child }} first */
export function progressBar(first) {
  const bar = el("progress", { max: 1, value: 0, "aria-label": first.label })
  const figure = el("span", { class: "figure" })
  const text = el("span", { class: "quiet" })
  const node = el("div", { class: "progress" }, bar, figure, text)
  /** @param {{ done: number, total: number, text?: Portal.Child }} now */
  const update = (now) => {
    const part = now.total > 0 ? Math.min(1, now.done / now.total) : 0
    set(bar, { value: part })
    fill(figure, share(Math.floor(part * 100) / 100))
    fill(text, now.text)
  }
  update(first)
  return Object.assign(node, { update })
}
