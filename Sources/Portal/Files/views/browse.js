// The files of an account as they were at a moment.

import { el, fill } from "../dom.js"
import { shell, size } from "../format.js"
import { searchField } from "../parts/form.js"
import { icon } from "../parts/icons.js"
import { more, opener } from "../parts/more.js"
import { acts, button, called, link, linkButton, moment, name, plain } from "../parts/small.js"
import { acting, empty, heading, partial, said } from "../parts/states.js"
import { asking, atAddress, compareAddress, to } from "../routes.js"
import { wordsOf } from "../words.js"
import { askBringBack, showPreview, startDownload, versionTable, withIcon } from "./browse-acts.js"
import { browse, folder, pointAt, resolve } from "./browse-query.js"
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

  /** @param {Data} data @param {string} at */
  function listing({ unit, session, place }, at) {
    const mayRestore = page.can("Restore.ReadWrite")
    let filter = query.get("filter") ?? ""
    const shown = more({
      label: text.label, key: (/** @type {Api.BrowseItem} */ item) => item.itemKey,
      heads: text.heads, end: ["size", "modified"],
      ask: (last) => folder(unit, session, /** @type {any} */ (place), filter, last, signal),
      cells: (item) => [
        withIcon(item, item.type === "file" ? name(item.name) : link(atAddress(unit.id, at, below(item.name)), name(item.name))),
        item.type === "file" ? item.sizeInBytes && size(item.sizeInBytes) : item.itemsCount !== null && text.items(item.itemsCount),
        item.lastModifiedDateTime && moment(item.lastModifiedDateTime),
        acts(
          item.type === "file" && opener(text.versions, () => versionTable(unit, below(item.name), signal, note, mayRestore), { label: text.versionsOf(item.name) }),
          item.type === "file" && plain(text.preview, () => void showPreview(session, item, signal), text.previewOf(item.name)),
          plain(text.download, () => void startDownload(session, [item], note), text.downloadOf(item.name)),
          mayRestore && plain(text.bringBack, () => void askBringBack(unit, session, [item], at, note), text.bringBackOf(item.name))),
      ],
      select: { label: (item) => text.select(item.name), onChange: (items) => {
        bar.hidden = items.length === 0
        fill(bar, el("b", null, text.chosen(items.length)), button(text.downloadZip, () => void startDownload(session, items, note)),
          mayRestore && button(text.bringBack, () => void askBringBack(unit, session, items, at, note), { kind: "primary" }))
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
      const [place] = await resolve(session.id, [path])
      return { unit, point, session: session.id, place: place?.itemKey ? place : null }
    },
    render: (data) => {
      const { unit, point, place } = data
      const at = point?.protectionDateTime ?? params.moment
      const isOther = point && Math.abs(new Date(at).getTime() - new Date(params.moment).getTime()) >= 60_000
      page.offerCommand(() => `holdfast ls ${shell(`${handle(unit)}:${path}`)} --at ${at}`)
      return el("article", { class: "browse" },
        heading(text.asOf(name(called(unit)), moment(at))),
        el("div", { class: "actions", role: "group", "aria-label": text.moves }, button(icon("left"), move("lt", at), { label: text.earlier }), button(icon("right"), move("gt", at), { label: text.later }),
          linkButton(to`accounts/${unit.id}`, text.toAccount), point && linkButton(compareAddress(unit.id, at, "now"), text.compareNow)),
        isOther && partial(text.otherPoint(moment(params.moment), moment(at))),
        trail(at), note,
        !point ? empty(text.noPoint) : place ? listing(data, at) : empty(text.notThere))
    },
  }
}
