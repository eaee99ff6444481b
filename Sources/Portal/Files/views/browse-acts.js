// What can be done with a file of a point: look, download, bring back, see its versions.

import { el, fill } from "../dom.js"
import { size } from "../format.js"
import { ask } from "../parts/dialog.js"
import { choice } from "../parts/form.js"
import { more } from "../parts/more.js"
import { button, link, moment } from "../parts/small.js"
import { failure, later } from "../parts/states.js"
import { to } from "../routes.js"
import { wordsOf } from "../words.js"
import { bringBack, browse, download, maximumItems, preview, resolve, versions } from "./browse-query.js"

/** @typedef {import("./browse-query.js").Unit} Unit */
/** @typedef {{ name: string, itemKey: string, type: string }} Item */

// Shows a file in a dialog; content goes into text nodes and pictures only.
/** @param {string} session @param {Item} item @param {AbortSignal} signal */
export async function showPreview(session, item, signal) {
  const text = wordsOf("browse")
  let picture = ""
  const shown = () => preview(session, item.itemKey, item.name, signal).catch((error) => {
    // No text or picture, or too large.
    if ([409, 413, 415, 422].includes(error.status)) return null
    throw error
  })
  const body = later(shown, (found) => {
    if (!found) return el("p", null, text.previewFailed)
    if ("picture" in found) {
      picture = found.picture
      return el("img", { src: picture, alt: text.picture(item.name), class: "preview" })
    }
    return [el("pre", { class: "preview", tabindex: 0 }, found.text), found.isCut && el("p", { class: "quiet" }, text.cut)]
  })
  await ask({ title: text.previewOf(item.name), body: body.node, action: text.close, wide: true })
  if (picture) URL.revokeObjectURL(picture)
}

// Downloads items and says so below.
/** @param {string} session @param {Item[]} items @param {Element} note */
export async function startDownload(session, items, note) {
  const text = wordsOf("browse")
  try {
    const made = await download(session, items.map((item) => item.itemKey), items.length > 1 || items[0].type !== "file")
    fill(note, el("p", { class: "state said", role: "status" }, text.downloading(made.fileName, made.sizeInBytes)))
  } catch (error) {
    fill(note, failure(error, () => void startDownload(session, items, note)))
  }
}

// Asks where to and what about those that are there, then brings back and says where to follow it.
/** @param {Unit} unit @param {string} session @param {Item[]} items @param {string} at @param {Element} note */
export async function askBringBack(unit, session, items, at, note) {
  const text = wordsOf("browse")
  if (items.length > maximumItems) return fill(note, el("p", { class: "state partial" }, text.tooMany(maximumItems)))
  const chosen = { conflict: "rename", place: "inPlace" }
  const body = el("div", { class: "body" })
  const draw = () => fill(body, el("p", null, text.bringFrom(moment(at))),
    choice({ legend: text.place, value: chosen.place, onChange: (place) => { chosen.place = place; draw() }, options: Object.entries(text.places).map(([value, label]) => ({ value, label })) }),
    chosen.place === "inPlace" && choice({ legend: text.conflict, value: chosen.conflict, onChange: (conflict) => { chosen.conflict = conflict; draw() },
      options: Object.entries(text.conflicts).map(([value, label]) => ({ value, label })) }))
  draw()
  let made = ""
  const answer = await ask({ title: text.bringTitle(items.length, items[0].name), body, action: text.bringDo,
    act: async () => { made = await bringBack(unit, session, items.map((item) => item.itemKey), chosen.conflict, chosen.place) } })
  if (answer) fill(note, el("p", { class: "state said", role: "status" }, text.brought(link(to`restores/${made}`, text.follow))))
}

// The versions of a file, each with what can be done with it.
/** @param {Unit} unit @param {string} path @param {AbortSignal} signal @param {Element} note @param {boolean} mayRestore */
export function versionTable(unit, path, signal, note, mayRestore) {
  const text = wordsOf("browse")
  const fileName = path.split("/").pop() ?? path
  /** @param {Api.Version} version @param {(session: string, item: Item) => void} act */
  const with_ = async (version, act) => {
    try {
      const session = await browse(unit, version.lastPointId)
      const [found] = await resolve(session.id, [path])
      if (found.itemKey) act(session.id, { name: fileName, itemKey: found.itemKey, type: found.type ?? "file" })
      else fill(note, el("p", { class: "state partial" }, text.notThere))
    } catch (error) {
      fill(note, failure(error))
    }
  }
  return more({
    label: text.versionsOf(fileName), key: (/** @type {Api.Version} */ version) => version.firstPointId,
    heads: [text.versionHeads.modified, { text: text.versionHeads.size, end: true }, text.versionHeads.from, text.versionHeads.until, { text: text.heads.actions, away: true }],
    ask: () => versions(unit.id, path, signal),
    cells: (version) => [version.modified ? moment(version.modified) : "-", size(version.size), moment(version.firstDateTime), version.isPresent ? text.present : moment(version.lastDateTime),
      el("div", { class: "acts" }, button(text.preview, () => void with_(version, (session, item) => void showPreview(session, item, signal)), { kind: "plain" }),
        button(text.download, () => void with_(version, (session, item) => void startDownload(session, [item], note)), { kind: "plain" }),
        mayRestore && button(text.bringBack, () => void with_(version, (session, item) => void askBringBack(unit, session, [item], version.lastDateTime, note)), { kind: "plain" }))],
    empty: () => el("p", { class: "quiet" }, text.noVersions),
  }).node
}
