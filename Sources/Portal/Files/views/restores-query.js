// Restores of all clients as one list: plans of the portal and the command line, and sessions of other programs.

import { ask } from "../parts/dialog.js"
import { all, beta, decoded, get, hf, orNull, para, plainList, post, rollBackAddress, wordsOf } from "./kit.js"

export const runningStates = ["started", "cancelling", "activating", "active"]
export const draftStates = ["planning", "ready", "expired", "draft"]

/** @param {string} status */
export const shapeOf = (status) => (runningStates.includes(status) ? "running" : draftStates.includes(status) ? "waiting"
  : /** @type {Record<string, string>} */ ({ completed: "done", completedWithError: "warning", failed: "failed", cancelled: "cancelled" })[status] ?? "unknown")

/** @param {Api.Who | null} who */
export function byWhom(who) {
  const text = wordsOf("restores")
  const [person, program] = [who?.user?.displayName ?? null, who?.application?.displayName ?? null]
  return person || program ? text.by(person ?? program ?? "", person ? program : null) : text.nobody
}

/** @param {Api.Plan} plan */
export function whatOf({ undoOf, sums, moment, excluded }) {
  const { job } = wordsOf("restores")
  const n = sums.units || excluded.length
  if (undoOf) return job.undo(n)
  return moment.kind === "lastClean" ? job.incident(n) : moment.kind === "at" && moment.dateTime ? job.at(n, moment.dateTime) : job.points(n)
}

/** @param {Api.Plan} plan @returns {Views.Job} */
const planJob = (plan) => ({ id: plan.id, kind: "plan", what: whatOf(plan), status: plan.status, by: byWhom(plan.createdBy), from: plan.startedDateTime ?? plan.createdDateTime,
  to: plan.endedDateTime, undoUntil: plan.undoUntil, failed: plan.status === "completedWithError" || (plan.status === "failed" && plan.startedDateTime) ? 1 : 0 })

/** @param {Api.Session} session @returns {Views.Job} */
function sessionJob(session) {
  const { job } = wordsOf("restores")
  const counts = session.restoreSessionArtifactCount
  const n = counts?.total ?? 0
  return { id: session.id, kind: "session", what: session.restoreJobType === "granular" ? job.granular(n) : job.session(n), status: session.status, by: byWhom(session.createdBy),
    from: session.createdDateTime, to: session.completedDateTime, undoUntil: null, failed: counts?.failed ?? 0 }
}

// The newest restores; `trouble` says why only those of the portal and the command line could be read.
/** @param {number} atMost @param {AbortSignal} signal @returns {Promise<{ jobs: Views.Job[], goesOn: boolean, trouble: unknown }>} */
export async function jobs(atMost, signal) {
  /** @type {unknown} */
  let trouble = null
  const how = { signal, atMost, prefer: "include-unknown-enum-members" }
  const [mine, sessions] = await Promise.all([
    /** @type {Promise<Api.Plan[] | null>} */ (orNull(all(hf`restorePlans`, { top: 100, orderby: "createdDateTime desc" }, how), 403)),
    /** @type {Promise<Api.Session[]>} */ (all(beta`restoreSessions`, { top: 100, orderby: "createdDateTime desc" }, how).catch((error) => { trouble = error; return [] })),
  ])
  const plans = mine ?? []
  const ofPlans = new Set(plans.flatMap((plan) => plan.sessions))
  const found = [...plans.map(planJob), ...sessions.filter((session) => !ofPlans.has(session.id)).map(sessionJob)].sort((a, b) => (a.from < b.from ? 1 : -1))
  return { jobs: found, goesOn: plans.length >= atMost || sessions.length >= atMost, trouble }
}

// Whether a session brings whole accounts or single items back; the additions do not say.
/** @param {string} id @param {AbortSignal} signal @returns {Promise<string | undefined>} */
export const jobType = (id, signal) => get(beta`restoreSessions/${id}`, {}, { signal, prefer: "include-unknown-enum-members" }).then((session) => session.restoreJobType, () => undefined)

// The items of a session in the form of its accounts, for their list has accounts only.
/** @param {Api.Session} session @param {AbortSignal} signal @returns {Promise<Api.Page<Api.UnitProgress>>} */
export async function items({ id, workload }, signal) {
  const path = workload === "sharePoint" ? beta`sharePointRestoreSessions/${id}/granularSiteRestoreArtifacts` : beta`oneDriveForBusinessRestoreSessions/${id}/granularDriveRestoreArtifacts`
  const page = await get(path, { top: 100 }, { signal })
  const none = { done: 0, total: 0 }
  return { value: page.value.map((/** @type {any} */ one) => ({ artifactId: one.id, unitId: "", displayName: decoded((one.webUrl ?? "").split("/").pop()), status: one.status, phase: null, items: none,
    bytes: { done: "0", total: "0" }, bytesPerSecond: "0", waitingFor: null, undoRestorePointId: null, errorCount: 0, error: one.error ?? null })) }
}

/** @param {Views.Begun} job @param {string} action */
const path = ({ id, kind }, action) => (kind === "plan" ? hf`restorePlans/${id}/${action}` : hf`restoreSessions/${id}/${action}`)

/** @param {Views.Begun} job @param {AbortSignal} signal @returns {Promise<Api.Progress>} */
export const progressOf = (job, signal) => get(path(job, "progress"), {}, { signal })

// Says what cancelling means, then does it. True when it was done.
/** @param {Views.Begun} job @param {Api.Progress | null} now */
export function cancel(job, now) {
  const text = wordsOf("restores")
  return ask({
    title: text.cancelTitle, action: text.cancelDo, kind: "danger", cancel: text.goOn,
    body: [plainList(text.cancelBody(now?.units.done ?? 0, now?.units.running ?? 0, now?.units.waiting ?? 0)), para(text.cancelUndo)],
    act: () => post(path(job, "cancel")),
  })
}

/** @param {Views.Begun} job */
export const retry = (job) => post(path(job, "retry"))

// Makes the plan that takes a restore back, and goes to it.
/** @param {Portal.Page} page @param {Views.Begun} job */
export async function undo(page, job) {
  /** @type {Api.Plan} */
  const plan = await post(path(job, "undo"))
  page.go(rollBackAddress({ plan: plan.id }))
}

/** @param {Portal.Page} page @param {string} unitId @param {string} restorePointId */
export async function backTo(page, unitId, restorePointId) {
  /** @type {Api.Plan} */
  const plan = await post(hf`restorePlans`, { displayName: unitId, scope: { unitIds: [unitId] }, destinationType: "inPlace", newerFiles: "remove",
    moment: { kind: "points", points: [{ unitId, restorePointId }] } })
  page.go(rollBackAddress({ plan: plan.id }))
}
