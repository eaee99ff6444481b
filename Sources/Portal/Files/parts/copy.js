// Copies texts: the link of the page, its command, its calls.

import { el, fill } from "../dom.js"
import { words } from "../words.js"

// A button that copies what `text` gives, and says so.
/** @param {string} label @param {() => string} text */
export function copyButton(label, text) {
  const button = el("button", { type: "button", class: "plain copy", on: { click: () => void act() } }, label)
  const act = async () => {
    await put(text())
    fill(button, words.copy.copied)
    setTimeout(() => fill(button, label), 1500)
  }
  return button
}

/** @param {string} text */
async function put(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).catch(() => select(text))
  select(text)
}

// Outside of a secure context there is no clipboard, but there is the old way.
/** @param {string} text */
function select(text) {
  const area = el("textarea", { class: "away", readonly: true, "aria-hidden": "true" }, text)
  document.body.append(area)
  area.select()
  document.execCommand("copy")
  area.remove()
}

// The foot of a page: `[as a command] [as API calls] [Copy link]`. Each opens below and can be copied.
/** @param {{ command: () => string | null, calls: () => string }} what */
export function copyBar({ command, calls }) {
  const shown = el("div", { class: "copied-text", hidden: true })
  /** @param {string} label @param {() => string | null} text */
  const opener = (label, text) => {
    const node = el("button", { type: "button", class: "plain", "aria-expanded": "false", on: { click: () => toggle() } }, label)
    const toggle = () => {
      const opens = node.getAttribute("aria-expanded") !== "true"
      for (const other of bar.querySelectorAll("[aria-expanded]")) other.setAttribute("aria-expanded", "false")
      node.setAttribute("aria-expanded", String(opens))
      shown.hidden = !opens
      const words = text() ?? ""
      if (opens) fill(shown, el("pre", { tabindex: 0 }, el("code", null, words)), copyButton(copyLabel(), () => words))
    }
    return node
  }
  const copyLabel = () => words.copy.copy
  const asCommand = opener(words.copy.asCommand, command)
  const bar = el("div", { class: "copy-bar" }, asCommand, opener(words.copy.asCalls, calls),
    copyButton(words.copy.link, () => location.href))
  return { node: el("div", { class: "page-foot" }, bar, shown), showCommand: (/** @type {boolean} */ is) => { asCommand.hidden = !is } }
}
