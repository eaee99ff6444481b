// Accounts and sites as many pages show, choose and name them.

import { picker } from "../parts/picker.js"
import { all, aside, called, get, hf, link, name, rows, to } from "./kit.js"

const shown = 8

/** @param {string} id @param {AbortSignal} signal @returns {Promise<Views.Unit>} */
export const unitOf = (id, signal) => get(hf`unitStates/${id}`, { select: "id,workload,displayName,email,siteWebUrl" }, { signal })

/** @param {{ unitId: string | null, displayName: string | null }} unit */
export const unitLink = (unit) => link(to`accounts/${unit.unitId ?? ""}`, name(called(unit)))

// A name, and beside it the address that tells two of one name apart.
/** @param {Parameters<typeof called>[0]} unit */
export const named = (unit) => [name(called(unit)), " ", aside(unit.email ?? unit.siteWebUrl)]

// What the commands know it by.
/** @param {{ id: string, email: string | null, siteWebUrl: string | null }} unit */
export const handle = (unit) => unit.email ?? unit.siteWebUrl ?? unit.id

// The name of a list or an act without the workload that Graph puts before some.
/** @param {string} name */
export const withoutWorkload = (name) => name.replace(/^(?:oneDriveForBusiness|sharePoint|exchange)([A-Z])/, (_, letter) => letter.toLowerCase())

// A field that finds one of those that have points.
/** @param {{ label: string, placeholder?: string, clears?: boolean, onPick: (unit: Api.UnitState) => void }} what */
export const unitPicker = (what) => picker({
  ...what, text: called, show: named,
  find: async (search, signal) => (await rows(hf`unitStates`, { search, filter: "unitId ne null", top: shown, orderby: "displayName" }, { signal })).rows,
})

// The groups of the directory, asked for once for a page.
/** @param {AbortSignal} signal */
export function groupsOnce(signal) {
  /** @type {Promise<Views.Group[]> | null} */
  let groups = null
  return () => {
    groups ??= all(hf`directory/groups`, {}, { signal })
    groups.catch(() => (groups = null))
    return groups
  }
}
