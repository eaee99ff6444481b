// The top folder of an account at a moment, on its page; the rest is on the page of files.

import { more } from "../parts/more.js"
import { listingCells } from "./browse-acts.js"
import { browse, folder, pointAt, resolve } from "./browse-query.js"
import { atAddress, empty, later, link, loadWords, wordsOf } from "./kit.js"

/** @param {Portal.Page} page @param {Api.UnitState} unit @param {string} at */
export function filesAt({ signal }, unit, at) {
  const text = wordsOf("account")
  return later(async () => {
    const point = await pointAt(unit.id, "le", at, signal)
    if (!point) return null
    const session = await browse(unit, point.id)
    const [[top]] = await Promise.all([resolve(session, [""]), loadWords("browse")])
    return more({
      label: text.tabs.files, heads: text.fileHeads, end: ["size", "modified"], key: (/** @type {Api.BrowseItem} */ item) => item.itemKey,
      ask: (last) => folder(unit, session, top, "", last, signal), cells: (item) => listingCells(item, atAddress(unit.id, at, item.name)),
      empty: () => empty(text.noFiles),
    })
  }, (table) => [link(atAddress(unit.id, at), text.openBrowse), table ?? empty(text.noFiles)], { columns: Object.values(text.fileHeads) })
}
