// A question that must be answered: a modal <dialog>, with a typed confirmation where it matters.

import { el, fill } from "../dom.js"
import { words } from "../words.js"
import { actions, para } from "./small.js"

// A second one may stand before the first: a proof of the person, asked for by what the first does.
let number = 0

// True when it was answered, null when it was closed.
/** @param {Parts.Question} what @returns {Promise<true | null>} */
export function ask(what) {
  const opener = document.activeElement
  const title = `dialog-title-${(number += 1)}`
  return new Promise((resolve) => {
    const trouble = el("div", { class: "trouble", role: "alert" })
    const doIt = el("button", { type: what.wide ? "button" : "submit", class: what.kind ?? "primary", disabled: Boolean(what.typed),
      on: { click: () => what.wide && close(true) } }, what.action ?? words.dialog.close)
    const typed = what.typed && el("label", { class: "typed" }, what.typed.label,
      el("input", { name: "typed", autocomplete: "off", inputmode: "text", required: true, on: {
        input: (event) => { doIt.disabled = event.target.value.trim() !== what.typed?.expected },
      } }))
    const close = (/** @type {true | null} */ answer) => {
      dialog.close()
      dialog.remove()
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
      resolve(answer)
    }
    const send = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault()
      if (doIt.disabled) return
      doIt.disabled = true
      fill(trouble)
      try {
        await what.act?.(new FormData(form))
        close(true)
      } catch (error) {
        doIt.disabled = false
        fill(trouble, error instanceof Error ? error.message : String(error))
      }
    }
    const form = el("form", { method: "dialog", on: { submit: send } },
      el("h2", { id: title }, what.title), el("div", { class: "body" }, typeof what.body === "string" ? para(what.body) : what.body), typed, trouble,
      actions(
        !what.wide && el("button", { type: "button", on: { click: () => close(null) } }, what.cancel ?? words.dialog.cancel), doIt))
    const dialog = el("dialog", { class: what.wide ? "wide" : "", "aria-labelledby": title, on: {
      cancel: (event) => { event.preventDefault(); close(null) },
    } }, form)
    document.body.append(dialog)
    dialog.showModal()
  })
}
