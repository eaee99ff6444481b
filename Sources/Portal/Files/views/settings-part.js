// What the sections of the settings share: each asks for itself, and says where the server has no answer.

import { isAbsent } from "../api.js"
import { el, fill } from "../dom.js"
import { failure, later } from "../parts/states.js"
import { wordsOf } from "../words.js"

/** @typedef {{ again: () => void, note: HTMLElement, doing: (act: () => Promise<unknown>, said?: string) => () => void }} Hands
 *   `doing`: acts, then shows the section anew, or says a sentence below it; a failure stands there too. */

/** @template T @param {string} title @param {() => Promise<T>} load @param {(answer: T, hands: Hands) => Portal.Child} draw */
export function section(title, load, draw) {
  const note = el("div")
  /** @type {ReturnType<typeof later>} */
  const shown = later(() => load().catch((error) => { if (isAbsent(error)) return null; throw error }), (answer) =>
    (answer === null ? el("p", { class: "quiet" }, wordsOf("settings").notAnswered) : draw(/** @type {T} */ (answer), hands)))
  /** @type {Hands} */
  const hands = {
    note, again: () => void shown.again(),
    doing: (act, said) => async () => {
      try {
        fill(note)
        // A dialog that was closed gives null.
        if ((await act()) === null) return
        if (said) fill(note, el("p", { class: "state said", role: "status" }, said))
        else hands.again()
      } catch (error) {
        fill(note, failure(error))
      }
    },
  }
  return el("section", { class: "card" }, el("h2", null, title), shown.node, note)
}
