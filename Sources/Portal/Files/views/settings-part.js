// What the sections of the settings share: each asks for itself.

import { acting, card, el, fill, later, said } from "./kit.js"

/** @typedef {{ doing: (act: () => Promise<unknown>, sentence?: string) => () => void }} Hands
 *   `doing`: acts, then shows the section anew, or says a sentence below it; a failure stands there too. */

/** @template T @param {string} title @param {() => Promise<T>} load @param {(answer: T, hands: Hands) => Portal.Child} draw */
export function liveCard(title, load, draw) {
  const note = el("div")
  /** @type {ReturnType<typeof later>} */
  const shown = later(load, (answer) => draw(answer, hands))
  /** @type {Hands} */
  const hands = { doing: (act, sentence) => acting(note, () => (sentence ? void fill(note, said(sentence)) : void shown.again()))(act) }
  return card(title, shown, note)
}
