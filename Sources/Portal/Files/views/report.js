// A report as a document: printed, or saved as CSV or JSON. It says what it does not cover.

import { all, get, hf, isAbsent } from "../api.js"
import { el } from "../dom.js"
import { csv, save } from "../parts/form.js"
import { more } from "../parts/more.js"
import { button, moment, name } from "../parts/small.js"
import { empty, heading, lead, partial, stateMark } from "../parts/states.js"
import { wordsOf } from "../words.js"

const fields = "id,displayName,email,siteWebUrl,workload,state,stateSince,newestPointDateTime,oldestPointDateTime,pointCount,damagedPointCount,verifiedDateTime,provenDateTime,sizeInBytes,error"
const mostRows = 100_000

/** @typedef {{ rows: any[], isAnswered: boolean, at: string } | null} Data */

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function report(page) {
  const text = wordsOf("activity")
  const { signal, place: { params } } = page
  const isAccess = params.report === "access"
  const title = isAccess ? text.names.access : text.names.protection
  const date = (/** @type {string | null} */ at) => (at ? moment(at) : text.never)

  /** @returns {Promise<Data>} */
  async function load() {
    const at = new Date().toISOString()
    try {
      const answer = await get(isAccess ? hf`reports/access` : hf`reports/protection`, { format: "json" }, { signal })
      return { rows: answer.value ?? answer.units ?? answer.operators ?? [], isAnswered: true, at: answer.asOfDateTime ?? at }
    } catch (error) {
      if (!isAbsent(error)) throw error
    }
    if (!isAccess) return { rows: await all(hf`unitStates`, { select: fields, top: 500, orderby: "displayName" }, { signal, atMost: mostRows }), isAnswered: false, at }
    const operators = await all(hf`operators`, {}, { signal }).catch((error) => { if (isAbsent(error)) return null; throw error })
    return operators && { rows: operators, isAnswered: false, at }
  }

  /** @param {NonNullable<Data>} data */
  function table({ rows }) {
    const called = (/** @type {any} */ row) => row.displayName ?? row.name ?? row.email ?? row.siteWebUrl ?? row.id
    // Documents are printed, so all rows are there from the start.
    if (isAccess) return more({ label: title, key: (row) => row.id, ask: async () => ({ value: rows }), heads: Object.values(text.accessHeads),
      cells: (row) => [name(row.name), row.roles.join(", "), date(row.lastSignInDateTime), row.status] }).node
    return more({ label: title, key: (row) => row.id, ask: async () => ({ value: rows }), heads: Object.values(text.protectionHeads),
      cells: (row) => [name(called(row)), stateMark(row.state), date(row.newestPointDateTime), date(row.oldestPointDateTime), row.pointCount.toLocaleString(), date(row.verifiedDateTime), date(row.provenDateTime)] }).node
  }

  /** @param {NonNullable<Data>} data */
  function files({ rows, at }) {
    const file = `holdfast-${isAccess ? "access" : "protection"}-${at.slice(0, 10)}`
    const cells = isAccess ? [text.accessCsv, ...rows.map((row) => [row.name, row.roles.join(" "), row.status, row.secondFactor, row.createdDateTime, row.lastSignInDateTime])]
      : [text.protectionCsv, ...rows.map((row) => [row.displayName, row.email ?? row.siteWebUrl, row.workload, row.state, row.stateSince, row.newestPointDateTime, row.oldestPointDateTime,
        row.pointCount, row.damagedPointCount, row.verifiedDateTime, row.provenDateTime, row.sizeInBytes, row.error?.code])]
    return el("div", { class: "actions" }, button(text.print, () => print(), { kind: "primary" }), button(text.csv, () => save(`${file}.csv`, csv(cells), "text/csv")),
      button(text.json, () => save(`${file}.json`, JSON.stringify({ at, rows }, null, 2), "application/json")))
  }

  return {
    title: () => title, needs: "Monitor.Read", columns: Object.values(isAccess ? text.accessHeads : text.protectionHeads), load,
    render: (data) => {
      if (!data) return el("article", null, heading(title), empty(text.notAnswered))
      const good = data.rows.filter((row) => row.state === "protected").length
      return el("article", { class: "report" }, heading(title), !isAccess && lead(text.reportSentence(good, data.rows.length)), el("p", { class: "quiet" }, text.reportOf(moment(data.at))),
        !data.isAnswered && !isAccess && partial(text.fromStates), files(data), table(data), el("p", { class: "quiet" }, text.covers))
    },
  }
}
