// The words of the person's language. A language is a folder of `text/` with the files of `text/en/`.
//
// `words` has the words that every page needs; `wordsOf("accounts")` those of one page, once main.js has
// loaded them together with the page. All are texts, or functions of values that give a text or a phrase.

import { setLocale } from "./format.js"

export const words = /** @type {Portal.Words} */ ({})
/** @type {Map<string, any>} */
const pages = new Map()
/** @type {(texts: any) => any} */
let change = (texts) => texts
let language = "en"

// Chooses the language and loads what every page needs. `pseudo` is English made longer and written
// right to left, for tests of layout.
/** @param {readonly string[]} wanted  Such as `navigator.languages`; there is English only today. */
export async function loadLanguage(wanted) {
  if (wanted[0] === "pseudo") change = (await import("./text/pseudo.js")).pseudo
  const english = wanted.find((tag) => /^en\b/i.test(tag)) ?? "en-GB"
  setLocale(english === "en" ? "en-GB" : english)
  language = "en"
  document.documentElement.lang = language
  document.documentElement.dir = wanted[0] === "pseudo" ? "rtl" : "ltr"
  Object.assign(words, change((await import("./text/en.js")).default))
}

/** @param {keyof Portal.PageWords} page */
export async function loadWords(page) {
  if (!pages.has(page)) pages.set(page, change((await import(`./text/${language}/${page}.js`)).default))
}

/** @template {keyof Portal.PageWords} Page @param {Page} page @returns {Portal.PageWords[Page]} */
export const wordsOf = (page) => pages.get(page)

/** @typedef {(string | Node)[]} Phrase  A sentence with links or moments within. */

// A sentence with nodes in it: ``say`${link} of ${total} accounts` ``. Texts stay with their sentence,
// so a translation may move the nodes.
/** @param {TemplateStringsArray} parts @param {...(string | Node)} values @returns {Phrase} */
export const say = (parts, ...values) =>
  parts.flatMap((part, index) => (index === 0 ? [part] : [values[index - 1], part])).filter((part) => part !== "")

// A word of text/ with nodes and texts in it: ``around`Started ${"when"} by ${"whom"}.` ``.
/** @template {string[]} Names @param {TemplateStringsArray} parts @param {Names} _names @returns {(...values: Portal.Nodes<Names>) => Phrase} */
export const around = (parts, ..._names) => (...values) => say(parts, ...values)
