// The list of accounts as questions to the server, out of the address of the page.

import { hf, rows, where } from "./kit.js"

const exportRows = 10_000
const exportPiece = 500

/**
 * @param {URLSearchParams} query
 * @param {{ words?: boolean, except?: readonly string[], more?: string }} [how]  `words`: the search as a part of the filter, for
 *   plans, which take a filter only.
 */
export function unitFilter(query, how = {}) {
  const [state, policy, kind, search] = ["state", "policy", "kind", "search"].map((key) => query.get(key))
  const terms = []
  if (state) terms.push(where`state eq ${state}`)
  if (policy) terms.push(policy === "none" ? "policyId eq null" : where`policyId eq ${policy}`)
  if (kind) terms.push(where`workload eq ${kind}`)
  if (how.words && search) {
    for (const word of search.split(/\s+/).filter(Boolean)) {
      terms.push(where`(contains(displayName,${word}) or contains(email,${word}) or contains(siteWebUrl,${word}))`)
    }
  }
  if (how.except?.length) terms.push(`not (unitId in (${how.except.map((id) => where`${id}`).join(",")}))`)
  if (how.more) terms.push(how.more)
  // A plan wants a filter that says something, and only units can be restored.
  if (how.words) terms.push("unitId ne null")
  return terms.join(" and ")
}

/**
 * @param {URLSearchParams} query @param {Api.Query} window @param {AbortSignal} signal @param {string} [more]
 * @returns {Promise<{ rows: Api.UnitState[], count: number }>}
 */
export const unitRows = (query, window, signal, more) =>
  rows(hf`unitStates`, { ...window, filter: unitFilter(query, { more }), search: query.get("search") ?? undefined }, { signal })

// What the filter finds as lines of a file; at most 10,000.
/** @param {URLSearchParams} query @param {AbortSignal} signal */
export async function unitLines(query, signal) {
  /** @type {(readonly unknown[])[]} */
  const lines = []
  for (let skip = 0, count = 1; skip < Math.min(count, exportRows); skip += exportPiece) {
    const piece = await unitRows(query, { orderby: "displayName", skip, top: exportPiece }, signal)
    count = piece.count
    for (const unit of piece.rows) {
      lines.push([unit.id, unit.displayName, unit.email, unit.siteWebUrl, unit.workload, unit.state, unit.newestPointDateTime, unit.fileCount,
        unit.sizeInBytes, unit.pointCount, unit.verifiedDateTime, unit.error?.code])
    }
  }
  return lines
}
