// The top folder of an account at a moment, on its page; the rest is on the page of files.

import { size } from "../format.js"
import { more } from "../parts/more.js"
import { link, moment, name } from "../parts/small.js"
import { empty, later } from "../parts/states.js"
import { atAddress } from "../routes.js"
import { wordsOf } from "../words.js"
import { withIcon } from "./browse-acts.js"
import { browse, folder, pointAt, resolve } from "./browse-query.js"

/** @param {Portal.Page} page @param {Api.UnitState} unit @param {string} at */
export function filesAt({ signal }, unit, at) {
  const text = wordsOf("account")
  return later(async () => {
    const point = await pointAt(unit.id, "le", at, signal)
    if (!point) return null
    const session = (await browse(unit, point.id)).id
    const [top] = await resolve(session, [""])
    return more({
      label: text.tabs.files, heads: text.fileHeads, end: ["size", "modified"], key: (/** @type {Api.BrowseItem} */ item) => item.itemKey,
      ask: (last) => folder(unit, session, /** @type {{ itemKey: string, type: string }} */ (top), "", last, signal),
      cells: (item) => [withIcon(item, item.type === "file" ? name(item.name) : link(atAddress(unit.id, at, item.name), name(item.name))),
        item.type === "file" ? item.sizeInBytes && size(item.sizeInBytes) : item.itemsCount !== null && text.items(item.itemsCount),
        item.lastModifiedDateTime && moment(item.lastModifiedDateTime)],
      empty: () => empty(text.noFiles),
    })
  }, (table) => [link(atAddress(unit.id, at), text.openBrowse), table ?? empty(text.noFiles)], { columns: Object.values(text.fileHeads) })
}
