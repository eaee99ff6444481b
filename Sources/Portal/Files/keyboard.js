// Shortcuts: `/`, `g` and a letter, `?`, and those of the page. They can be switched off (WCAG 2.1.4).

import { el } from "./dom.js"
import { ask } from "./parts/dialog.js"
import { words } from "./words.js"

const storage = "holdfast.letters"
/** @type {Record<string, { words: string, act?: () => void }>} */
let pageKeys = {}

// Sets what letters do on this page. A key without an act belongs to a part that has it while it has the focus.
/** @param {typeof pageKeys} keys */
export const setPageKeys = (keys) => (pageKeys = keys)

/** @param {Record<string, { words: string, address: string }>} places  After `g`. @param {(address: string) => void} go @param {() => void} search */
export function startKeyboard(places, go, search) {
  let afterG = 0
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (localStorage.getItem(storage) === "off" && event.key !== "?") return
    const target = /** @type {HTMLElement} */ (event.target)
    if (target.closest("input, textarea, select, dialog, [contenteditable], [role=combobox]")) return
    // A slider has letters of its own.
    if (target.closest("[role=slider]") && event.key !== "?" && event.key !== "/") return
    if (Date.now() - afterG < 1500 && places[event.key]) {
      afterG = 0
      event.preventDefault()
      return go(places[event.key].address)
    }
    afterG = event.key === "g" ? Date.now() : 0
    if (event.key === "/") search()
    else if (event.key === "?") void help(places)
    else if (pageKeys[event.key]?.act) pageKeys[event.key].act?.()
    else return
    event.preventDefault()
  })
}

/** @param {Record<string, { words: string, address: string }>} places */
export async function help(places) {
  /** @param {string} keys @param {string} text */
  const line = (keys, text) => el("div", null, el("dt", null, keys.split(" ").map((key) => el("kbd", null, key))), el("dd", null, text))
  const here = Object.entries(pageKeys)
  await ask({
    title: words.keys.title,
    body: [
      here.length > 0 && [el("h3", null, words.keys.here), el("dl", { class: "keys" }, here.map(([key, { words }]) => line(key, words)))],
      el("h3", null, words.keys.everywhere),
      el("dl", { class: "keys" },
        line("/", words.keys.search),
        Object.entries(places).map(([key, place]) => line(`g ${key}`, words.keys.go(place.words))),
        line("?", words.keys.help), line("Esc", words.keys.close)),
      el("label", { class: "check" },
        el("input", { type: "checkbox", checked: localStorage.getItem(storage) !== "off",
          on: { change: (event) => localStorage.setItem(storage, event.target.checked ? "on" : "off") } }),
        words.keys.off),
    ],
    cancel: words.dialog.cancel,
  })
}
