// The three questions of a roll back, as a draft of a plan: which accounts, to which moment, and where.

import { choice, field, optionsOf, select, timeField } from "../parts/form.js"
import { called, el, get, hf, later, name, plain, quiet, rows, wordsOf, zoneName } from "./kit.js"
import { unitOf, unitPicker } from "./unit-parts.js"

const mostNames = 20

/** @param {URLSearchParams} query @returns {Views.RollBackDraft} */
export function draftOf(query) {
  const units = (query.get("units") ?? "").split(",").filter(Boolean)
  const which = query.get("incident") ? "incident" : query.has("filter") ? "filter" : "units"
  return {
    which, incidentId: query.get("incident"), incidentUnits: null, units: new Map(units.map((id) => [id, ""])),
    filter: query.get("filter"), filterCount: null, list: "", groupId: "", points: [],
    when: query.get("at") || which !== "incident" ? "at" : "lastClean", at: query.get("at") ?? "", where: "remove",
  }
}

/** @param {Api.Plan} plan @returns {Views.RollBackDraft} */
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

/** @param {Views.RollBackDraft} draft @returns {{ scope: Api.Scope, moment: Api.PlanMoment, destinationType: string, newerFiles: string } | null} */
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

// Learns numbers and names that the questions show. True when there was something to learn.
/** @param {Views.RollBackDraft} draft @param {AbortSignal} signal */
export async function learn(draft, signal) {
  /** @type {Promise<unknown>[]} */
  const asked = [...draft.units].filter(([, name]) => !name).slice(0, mostNames).map(([id]) =>
    unitOf(id, signal).then((unit) => draft.units.set(id, called(unit)), () => draft.units.set(id, id)))
  if (draft.incidentId && draft.incidentUnits === null) {
    asked.push(get(hf`incidents/${draft.incidentId}`, {}, { signal }).then((one) => (draft.incidentUnits = one.unitCount)))
  }
  if (draft.filter !== null && draft.filterCount === null) {
    asked.push(rows(hf`unitStates`, { filter: draft.filter, select: "id", top: 1 }, { signal }).then((one) => (draft.filterCount = one.count)))
  }
  const learnt = await Promise.allSettled(asked)
  return learnt.some((one) => one.status === "fulfilled")
}

/** @param {Views.RollBackDraft} draft @param {() => void} changed @param {ReturnType<typeof import("./unit-parts.js").groupsOnce>} groups */
export function questions(draft, changed, groups) {
  const text = wordsOf("rollback")
  /** @param {Partial<Views.RollBackDraft>} change */
  const set = (change) => { Object.assign(draft, change); changed() }
  const noted = [...draft.units].slice(0, mostNames)

  const units = () => [
    noted.length > 0 && el("ul", { class: "chips" }, noted.map(([id, named]) => el("li", null, name(named || "…"),
      plain("✕", () => { draft.units.delete(id); changed() }, text.takeOut(named))))),
    unitPicker({ label: text.addUnit, clears: true, onPick: (unit) => { draft.units.set(unit.id, called(unit)); changed() } }),
  ]
  const group = () => later(groups, (groups) => (groups.length === 0 ? text.noGroups
    : select(text.group, draft.groupId, [["", text.chooseGroup], ...groups.map((one) => /** @type {const} */ ([one.id, text.groupOf(one.displayName, one.memberCount)]))],
      (groupId) => set({ groupId }))))

  return el("div", { class: "steps" },
    choice({ legend: text.which, value: draft.which, onChange: (which) => set({ which: /** @type {Views.RollBackDraft["which"]} */ (which) }), options: [
      ...(draft.incidentId ? [{ value: "incident", label: text.scopes.incident(draft.incidentUnits) }] : []),
      ...(draft.filter !== null ? [{ value: "filter", label: text.scopes.filter(draft.filterCount) }] : []),
      { value: "units", label: text.scopes.units(draft.units.size), more: draft.which === "units" && units() },
      { value: "list", label: text.scopes.list, more: [field(text.list, { tag: "textarea", rows: 4, value: draft.list, autocomplete: "off" }, (list) => set({ list })),
        draft.list && quiet(text.listed(addresses(draft.list).length))] },
      { value: "group", label: text.scopes.group, more: draft.which === "group" && group() },
    ] }),
    choice({ legend: text.when, value: draft.when, onChange: (when) => set({ when: /** @type {Views.RollBackDraft["when"]} */ (when) }), options: [
      { value: "lastClean", label: text.moments.lastClean },
      { value: "at", label: text.moments.at(zoneName()), more: timeField(text.at, draft.at, (at) => set({ at })) },
      ...(draft.points.length > 0 ? [{ value: "points", label: text.moments.points }] : []),
    ] }),
    choice({ legend: text.where, value: draft.where, onChange: (where) => set({ where: /** @type {Views.RollBackDraft["where"]} */ (where) }), options: optionsOf(text.wheres) }))
}
