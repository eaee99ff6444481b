// A report as a document, made of what the service says of itself: printed, or saved as CSV or JSON.

import { all, hf } from "../api.js"
import { el } from "../dom.js"
import { count } from "../format.js"
import { saveButtons } from "../parts/form.js"
import { more } from "../parts/more.js"
import { actions, button, called, moment, name, quiet } from "../parts/small.js"
import { heading, lead, stateMark } from "../parts/states.js"
import { words, wordsOf } from "../words.js"

const fields = "id,displayName,email,siteWebUrl,workload,state,stateSince,newestPointDateTime,oldestPointDateTime,pointCount,damagedPointCount,verifiedDateTime,provenDateTime,sizeInBytes,error"
const mostRows = 100_000

/** @typedef {{ rows: any[], at: string }} Data */

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function report(page) {
  const text = wordsOf("activity")
  const { signal, place: { params } } = page
  const isAccess = params.report === "access"
  const kind = isAccess ? "access" : "protection"
  const title = text.names[kind]
  const date = (/** @type {string | null} */ at) => (at ? moment(at) : text.never)

  const cells = (/** @type {any} */ row) => (isAccess ? [name(row.name), row.roles.join(", "), date(row.lastSignInDateTime), row.status]
    : [name(called(row)), stateMark(row.state), date(row.newestPointDateTime), date(row.oldestPointDateTime), count(row.pointCount), date(row.verifiedDateTime), date(row.provenDateTime)])

  const csv = (/** @type {any} */ row) => (isAccess ? [row.name, row.roles.join(" "), row.status, row.secondFactor, row.createdDateTime, row.lastSignInDateTime]
    : [row.displayName, row.email ?? row.siteWebUrl, row.workload, row.state, row.stateSince, row.newestPointDateTime, row.oldestPointDateTime,
      row.pointCount, row.damagedPointCount, row.verifiedDateTime, row.provenDateTime, row.sizeInBytes, row.error?.code])

  return {
    title: () => title, needs: isAccess ? "Holdfast-Operators.ReadWrite" : "Monitor.Read", columns: Object.values(text.reportHeads[kind]),
    load: async () => ({ at: new Date().toISOString(), rows: await (isAccess ? all(hf`operators`, {}, { signal })
      : all(hf`unitStates`, { select: fields, top: 500, orderby: "displayName" }, { signal, atMost: mostRows })) }),
    render: ({ rows, at }) => el("article", { class: "report" }, heading(title),
      !isAccess && lead(text.reportSentence(rows.filter((row) => row.state === "protected").length, rows.length)), quiet(text.reportOf(moment(at))),
      actions(button(words.files.print, () => print(), { kind: "primary" }),
        saveButtons(`holdfast-${kind}-${at.slice(0, 10)}`, () => [text.reportCsv[kind], ...rows.map(csv)], () => ({ at, rows }))),
      // Documents are printed, so all rows are there from the start.
      more({ label: title, heads: text.reportHeads[kind], key: (row) => row.id, rows, cells }), quiet(text.covers)),
  }
}
