// What can be done with a file of a point: look, download, bring back, see its versions.

import { get, hf, orNull } from "../api.js"
import { el, fill } from "../dom.js"
import { size } from "../format.js"
import { ask } from "../parts/dialog.js"
import { choice, optionsOf } from "../parts/form.js"
import { icon } from "../parts/icons.js"
import { more } from "../parts/more.js"
import { acts, link, moment, plain, quiet } from "../parts/small.js"
import { acting, failure, later, partial, said } from "../parts/states.js"
import { to } from "../routes.js"
import { words, wordsOf } from "../words.js"
import { bringBack, browse, download, maximumItems, preview, resolve } from "./browse-query.js"

/** @param {{ type?: string | null, kind?: string }} item @param {Portal.Child} shown */
export const withIcon = (item, shown) => el("span", { class: "with-icon" }, icon((item.kind ? item.kind === "folder" : item.type !== "file") ? "folder" : "file"), shown)

// Acts on files of a point that are known by their paths, and says below where they were not there.
/** @param {Views.Unit} unit @param {string} pointId @param {string[]} paths @param {Element} note @param {(session: string, items: Views.Item[]) => void} act */
export async function onFiles(unit, pointId, paths, note, act) {
  const session = await browse(unit, pointId)
  const found = await resolve(session.id, paths)
  const items = found.flatMap(({ itemKey, name, path, type }) => (itemKey ? [{ name: name ?? path, itemKey, type: type ?? "file" }] : []))
  if (items.length > 0) act(session.id, items)
  else fill(note, partial(wordsOf("browse").notThere))
}

// Shows a file in a dialog; content goes into text nodes and pictures only.
/** @param {string} session @param {Views.Item} item @param {AbortSignal} signal */
export async function showPreview(session, item, signal) {
  const text = wordsOf("browse")
  let picture = ""
  // Refused where it is neither text nor a picture, or too large.
  const shown = () => orNull(preview(session, item.itemKey, item.name, signal), 409, 413, 415, 422)
  const body = later(shown, (found) => {
    if (!found) return el("p", null, text.previewFailed)
    if ("picture" in found) {
      picture = found.picture
      return el("img", { src: picture, alt: text.picture(item.name), class: "preview" })
    }
    return [el("pre", { class: "preview", tabindex: 0 }, found.text), found.isCut && quiet(text.cut)]
  })
  await ask({ title: text.previewOf(item.name), body: body, action: words.dialog.close, wide: true })
  if (picture) URL.revokeObjectURL(picture)
}

/** @param {string} session @param {Views.Item[]} items @param {Element} note */
export async function startDownload(session, items, note) {
  const text = wordsOf("browse")
  try {
    const made = await download(session, items.map((item) => item.itemKey), items.length > 1 || items[0].type !== "file")
    fill(note, said(text.downloading(made.fileName, made.sizeInBytes)))
  } catch (error) {
    fill(note, failure(error, () => void startDownload(session, items, note)))
  }
}

// Asks where to and what about those that are there, then brings back and says where to follow it.
/** @param {Views.Unit} unit @param {string} session @param {Views.Item[]} items @param {string} at @param {Element} note */
export async function askBringBack(unit, session, items, at, note) {
  const text = wordsOf("browse")
  if (items.length > maximumItems) return fill(note, partial(text.tooMany(maximumItems)))
  const chosen = { conflict: "rename", place: "inPlace" }
  const body = el("div", { class: "body" })
  const draw = () => fill(body, el("p", null, text.bringFrom(moment(at))),
    choice({ legend: text.place, value: chosen.place, onChange: (place) => { chosen.place = place; draw() }, options: optionsOf(text.places) }),
    chosen.place === "inPlace" && choice({ legend: text.conflict, value: chosen.conflict, onChange: (conflict) => { chosen.conflict = conflict; draw() }, options: optionsOf(text.conflicts) }))
  draw()
  let made = ""
  const answer = await ask({ title: text.bringTitle(items.length, items[0].name), body, action: text.bringDo,
    act: async () => { made = await bringBack(unit, session, items.map((item) => item.itemKey), chosen.conflict, chosen.place) } })
  if (answer) fill(note, said(text.brought(link(to`restores/${made}`, text.follow))))
}

/** @param {Views.Unit} unit @param {string} path @param {AbortSignal} signal @param {Element} note @param {boolean} mayRestore */
export function versionTable(unit, path, signal, note, mayRestore) {
  const text = wordsOf("browse")
  const fileName = path.split("/").pop() ?? path
  const on = (/** @type {Api.Version} */ version, /** @type {(session: string, items: Views.Item[]) => void} */ act) =>
    acting(note)(() => onFiles(unit, version.lastPointId, [path], note, act))
  return more({
    label: text.versionsOf(fileName), key: (/** @type {Api.Version} */ version) => version.firstPointId,
    heads: text.versionHeads, end: ["size"], ask: () => get(hf`protectionUnits/${unit.id}/versions`, { path }, { signal }),
    cells: (version) => [version.modified ? moment(version.modified) : "-", size(version.size), moment(version.firstDateTime), version.isPresent ? text.present : moment(version.lastDateTime),
      acts(plain(text.preview, on(version, (session, [item]) => void showPreview(session, item, signal))),
        plain(text.download, on(version, (session, items) => void startDownload(session, items, note))),
        mayRestore && plain(text.bringBack, on(version, (session, items) => void askBringBack(unit, session, items, version.lastDateTime, note))))],
    empty: () => quiet(text.noVersions),
  })
}
