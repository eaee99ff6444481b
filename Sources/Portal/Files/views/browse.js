// The files of an account as they were at a moment.

import { searchField } from "../parts/form.js"
import { icon } from "../parts/icons.js"
import { more, opener } from "../parts/more.js"
import { askBringBack, fileActs, listingCells, onFiles, startDownload, versionTable } from "./browse-acts.js"
import { browse, folder, pointAt, resolve } from "./browse-query.js"
import {
  acting, acts, asking, atAddress, button, called, compareAddress, el, empty, fill, link, linkButton, moment, name, partial, said, shell, to, wordsOf,
} from "./kit.js"
import { handle, unitOf } from "./unit-parts.js"

/** @typedef {{ unit: Views.Unit, point: Api.RestorePoint | null, session: string, place: Api.Resolved | null }} Data */

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function browsePage(page) {
  const text = wordsOf("browse")
  const { signal, place: { params, query } } = page
  const path = params.path ?? ""
  const note = el("div", { class: "note" })
  const bar = el("div", { class: "selection-bar", hidden: true })
  const below = (/** @type {string} */ leaf) => (path ? `${path}/${leaf}` : leaf)

  const move = (/** @type {"lt" | "gt"} */ how, /** @type {string} */ from) => acting(note)(async () => {
    const point = await pointAt(params.id, how, from, signal)
    if (point) page.go(atAddress(params.id, point.protectionDateTime, path))
    else fill(note, said(text.noOther))
  })

  /** @param {Views.Unit} unit @param {string} session @param {Api.Resolved} place @param {string} at */
  function listing(unit, session, place, at) {
    const hands = { signal, note, mayRestore: page.can("Restore.ReadWrite") }
    let filter = query.get("filter") ?? ""
    const shown = more({
      label: text.label, key: (/** @type {Api.BrowseItem} */ item) => item.itemKey,
      heads: text.heads, end: ["size", "modified"],
      ask: (last) => folder(unit, session, place, filter, last, signal),
      cells: (item) => {
        const { preview, download, bringBack } = fileActs(hands, () => ({ unit, session, items: [item], at }), item.name)
        const versions = () => versionTable(unit, below(item.name), hands)
        return [...listingCells(item, atAddress(unit.id, at, below(item.name))),
          acts(item.type === "file" && [opener(text.versions, versions, { label: text.versionsOf(item.name) }), preview], download, bringBack)]
      },
      select: { label: (item) => text.select(item.name), onChange: (items) => {
        const find = () => ({ unit, session, items, at })
        bar.hidden = items.length === 0
        fill(bar, el("b", null, text.chosen(items.length)), button(text.downloadZip, onFiles(note, find, (found) => startDownload(found, note))),
          hands.mayRestore && button(text.bringBack, onFiles(note, find, (found) => askBringBack(found, note)), { kind: "primary" }))
      } },
      empty: () => empty(filter ? text.noneFits : text.emptyFolder),
    })
    return [el("div", { class: "filters" }, searchField(text.filter, filter, (typed) => { filter = typed; page.setQuery({ filter }); void shown.reset() }),
      link(asking(to`search`, { unit: unit.id }), text.searchAll)), bar, shown]
  }

  /** @param {string} at */
  function trail(at) {
    const parts = path.split("/").filter(Boolean)
    return el("nav", { "aria-label": text.path, class: "trail" }, el("ol", null, [text.root, ...parts].map((part, index) => {
      const shown = index === 0 ? part : name(part)
      return el("li", null, index === parts.length ? el("span", { "aria-current": "page" }, shown) : link(atAddress(params.id, at, parts.slice(0, index).join("/")), shown))
    })))
  }

  return {
    title: (data) => (data ? text.titleOf(called(data.unit), data.point?.protectionDateTime ?? params.moment) : text.title),
    needs: "Restore.ReadWrite",
    columns: [text.heads.name, text.heads.size, text.heads.modified],
    load: async () => {
      const [unit, point] = await Promise.all([unitOf(params.id, signal), pointAt(params.id, "le", params.moment, signal)])
      if (!point) return { unit, point, session: "", place: null }
      const session = await browse(unit, point.id)
      const [place] = await resolve(session, [path])
      return { unit, point, session, place: place?.itemKey ? place : null }
    },
    heading: ({ unit, point }) => text.asOf(name(called(unit)), moment(point?.protectionDateTime ?? params.moment)),
    render: ({ unit, point, session, place }) => {
      const at = point?.protectionDateTime ?? params.moment
      const isOther = point && Math.abs(new Date(at).getTime() - new Date(params.moment).getTime()) >= 60_000
      return [
        el("div", { class: "actions", role: "group", "aria-label": text.moves }, button(icon("left"), move("lt", at), { label: text.earlier }), button(icon("right"), move("gt", at), { label: text.later }),
          linkButton(to`accounts/${unit.id}`, text.toAccount), point && linkButton(compareAddress(unit.id, at, "now"), text.compareNow)),
        isOther && partial(text.otherPoint(moment(params.moment), moment(at))),
        trail(at), note,
        !point ? empty(text.noPoint) : place ? listing(unit, session, place, at) : empty(text.notThere),
      ]
    },
    command: ({ unit, point }) => `holdfast ls ${shell(`${handle(unit)}:${path}`)} --at ${point?.protectionDateTime ?? params.moment}`,
  }
}
