// The top folder of an account at a moment, on its page; the rest is on the page of files.

import { el } from "../dom.js"
import { size } from "../format.js"
import { icon } from "../parts/icons.js"
import { link, moment, name } from "../parts/small.js"
import { empty, later } from "../parts/states.js"
import { atAddress } from "../routes.js"
import { wordsOf } from "../words.js"
import { browse, folder, pointAt, resolve } from "./browse-query.js"

/** @param {Portal.Page} page @param {Api.UnitState} unit @param {string} at */
export function filesAt({ signal }, unit, at) {
  const text = wordsOf("account")
  return later(async () => {
    const point = await pointAt(unit.id, "le", at, signal)
    if (!point) return null
    const session = await browse(unit, point.id)
    const [top] = await resolve(session.id, [""])
    return folder(unit, session.id, /** @type {{ itemKey: string, type: string }} */ (top), "", null, signal)
  }, (answer) => [
    el("p", null, link(atAddress(unit.id, at), text.openBrowse)),
    !answer || answer.value.length === 0 ? empty(text.noFiles) : el("table", { class: "plain-table" },
      el("thead", null, el("tr", null, [text.fileColumns.name, text.fileColumns.size, text.fileColumns.modified].map((head, index) => el("th", { scope: "col", class: [index > 0 && "end"] }, head)))),
      el("tbody", null, answer.value.map((item) => el("tr", null,
        el("td", null, el("span", { class: "with-icon" }, icon(item.type === "file" ? "file" : "folder"),
          item.type === "file" ? name(item.name) : link(atAddress(unit.id, at, item.name), name(item.name)))),
        el("td", { class: "end" }, item.type === "file" ? item.sizeInBytes && size(item.sizeInBytes) : item.itemsCount !== null && text.items(item.itemsCount)),
        el("td", { class: "end" }, item.lastModifiedDateTime && moment(item.lastModifiedDateTime)))))),
  ], { columns: [text.fileColumns.name, text.fileColumns.size, text.fileColumns.modified] }).node
}
