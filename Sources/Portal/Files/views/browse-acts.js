// What can be done with a file of a point: look, download, bring back, see its versions.

import { ask } from "../parts/dialog.js"
import { choice, optionsOf } from "../parts/form.js"
import { icon } from "../parts/icons.js"
import { more } from "../parts/more.js"
import { bringBack, browse, download, maximumItems, preview, resolve } from "./browse-query.js"
import { acting, acts, el, fill, get, hf, later, link, moment, name, orNull, para, partial, plain, quiet, said, size, to, wordsOf } from "./kit.js"

/** @param {{ type?: string | null, kind?: string }} item @param {Portal.Child} shown */
export const withIcon = (item, shown) => el("span", { class: "with-icon" }, icon((item.kind ? item.kind === "folder" : item.type !== "file") ? "folder" : "file"), shown)

// The cells of a file or folder in a listing: name, size, moment.
/** @param {Api.BrowseItem} item @param {string} address  Of a folder's page. */
export const listingCells = (item, address) => [
  withIcon(item, item.type === "file" ? name(item.name) : link(address, name(item.name))),
  item.type === "file" ? item.sizeInBytes && size(item.sizeInBytes) : item.itemsCount !== null && wordsOf("browse").items(item.itemsCount),
  item.lastModifiedDateTime && moment(item.lastModifiedDateTime),
]

/** @param {Views.Unit} unit @param {{ id: string, at: string }} point @param {string[]} paths @returns {Promise<Views.Place | null>} */
export async function locate(unit, { id, at }, paths) {
  const session = await browse(unit, id)
  const found = await resolve(session, paths)
  const items = found.flatMap(({ itemKey, name, path, type }) => (itemKey ? [{ name: name ?? path, itemKey, type: type ?? "file" }] : []))
  return items.length > 0 ? { unit, session, items, at } : null
}

// A listener that acts on files where they are.
/** @param {Element} note @param {Views.Find} find @param {(place: Views.Place) => Promise<unknown>} act */
export const onFiles = (note, find, act) => acting(note)(async () => {
  const place = await find()
  if (place) await act(place)
  else fill(note, partial(wordsOf("browse").notThere))
})

// The buttons of a file; `of` is its name, where the row alone does not say it.
/** @param {Views.Hands} hands @param {Views.Find} find @param {string} [of] */
export function fileActs({ signal, note, mayRestore }, find, of) {
  const text = wordsOf("browse")
  return {
    preview: plain(text.preview, onFiles(note, find, (place) => showPreview(place, signal)), of && text.previewOf(of)),
    download: plain(text.download, onFiles(note, find, (place) => startDownload(place, note)), of && text.downloadOf(of)),
    bringBack: mayRestore && plain(text.bringBack, onFiles(note, find, (place) => askBringBack(place, note)), of && text.bringBackOf(of)),
  }
}

// Shows a file in a dialog; content goes into text nodes and pictures only.
/** @param {Views.Place} place @param {AbortSignal} signal */
async function showPreview({ session, items: [item] }, signal) {
  const text = wordsOf("browse")
  let picture = ""
  // Refused where it is neither text nor a picture, or too large.
  const shown = () => orNull(preview(session, item.itemKey, item.name, signal), 409, 413, 415, 422)
  const body = later(shown, (found) => {
    if (!found) return para(text.previewFailed)
    if ("picture" in found) {
      picture = found.picture
      return el("img", { src: picture, alt: text.picture(item.name), class: "preview" })
    }
    return [el("pre", { class: "preview", tabindex: 0 }, found.text), found.isCut && quiet(text.cut)]
  })
  await ask({ title: text.previewOf(item.name), body, wide: true })
  if (picture) URL.revokeObjectURL(picture)
}

/** @param {Views.Place} place @param {Element} note */
export async function startDownload(place, note) {
  const made = await download(place)
  fill(note, said(wordsOf("browse").downloading(made.fileName, made.sizeInBytes)))
}

// Asks where to and what about those that are there, then brings back and says where to follow it.
/** @param {Views.Place} place @param {Element} note */
export async function askBringBack(place, note) {
  const text = wordsOf("browse")
  const { items, at } = place
  if (items.length > maximumItems) return fill(note, partial(text.tooMany(maximumItems)))
  const chosen = { conflict: "rename", where: "inPlace" }
  const body = el("div", { class: "body" })
  const draw = () => fill(body, para(text.bringFrom(moment(at))),
    choice({ legend: text.place, value: chosen.where, onChange: (where) => { chosen.where = where; draw() }, options: optionsOf(text.places) }),
    chosen.where === "inPlace" && choice({ legend: text.conflict, value: chosen.conflict, onChange: (conflict) => { chosen.conflict = conflict; draw() }, options: optionsOf(text.conflicts) }))
  draw()
  let made = ""
  const answer = await ask({ title: text.bringTitle(items.length, items[0].name), body, action: text.bringDo,
    act: async () => { made = await bringBack(place, chosen.conflict, chosen.where) } })
  if (answer) fill(note, said(text.brought(link(to`restores/${made}`, text.follow))))
}

/** @param {Views.Unit} unit @param {string} path @param {Views.Hands} hands */
export function versionTable(unit, path, hands) {
  const text = wordsOf("browse")
  return more({
    label: text.versionsOf(path.split("/").pop() ?? path), key: (/** @type {Api.Version} */ version) => version.firstPointId,
    heads: text.versionHeads, end: ["size"], ask: () => get(hf`protectionUnits/${unit.id}/versions`, { path }, { signal: hands.signal }),
    cells: (version) => [version.modified ? moment(version.modified) : "-", size(version.size), moment(version.firstDateTime), version.isPresent ? text.present : moment(version.lastDateTime),
      acts(...Object.values(fileActs(hands, () => locate(unit, { id: version.lastPointId, at: version.lastDateTime }, [path]))))],
    empty: text.noVersions,
  })
}
