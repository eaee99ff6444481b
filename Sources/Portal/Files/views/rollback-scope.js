// The three questions of a roll back, as a draft of a plan: which accounts, to which moment, and where.

import { all, get, hf, rows } from "../api.js"
import { el } from "../dom.js"
import { zoneName } from "../format.js"
import { choice, field, select, timeField } from "../parts/form.js"
import { picker } from "../parts/picker.js"
import { button, name } from "../parts/small.js"
import { later } from "../parts/states.js"
import { wordsOf } from "../words.js"
import { called } from "./browse-query.js"

/** @typedef {{ which: "incident" | "units" | "filter" | "list" | "group", incidentId: string | null, incidentUnits: number | null, units: Map<string, string>,
 *   filter: string | null, filterCount: number | null, list: string, groupId: string, when: "lastClean" | "at" | "points", at: string,
 *   points: { unitId: string, restorePointId: string }[], where: "remove" | "keep" | "new" }} Draft */

/** @param {URLSearchParams} query @returns {Draft} */
export function draftOf(query) {
  const units = (query.get("units") ?? "").split(",").filter(Boolean)
  const which = query.get("incident") ? "incident" : query.has("filter") ? "filter" : "units"
  return {
    which, incidentId: query.get("incident"), incidentUnits: null, units: new Map(units.map((id) => [id, ""])),
    filter: query.get("filter"), filterCount: null, list: "", groupId: "", points: [],
    when: query.get("at") || which !== "incident" ? "at" : "lastClean", at: query.get("at") ?? "", where: "remove",
  }
}

/** @param {Api.Plan} plan @returns {Draft} */
export function draftOfPlan({ scope, moment, destinationType, newerFiles }) {
  return {
    which: scope.incidentId ? "incident" : scope.filter ? "filter" : scope.list?.length ? "list" : scope.groupIds?.length ? "group" : "units",
    incidentId: scope.incidentId ?? null, incidentUnits: null, units: new Map((scope.unitIds ?? []).map((id) => [id, ""])),
    filter: scope.filter ?? null, filterCount: null, list: (scope.list ?? []).join("\n"), groupId: scope.groupIds?.[0] ?? "",
    when: moment.kind, at: moment.dateTime ?? "", points: moment.points ?? [], where: destinationType === "new" ? "new" : newerFiles,
  }
}

/** @param {string} text */
export const addresses = (text) => [...new Set(text.split(/[\s,;"]+/).filter((word) => /[@/]/.test(word)))]

// What is asked of the server, or null while something is missing.
/** @param {Draft} draft @returns {{ scope: Api.Scope, moment: Api.PlanMoment, destinationType: string, newerFiles: string } | null} */
export function request(draft) {
  const list = addresses(draft.list)
  const scope = draft.which === "incident" ? draft.incidentId && { incidentId: draft.incidentId }
    : draft.which === "filter" ? draft.filter !== null && { filter: draft.filter || "unitId ne null" }
    : draft.which === "list" ? list.length > 0 && { list }
    : draft.which === "group" ? draft.groupId && { groupIds: [draft.groupId] }
    : draft.units.size > 0 && { unitIds: [...draft.units.keys()] }
  const moment = draft.when === "at" ? draft.at && { kind: /** @type {const} */ ("at"), dateTime: new Date(draft.at).toISOString() }
    : draft.when === "points" ? { kind: draft.when, points: draft.points } : { kind: draft.when }
  if (!scope || !moment) return null
  return { scope, moment, destinationType: draft.where === "new" ? "new" : "inPlace", newerFiles: draft.where === "keep" ? "keep" : "remove" }
}

// Learns numbers and names that the questions show.
/** @param {Draft} draft @param {AbortSignal} signal */
export async function learn(draft, signal) {
  const unnamed = [...draft.units].filter(([, name]) => !name).slice(0, 20)
  await Promise.all([
    draft.incidentId && draft.incidentUnits === null
      && get(hf`incidents/${draft.incidentId}`, {}, { signal }).then((one) => { draft.incidentUnits = one.unitCount }, () => {}),
    draft.filter !== null && draft.filterCount === null
      && rows(hf`unitStates`, { filter: draft.filter || undefined, select: "id", top: 1 }, { signal }).then((one) => { draft.filterCount = one.count }, () => {}),
    ...unnamed.map(([id]) => get(hf`unitStates/${id}`, { select: "id,displayName,email,siteWebUrl" }, { signal })
      .then((unit) => draft.units.set(id, called(unit)), () => draft.units.set(id, id))),
  ])
}

/** @param {Draft} draft @param {() => void} changed @param {AbortSignal} signal */
export function questions(draft, changed, signal) {
  const text = wordsOf("rollback")
  /** @param {Partial<Draft>} change */
  const set = (change) => { Object.assign(draft, change); changed() }
  const noted = [...draft.units].slice(0, 20)

  const units = () => [
    noted.length > 0 && el("ul", { class: "chips" }, noted.map(([id, named]) => el("li", null, name(named || "…"),
      button("✕", () => { draft.units.delete(id); changed() }, { kind: "plain", label: text.takeOut(named) })))),
    picker({
      label: text.addUnit, clears: true, text: called, show: (unit) => [name(called(unit)), " ", el("span", { class: "quiet" }, unit.email ?? unit.siteWebUrl)],
      find: async (words, signal) => (await rows(hf`unitStates`, { search: words || undefined, filter: "unitId ne null", top: 8, orderby: "displayName" }, { signal })).rows,
      onPick: (/** @type {Api.UnitState} */ unit) => { draft.units.set(unit.id, called(unit)); changed() },
    }).node,
  ]
  const group = () => later(() => all(hf`directory/groups`, {}, { signal }), (groups) => (groups.length === 0 ? text.noGroups
    : select(text.group, draft.groupId, [["", text.chooseGroup], ...groups.map((one) => /** @type {const} */ ([one.id, text.groupOf(one.displayName, one.memberCount)]))],
      (groupId) => set({ groupId }))), {}).node

  return el("div", { class: "steps" },
    choice({ legend: text.which, value: draft.which, onChange: (which) => set({ which: /** @type {Draft["which"]} */ (which) }), options: [
      ...(draft.incidentId ? [{ value: "incident", label: text.scopes.incident(draft.incidentUnits) }] : []),
      ...(draft.filter !== null ? [{ value: "filter", label: text.scopes.filter(draft.filterCount) }] : []),
      { value: "units", label: text.scopes.units(draft.units.size), more: draft.which === "units" && units() },
      { value: "list", label: text.scopes.list, more: [field(text.list, { tag: "textarea", rows: 4, value: draft.list, autocomplete: "off" }, (list) => set({ list })),
        draft.list && el("p", { class: "quiet" }, text.listed(addresses(draft.list).length))] },
      { value: "group", label: text.scopes.group, more: draft.which === "group" && group() },
    ] }),
    choice({ legend: text.when, value: draft.when, onChange: (when) => set({ when: /** @type {Draft["when"]} */ (when) }), options: [
      { value: "lastClean", label: text.moments.lastClean },
      { value: "at", label: text.moments.at(zoneName()), more: timeField(text.at, draft.at, (at) => set({ at })) },
      ...(draft.points.length > 0 ? [{ value: "points", label: text.moments.points }] : []),
    ] }),
    choice({ legend: text.where, value: draft.where, onChange: (where) => set({ where: /** @type {Draft["where"]} */ (where) }), options:
      Object.entries(text.wheres).map(([value, label]) => ({ value, label })) }))
}
