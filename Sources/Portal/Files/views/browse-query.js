// Points, browse sessions, versions and content, for pages that show files.

import { beta, downloadAddress, el, get, hf, next, open, post, v1, where } from "./kit.js"

const previewBytes = 262_144
const images = /\.(png|jpe?g|gif|webp)$/i
export const maximumItems = 50

// The point of a unit at a moment or before it; its neighbour with another comparison.
/** @param {string} id @param {"le" | "lt" | "gt"} how @param {string} moment @param {AbortSignal} signal @returns {Promise<Api.RestorePoint | null>} */
export async function pointAt(id, how, moment, signal) {
  const filter = where`protectionUnit/id eq ${id} and protectionDateTime ` + how + where` ${new Date(moment)}`
  const page = await get(v1`restorePoints`, { filter, expand: "protectionUnit", orderby: `protectionDateTime ${how === "gt" ? "asc" : "desc"}`, top: 1 }, { signal })
  return page.value[0] ?? null
}

/** @param {Api.Workload} workload */
const kind = (workload) => (workload === "sharePoint"
  ? { browses: v1`sharePointBrowseSessions`, restores: beta`sharePointRestoreSessions`, artifacts: "granularSiteRestoreArtifacts" }
  : { browses: v1`oneDriveForBusinessBrowseSessions`, restores: beta`oneDriveForBusinessRestoreSessions`, artifacts: "granularDriveRestoreArtifacts" })

/** @type {Map<string, Promise<string>>} */
const sessions = new Map()

// The id of a browse session of a point; one for each point while the portal is open.
/** @param {Views.Unit} unit @param {string} pointId */
export function browse(unit, pointId) {
  let session = sessions.get(pointId)
  if (!session) {
    session = post(kind(unit.workload).browses, { restorePointId: pointId }).then((made) => made.id)
    sessions.set(pointId, session)
    session.catch(() => sessions.delete(pointId))
  }
  return session
}

/** @param {string} session @param {string[]} paths @returns {Promise<Api.Resolved[]>} */
export const resolve = async (session, paths) => (await post(hf`browseSessions/${session}/resolve`, { paths })).value

/**
 * A page of a folder.
 * @param {Views.Unit} unit @param {string} session @param {Api.Resolved} place  That is there. @param {string} filter
 * @param {Api.Page<Api.BrowseItem> | null} last @param {AbortSignal} signal @returns {Promise<Api.Page<Api.BrowseItem>>}
 */
export function folder(unit, session, place, filter, last, signal) {
  if (last) return next(last, { signal })
  return post(`${kind(unit.workload).browses}/${encodeURIComponent(session)}/browse`, { browseLocationItemKey: place.itemKey, browseResourceType: place.type, orderBy: "nameAsc",
    ...(filter ? { filter: `(name -contains '${filter.replaceAll("'", "''")}')` } : {}) }, { signal })
}

// Several files, or a folder, come as ZIP.
/** @param {Views.Place} place @returns {Promise<{ fileName: string, sizeInBytes: string }>} */
export async function download({ session, items }) {
  const isOneFile = items.length === 1 && items[0].type === "file"
  const made = await post(hf`downloads`, { browseSessionId: session, itemKeys: items.map((item) => item.itemKey), format: isOneFile ? "raw" : "zip" })
  el("a", { href: downloadAddress(made.id), download: made.fileName }).click()
  return made
}

/**
 * What can be shown of a file: its text, or its picture as an address of this page.
 * @param {string} session @param {string} key @param {string} name @param {AbortSignal} signal
 * @returns {Promise<{ text: string, isCut: boolean } | { picture: string }>}
 */
export async function preview(session, key, name, signal) {
  const isImage = images.test(name)
  const path = `${hf`browseSessions/${session}/content`}?itemKey=${encodeURIComponent(key)}&preview=${isImage ? "image" : "text"}`
  const answer = await open("GET", path, undefined, { signal, headers: { Accept: "application/octet-stream" } })
  if (!isImage) {
    const bytes = await answer.arrayBuffer()
    return { text: new TextDecoder().decode(bytes), isCut: bytes.byteLength >= previewBytes }
  }
  const type = { png: "image/png", gif: "image/gif", webp: "image/webp" }[name.split(".").pop()?.toLowerCase() ?? ""] ?? "image/jpeg"
  return { picture: URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type })) }
}

/** @param {Views.Place} place @param {string} conflict @param {string} destinationType */
export async function bringBack({ unit, session, items }, conflict, destinationType) {
  const { artifacts, restores } = kind(unit.workload)
  const body = { "@microsoft.graph.conflictBehavior": conflict, [artifacts]: items.map((item) => ({ browseSessionId: session, id: item.itemKey, destinationType })) }
  /** @type {Api.Session} */
  const made = await post(restores, body, { prefer: "include-unknown-enum-members" })
  await post(v1`restoreSessions/${made.id}/activate`)
  return made.id
}
