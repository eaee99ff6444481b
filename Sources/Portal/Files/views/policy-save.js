// A policy as a draft: its preview, and the calls that make it.

import { beta, hf, post, remove, v1 } from "./kit.js"

export const periods = [90, 180, 365, 730, 1095, 1460, 1825, 2190, 2555, 2920, 3285, 3650].map((days) => `P${days}D`)

/** @returns {Views.PolicyDraft} */
export const newDraft = () => ({ kind: "everything", workload: "all", groups: [], words: "", list: "", except: "", name: "", period: "P365D" })

/** @param {string} text */
export const linesOf = (text) => [...new Set(text.split(/[\n,;]+/).map((line) => line.trim()).filter(Boolean))]

/** @type {Record<Api.Workload, { unit: "drive" | "site" | "mailbox", list: string }>} */
const names = {
  oneDriveForBusiness: { unit: "drive", list: "drives" }, sharePoint: { unit: "site", list: "siteWebUrls" }, exchange: { unit: "mailbox", list: "mailboxes" },
}

/** @param {Api.Workload} workload */
export const unitOf = (workload) => names[workload].unit

// The policies of a workload, or one of them: below `v1` or `beta`. Ids are GUIDs.
/** @param {Api.Workload} workload @param {string} [id] */
export const policyPath = (workload, id) => `${workload}ProtectionPolicies${id ? `/${id}` : ""}`

/** @param {string | undefined} type  `@odata.type` of a policy. @returns {Api.Workload} */
export const workloadOf = (type) => (type?.includes("sharePoint") ? "sharePoint" : type?.includes("exchange") ? "exchange" : "oneDriveForBusiness")

/** @param {Views.PolicyDraft} draft @returns {Api.Workload[]} */
export const workloads = (draft) => (draft.workload === "all" ? (draft.kind === "words" ? ["sharePoint"] : draft.kind === "groups" ? ["oneDriveForBusiness"] : ["oneDriveForBusiness", "sharePoint"]) : [draft.workload])

const quoted = (/** @type {string} */ text) => `'${text.replaceAll("'", "''")}'`

/** @param {Views.PolicyDraft} draft @param {Api.Workload} workload */
function expression(draft, workload) {
  if (draft.kind === "groups") return `(memberOf -any (group.id -in [${draft.groups.map(quoted).join(",")}]))`
  if (draft.kind === "words" && workload === "sharePoint") return `(${linesOf(draft.words).map((word) => `(displayName -contains ${quoted(word)})`).join(" -or ")})`
  return null
}

// Those of a list that are of a workload: sites have addresses, people mail.
/** @param {string[]} list @param {Api.Workload} workload */
const ofWorkload = (list, workload) => list.filter((one) => (workload === "sharePoint") === one.includes("/"))

/** @param {Views.PolicyDraft} draft */
export const isComplete = (draft) => draft.kind === "everything" || (draft.kind === "groups" && draft.groups.length > 0) || (draft.kind === "words" && linesOf(draft.words).length > 0)
  || (draft.kind === "list" && linesOf(draft.list).length > 0)

/** @param {Views.PolicyDraft} draft @param {Api.Workload[]} wanted @param {string | null} policyId @param {AbortSignal} signal @returns {Promise<Api.PolicyPreview>} */
export async function preview(draft, wanted, policyId, signal) {
  const answers = await Promise.all(wanted.map((workload) => post(hf`policyPreviews`, { workload, ...(policyId ? { policyId } : {}),
    ...(draft.kind === "everything" ? { everything: true } : draft.kind === "list" ? { addresses: ofWorkload(linesOf(draft.list), workload) } : { expression: expression(draft, workload) }) }, { signal })))
  return answers.reduce((sum, one) => ({
    matching: { accounts: sum.matching.accounts + one.matching.accounts, sites: sum.matching.sites + one.matching.sites }, sample: [...sum.sample, ...one.sample],
    alreadyElsewhere: [...sum.alreadyElsewhere, ...one.alreadyElsewhere], excludedByThis: sum.excludedByThis + one.excludedByThis, unknown: [...sum.unknown, ...one.unknown], wouldLeave: [...sum.wouldLeave, ...one.wouldLeave] }))
}

// Of everything, the workloads that have something: the server lets a policy without anything to protect fall back to inactive.
/** @param {Views.PolicyDraft} draft @param {readonly Api.Workload[]} wanted @param {Api.PolicyPreview | null} found */
export const filled = ({ kind }, wanted, found) =>
  wanted.filter((workload) => kind !== "everything" || !found || (workload === "sharePoint" ? found.matching.sites : found.matching.accounts) > 0)

// Adds what the draft says to a policy that is there.
/** @param {Views.PolicyDraft} draft @param {Api.Workload} workload @param {string} id @param {Views.Tell} at  What is being done, for a failure. */
export async function addTo(draft, workload, id, at) {
  const { unit, list } = names[workload]
  const root = `${v1``}${policyPath(workload, id)}/`
  const newer = `${beta``}${policyPath(workload, id)}/`
  if (draft.kind === "groups" || draft.kind === "words") {
    at("rule")
    await post(`${root}${unit}InclusionRules`, { [`${unit}Expression`]: expression(draft, workload), isAutoApplyEnabled: draft.kind === "groups" })
  } else if (draft.kind === "list" && ofWorkload(linesOf(draft.list), workload).length > 0) {
    at("list")
    await post(`${root}${unit}ProtectionUnitsBulkAdditionJobs`, { displayName: draft.name || "list", [list]: ofWorkload(linesOf(draft.list), workload) })
  }
  const except = ofWorkload(linesOf(draft.except), workload)
  if (except.length > 0) {
    at("except")
    await post(`${newer}${unit}ExclusionUnitsBulkAdditionJobs`, { displayName: "exclusions", [list]: except })
  }
}

/** @param {Views.PolicyDraft} draft @param {Api.Workload} workload @param {string} name @param {Views.Tell} at */
export async function create(draft, workload, name, at) {
  /** @type {Api.Policy} */
  const made = await post(beta`` + policyPath(workload), { displayName: name, retentionSettings: [{ interval: "R/P1W", period: draft.period }],
    protectionMode: draft.kind === "everything" ? "fullServiceBackup" : "standard" })
  await addTo(draft, workload, made.id, at)
  at("activate")
  await post(v1`protectionPolicies/${made.id}/activate`)
  return made.id
}

/** @param {Api.Policy} policy */
export const pause = (policy) => post(v1`protectionPolicies/${policy.id}/deactivate`)
/** @param {Api.Policy} policy */
export const resume = (policy) => post(v1`protectionPolicies/${policy.id}/activate`)

// A policy must be paused before.
/** @param {Api.Policy} policy */
export async function discard(policy) {
  if (policy.status !== "inactive") await pause(policy)
  await remove(v1`protectionPolicies/${policy.id}`)
}
