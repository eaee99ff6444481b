// The plan of a roll back: what comes back, what goes, account by account; and its start.

import { ask } from "../parts/dialog.js"
import { saveButtons, searchField, select, timeField } from "../parts/form.js"
import { list } from "../parts/list.js"
import { more } from "../parts/more.js"
import { pointAt } from "./browse-query.js"
import {
  actions, all, aside, button, called, count, el, empty, failure, fill, hf, mark, moment as momentNode, name, pages, para, partial, plain, post,
  quiet, rollBackAddress, rows, size, wordsOf,
} from "./kit.js"

const leftOut = "status in ('noPoint','failed','excluded')"

/** @param {Api.Plan} plan @param {(only: string | null) => void} show */
export function figures({ sums, newerFiles, destinationType }, show) {
  const text = wordsOf("rollback")
  const [isInPlace, keeps] = [destinationType === "inPlace", newerFiles === "keep"]
  const line = (/** @type {string} */ state, /** @type {(n: Node) => Portal.Phrase} */ said, /** @type {number} */ n) =>
    n > 0 && el("li", null, mark(state), said(el("strong", null, text.items(n))))
  const lines = [
    line("ok", text.back, sums.create), line("ok", text.over, sums.overwrite), line("ok", text.renamed, sums.rename), isInPlace && line("warning", text.goes, sums.delete),
    isInPlace && sums.newerLost > 0 && el("li", { class: [!keeps && "is-failing"] }, mark(keeps ? "ok" : "failing"),
      text.newer(sums.newerLost, newerFiles), plain(text.seeThem, () => show("newerLost gt 0"))),
  ].filter(Boolean)
  return [el("ul", { class: "figures plain" }, lines.length > 0 ? lines : el("li", null, mark("ok"), text.nothing)),
    lines.length > 0 && quiet(text.cost(sums.bytesToRead, sums.bytesToWrite, Math.max(1, sums.estimatedSeconds)))]
}

// The accounts of a plan, those that lose newer work first.
/** @param {Portal.Page} page @param {Api.Plan} plan */
export function planUnits(page, plan) {
  const { id } = plan
  const text = wordsOf("rollback")
  /** @type {string | null} */
  let only = null
  const number = (/** @type {number} */ n, /** @type {Api.PlanUnit} */ unit) => (unit.status === "ready" ? count(n) : "-")
  /** @param {Api.PlanUnit} unit */
  const note = (unit) => unit.error?.message ?? unit.note ?? (unit.status === "ready" ? (unit.pointHealth === "ok" ? ((unit.secondsBeforeMoment ?? 0) > 3600 ? text.earlier(unit.secondsBeforeMoment ?? 0) : null) : text.health[unit.pointHealth]) : text.statuses[unit.status])
  /** @param {Api.PlanUnit} unit */
  const state = (unit) => ({ ready: "ok", waiting: "waiting", planning: "running", outdated: "warning", noPoint: "damaged", failed: "failed", excluded: "excluded" })[unit.status]
  const shown = list({
    signal: page.signal, label: text.units, key: (unit) => unit.id, cardHeight: 118,
    heads: { ...text.columns, changes: text.changes },
    columns: {
      name: { width: "minmax(10rem, 1.6fr)", cell: (/** @type {Api.PlanUnit} */ unit) => [mark(state(unit)), name(called(unit))] },
      moment: { width: "10rem", cell: (unit) => {
        const shown = unit.protectionDateTime ? momentNode(unit.protectionDateTime) : text.noMoment
        return ["ready", "noPoint"].includes(unit.status) && !plan.undoOf ? button(shown, () => void otherMoment(page, plan, unit), { kind: "plain", title: text.otherMoment(called(unit)) }) : shown
      } },
      back: { width: "5rem", end: true, cell: (unit) => number(unit.create, unit) },
      over: { width: "6.5rem", end: true, minor: true, cell: (unit) => number(unit.overwrite, unit) },
      goes: { width: "4.5rem", end: true, cell: (unit) => number(unit.delete, unit) },
      newer: { width: "6.5rem", end: true, sort: "newerLost",
        cell: (unit) => (unit.newerLost > 0 ? el("b", { class: "is-failing" }, mark("failing"), number(unit.newerLost, unit)) : number(0, unit)) },
      note: { width: "minmax(8rem, 1.4fr)", minor: true, cell: (unit) => el("span", { title: note(unit) ?? "" }, note(unit)) },
      changes: { width: "6rem", cell: (unit) => unit.status === "ready" && plain(text.changes, () => void showChanges(page, id, unit), text.changesOf(called(unit))) },
    },
    sort: { by: "newerLost", down: true },
    ask: ({ skip, top, orderby, signal }) => rows(hf`restorePlans/${id}/units`, { skip, top, orderby, filter: only ?? undefined }, { signal }),
    empty: () => empty(text.noUnits, only && button(text.showAll, () => show(null))),
  })
  /** @param {string | null} filter */
  const show = (filter) => { only = filter; void shown.reset() }
  return Object.assign(shown, { show })
}

