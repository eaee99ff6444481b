// A field that finds one of many: people, sites, points. A combobox of WAI-ARIA with a list below.

import { el, fill, set } from "../dom.js"
import { words } from "../words.js"

let number = 0

/** @template T @param {Parts.Picker<T>} what */
export function picker(what) {
  const id = `picker-${(number += 1)}`
  const options = el("ul", { id, role: "listbox", class: "options", "aria-label": what.label, hidden: true })
  const note = el("div", { class: "quiet", role: "status" })
  /** @type {readonly T[]} */
  let found = []
  let at = -1
  let asked = new AbortController()
  /** @type {Portal.Timer} */
  let timer

  // An answer that comes later must not open it again.
  const close = () => {
    asked.abort()
    clearTimeout(timer)
    options.hidden = true
    at = -1
    set(input, { "aria-expanded": "false", "aria-activedescendant": null })
  }
  const pick = (/** @type {T} */ item) => {
    input.value = what.clears ? "" : what.text(item)
    close()
    what.onPick(item)
  }
  const move = (/** @type {number} */ to) => {
    at = Math.max(0, Math.min(found.length - 1, to))
    for (const [index, option] of [...options.children].entries()) set(option, { "aria-selected": String(index === at) })
    set(input, { "aria-activedescendant": found.length > 0 ? `${id}-${at}` : null })
    options.children[at]?.scrollIntoView({ block: "nearest" })
  }
  const search = async () => {
    asked.abort()
    asked = new AbortController()
    const { signal } = asked
    try {
      found = await what.find(input.value.trim(), signal)
    } catch {
      if (!signal.aborted) fill(note, words.picker.failed)
      return
    }
    if (signal.aborted) return
    fill(options, found.map((item, index) =>
      el("li", { id: `${id}-${index}`, role: "option", "aria-selected": "false",
        on: { pointerdown: (event) => { event.preventDefault(); pick(item) } } }, what.show(item))))
    options.hidden = found.length === 0
    set(input, { "aria-expanded": String(found.length > 0) })
    fill(note, found.length === 0 ? words.picker.none : words.picker.found(found.length))
    at = -1
  }
  const input = el("input", {
    type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: what.placeholder,
    "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
    on: {
      input: () => { clearTimeout(timer); timer = setTimeout(search, 150) },
      focus: () => void search(),
      blur: close,
      keydown: (event) => {
        if (event.key === "ArrowDown") { event.preventDefault(); options.hidden ? void search() : move(at + 1) }
        else if (event.key === "ArrowUp") { event.preventDefault(); move(at - 1) }
        else if (event.key === "Enter" && !options.hidden && found.length > 0) { event.preventDefault(); pick(found[Math.max(at, 0)]) }
        else if (event.key === "Escape" && !options.hidden) { event.stopPropagation(); close() }
      },
    },
  })
  return el("div", { class: "picker" }, el("label", null, what.label, input), options, note)
}
