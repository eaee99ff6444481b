// What the list of policies and the page of one both show.

import { all, asking, get, link, stateMark, to, v1, wordsOf } from "./kit.js"
import { workloadOf } from "./policy-save.js"

export const fields = "id,displayName,status,retentionSettings,protectionMode,createdDateTime,protectionPolicyArtifactCount"
const shapes = /** @type {Record<string, string>} */ ({ active: "ok", activeWithErrors: "warning", inactive: "paused", updating: "running", offboardRequested: "leaving" })

/** @param {Api.Policy} policy */
export function kept({ retentionSettings }) {
  const text = wordsOf("policies")
  const find = (/** @type {string} */ interval) => retentionSettings.find((one) => one.interval === interval)?.period
  const [fine, weekly] = [find("R/PT10M"), find("R/P1W")]
  return fine && weekly ? text.keeps(fine, weekly) : weekly ? text.keepsWeekly(weekly) : ""
}

/** @param {string} status */
export const statusMark = (status) => stateMark(shapes[status] ?? "unknown", wordsOf("policies").statuses[status] ?? status)

// How many accounts and sites a policy has, as a link to them.
/** @param {Api.Policy} policy */
export const countLink = ({ id, protectionPolicyArtifactCount: counts }) => counts && link(asking(to`accounts`, { policy: id }), wordsOf("policies").counts(counts))

// The workloads that have a policy at work; each has at most one.
/** @param {AbortSignal} signal @returns {Promise<Api.Workload[]>} */
export async function takenWorkloads(signal) {
  const policies = await all(v1`protectionPolicies`, { select: "id,status" }, { signal })
  return policies.filter((one) => one.status !== "inactive").map((one) => workloadOf(one["@odata.type"]))
}

// The portal's and the command line's own application.
const firstParty = "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b001"

/** @param {AbortSignal} signal @returns {Promise<string | null>} */
export async function otherController(signal) {
  const apps = await get(v1`serviceApps`, {}, { signal }).catch(() => ({ value: [] }))
  const active = apps.value.find((/** @type {any} */ app) => app.status === "active")
  return active && active.id !== firstParty ? active.application?.displayName ?? active.id : null
}
