// A report as the server writes it, as a document: printed, or saved as CSV or JSON.

import { saveButtons } from "../parts/form.js"
import { more } from "../parts/more.js"
import { actions, button, called, count, get, hf, lead, moment, name, plainList, quiet, section, stateMark, words, wordsOf } from "./kit.js"
import { withoutWorkload } from "./unit-parts.js"

// What the page leaves to the files, for a sheet of paper is narrow.
const unseen = ["kind", "id", "unitId", "email", "siteWebUrl", "workload", "fileCount", "sizeInBytes"]

/** @param {Portal.Page} page @returns {Portal.View<Api.Report>} */
export default function report(page) {
  const text = wordsOf("activity")
  const kind = page.place.params.report === "access" ? "access" : "protection"
  const title = text.names[kind]

  /** @param {string} column @param {Record<string, any>} row */
  function shown(column, row) {
    const value = row[column]
    if (column === "displayName") return name(called(row))
    if (value === undefined) return ""
    if (column === "state") return stateMark(value)
    if (column === "action") return text.acts[withoutWorkload(value)] ?? name(value)
    if (column.endsWith("DateTime")) return moment(value)
    if (typeof value === "boolean") return value ? text.yes : text.no
    return typeof value === "number" ? count(value) : name(value)
  }

  // Rows of one kind have the same columns; those that none of them fills are left out.
  /** @param {Api.Report} report @param {string | undefined} one */
  function table({ columns, rows }, one) {
    const some = rows.filter((row) => row.kind === one)
    const filled = columns.filter((column) => !unseen.includes(column) && some.some((row) => row[column] !== undefined))
    const label = (one && text.reportKinds[one]) ?? title
    // Documents are printed, so all rows are there from the start.
    const body = more({
      label, heads: Object.fromEntries(filled.map((column) => [column, text.reportHeads[column] ?? column])), rows: some,
      key: (row) => JSON.stringify(row), cells: (row) => filled.map((column) => shown(column, row)),
    })
    return one ? section(label, body) : body
  }

  return {
    title: () => title, needs: "Monitor.Read", load: () => get(hf`reports/${kind}`, {}, { signal: page.signal }),
    render: (answer) => {
      const { columns, rows, createdDateTime, notCovered } = answer
      return [kind === "protection" && lead(text.reportSentence(rows.filter((row) => row.state === "protected").length, rows.length)), quiet(text.reportOf(moment(createdDateTime))),
        actions(button(words.files.print, () => print(), { kind: "primary" }),
          saveButtons(`holdfast-${kind}-${createdDateTime.slice(0, 10)}`, () => [columns, ...rows.map((row) => columns.map((column) => row[column]))], () => answer)),
        [...new Set(rows.map((row) => row.kind))].map((one) => table(answer, one)),
        section(text.covers, plainList(notCovered))]
    },
  }
}
