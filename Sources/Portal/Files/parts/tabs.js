// Tabs of WAI-ARIA: one tab stop, arrows between them. A panel is made when it is first shown.

import { el, fill, set } from "../dom.js"

let number = 0

// `renew` makes the panel in view again.
/** @param {{ label: string, at: string, items: { id: string, head: string, make: () => Portal.Child }[], onChange: (id: string) => void }} what */
export function tabs(what) {
  const base = `tabs-${(number += 1)}`
  let at = what.items.some((item) => item.id === what.at) ? what.at : what.items[0].id
  const panel = el("div", { class: "tab-panel", role: "tabpanel", id: `${base}-panel`, tabindex: 0 })
  const buttons = what.items.map((item) =>
    el("button", { type: "button", role: "tab", id: `${base}-${item.id}`, "aria-controls": `${base}-panel`, on: { click: () => show(item.id), keydown: press } }, item.head))
  const show = (/** @type {string} */ id) => {
    const isOther = id !== at
    at = id
    for (const [index, item] of what.items.entries()) {
      set(buttons[index], { "aria-selected": String(item.id === id), tabindex: item.id === id ? 0 : -1 })
      if (item.id === id) fill(panel, item.make())
    }
    set(panel, { "aria-labelledby": `${base}-${id}` })
    if (isOther) what.onChange(id)
  }
  /** @param {KeyboardEvent} event */
  function press(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const index = what.items.findIndex((item) => item.id === at)
    const next = (index + step + what.items.length) % what.items.length
    show(what.items[next].id)
    buttons[next].focus()
  }
  show(at)
  return Object.assign(el("div", null, el("div", { class: "tabs", role: "tablist", "aria-label": what.label }, buttons), panel), { renew: () => show(at) })
}