// Another moment for one account: a plan of points, in which the others keep theirs.
/** @param {Portal.Page} page @param {Api.Plan} plan @param {Api.PlanUnit} unit */
async function otherMoment(page, plan, unit) {
  const text = wordsOf("rollback")
  const { signal } = page
  let time = unit.protectionDateTime ?? plan.moment.dateTime ?? ""
  let made = ""
  const act = async () => {
    const point = time && await pointAt(unit.unitId, "le", time, signal)
    if (!point) throw new Error(text.noPointThen)
    /** @type {Api.PlanUnit[]} */
    const units = await all(hf`restorePlans/${plan.id}/units`, { filter: "status eq 'ready'", top: 500, select: "id,unitId,restorePointId" }, { signal, atMost: 10_000 })
    const points = [...units.filter((one) => one.unitId !== unit.unitId).map((one) => ({ unitId: one.unitId, restorePointId: one.restorePointId })), { unitId: unit.unitId, restorePointId: point.id }]
    const { id } = await post(hf`restorePlans`, { displayName: plan.displayName, scope: { unitIds: points.map((one) => one.unitId) }, moment: { kind: "points", points },
      destinationType: plan.destinationType, newerFiles: plan.newerFiles })
    made = id
  }
  const done = await ask({ title: text.otherMoment(called(unit)), body: [para(text.otherMomentWhy), timeField(text.at, time, (value) => { time = value })], action: text.again, act })
  if (done) page.go(rollBackAddress({ plan: made }))
}

/** @param {Portal.Page} page @param {string} id @param {Api.PlanUnit} unit */
async function showChanges({ signal }, id, unit) {
  const text = wordsOf("rollback")
  let action = ""
  let folder = ""
  const table = more({
    label: text.changesOf(called(unit)),
    heads: text.change, end: ["size", "present"], ask: pages(hf`restorePlans/${id}/units/${unit.id}/changes`, { top: 200 }, signal),
    key: (/** @type {Api.PlanChange} */ change) => change.path,
    keeps: (change) => (!action || change.action === action) && (!folder || change.path.toLowerCase().includes(folder)),
    cells: (change) => [
      el("span", { class: [change.action === "delete" && "is-failing"] }, text.actions[change.action]),
      [name(change.path), change.fromPath && aside(" ", text.from(change.fromPath)), change.isNewer && el("b", { class: "is-failing" }, " ", mark("failing"), text.isNewer)],
      change.isFolder || change.action === "delete" ? "" : size(change.size),
      change.presentSize === null ? (change.isFolder ? "" : text.gone) : [size(change.presentSize), change.presentModified && aside(" · ", momentNode(change.presentModified))],
    ],
    empty: () => quiet(action || folder ? text.noChangeFits : text.noChanges),
  })
  await ask({
    title: text.changesOf(called(unit)), wide: true,
    body: [el("div", { class: "filters" }, searchField(text.inFolder, "", (typed) => { folder = typed.toLowerCase(); void table.sift() }),
      select(text.show, "", [["", text.all], ...Object.entries(text.actions)], (value) => { action = value; table.sift() })), table],
  })
}

// Accounts that are not in the plan, or not any more.
/** @param {Api.Plan} plan @param {AbortSignal} signal @param {(filter: string) => void} show @param {(ids: string[]) => void} planAgain */
export async function gaps({ id, excluded }, signal, show, planAgain) {
  const text = wordsOf("rollback")
  const [out, old] = await Promise.all([leftOut, "status eq 'outdated'"].map((filter) =>
    rows(hf`restorePlans/${id}/units`, { filter, top: 100, select: "id,unitId" }, { signal })))
  return [
    excluded.length > 0 && el("details", { class: "state partial" }, el("summary", null, text.excluded(excluded.length)),
      el("ul", { class: "plain-list" }, excluded.slice(0, 100).map((one) => el("li", null, name(one.unitId), " ", one.reason)))),
    out.count > 0 && partial(text.leftOut(out.count), " ", plain(text.showLeftOut, () => show(leftOut))),
    old.count > 0 && partial(text.outdated(old.count), " ", plain(text.planOutdated, () => planAgain(old.rows.map((row) => row.unitId)))),
  ]
}

/** @param {Api.Plan} plan @param {AbortSignal} signal */
export function downloads(plan, signal) {
  const text = wordsOf("rollback")
  const units = () => /** @type {Promise<Api.PlanUnit[]>} */ (all(hf`restorePlans/${plan.id}/units`, { top: 500 }, { signal, atMost: 20_000 }))
  return actions(aside(text.download), saveButtons(`holdfast-plan-${plan.id.slice(0, 8)}`,
    async () => [text.csvHeads, ...(await units()).map((unit) => [called(unit), unit.email, unit.status, unit.protectionDateTime, unit.create, unit.overwrite,
      unit.delete, unit.rename, unit.newerLost, unit.bytesToWrite, unit.note ?? unit.error?.message])],
    async () => ({ ...plan, units: await units() }), "plain"))
}

// The last decision: the number is typed, then the button acts.
/** @param {Api.Plan} plan @param {(expected: number) => Promise<void>} start */
export function startForm(plan, start) {
  const text = wordsOf("rollback")
  const n = plan.sums.units
  const label = plan.undoOf ? text.startUndo(n) : text.start(n)
  const trouble = el("div")
  const act = el("button", { type: "submit", class: "primary big", disabled: true }, label)
  const input = el("input", { inputmode: "numeric", autocomplete: "off", size: 8, on: {
    input: () => { act.disabled = Number(input.value.replace(/\D/g, "")) !== n || !input.value.trim() },
  } })
  const form = el("form", { class: "start", on: { submit: async (event) => {
    event.preventDefault()
    if (act.disabled) return
    act.disabled = true
    fill(act, text.starting)
    await start(n).catch((error) => {
      fill(act, label)
      act.disabled = false
      fill(trouble, failure(error))
    })
  } } }, el("label", null, text.typed(n), input), act)
  const undo = plan.destinationType === "new" ? text.undoNew : plan.undoPoints === "none" ? text.undoNone : text.undo
  return el("div", { class: "start-frame" }, para(mark("ok"), undo), form, trouble)
}
