// What differs between two moments of an account?

import { diff, maximumLines } from "../parts/diff.js"
import { ask } from "../parts/dialog.js"
import { select, timeField } from "../parts/form.js"
import { more, opener } from "../parts/more.js"
import { askBringBack, fileActs, locate, onFiles, withIcon } from "./browse-acts.js"
import { browse, pointAt, preview, resolve } from "./browse-query.js"
import {
  actions, acts, aside, atAddress, button, called, compareAddress, el, empty, fill, hf, later, lead, linkButton, moment, name, pages, para, plain,
  quiet, shell, size, to, wordsOf,
} from "./kit.js"
import { handle, unitOf } from "./unit-parts.js"

/** @typedef {{ unit: Views.Unit, a: Api.RestorePoint | null, b: Api.RestorePoint | null }} Data */
const signs = { added: "+", removed: "−", changed: "~", renamed: "→", attributes: "·" }
const shapes = { added: "ok", removed: "failing", changed: "running", renamed: "running", attributes: "unknown" }
const textNames = /\.(txt|md|csv|tsv|json|xml|html?|css|js|ts|py|swift|c|h|ya?ml|toml|ini|conf|log|sh|sql|eml|ics|vcf|rtf|tex)$/i

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function compare(page) {
  const text = wordsOf("browse")
  const { signal, place: { params, query } } = page
  const note = el("div", { class: "note" })
  const bar = el("div", { class: "selection-bar", hidden: true })
  let kind = query.get("show") ?? ""
  /** @type {{ sift: () => void }[]} */
  const tables = []

  // Finds files on one side; paths that were renamed have another name before.
  /** @param {Data} data @param {Api.Difference[]} rows @param {"a" | "b"} side @returns {Views.Find} */
  const finder = ({ unit, ...points }, rows, side) => () => {
    const point = points[side]
    return point && locate(unit, { id: point.id, at: point.protectionDateTime }, rows.map((row) => (side === "a" && row.fromPath) || row.path))
  }

  /** @param {Data} data @param {Api.Difference} row */
  async function showLines({ unit, a, b }, row) {
    if (!a || !b) return
    const body = later(async () => {
      const [then, now] = await Promise.all([[a, row.fromPath ?? row.path], [b, row.path]].map(async ([point, path]) => {
        const session = await browse(unit, /** @type {Api.RestorePoint} */ (point).id)
        const [item] = await resolve(session, [/** @type {string} */ (path)])
        const shown = item.itemKey ? await preview(session, item.itemKey, "x.txt", signal) : { text: "" }
        return "text" in shown ? shown.text : ""
      }))
      return [then, now]
    }, ([then, now]) => (Math.max(then.split("\n").length, now.split("\n").length) > maximumLines ? text.diffLong : diff(then, now) ?? para(text.diffSame)))
    await ask({ title: text.diffOf(row.path), body, wide: true })
  }

  // The differences of a folder, its folders with their sums.
  /** @param {Data} data @param {string} path @returns {HTMLElement} */
  function level(data, path) {
    const { unit, a, b } = data
    const hands = { signal, note, mayRestore: page.can("Restore.ReadWrite") }
    const shown = more({
      label: path || text.differences, key: (/** @type {Api.Difference} */ row) => `${row.change} ${row.path}`,
      heads: text.compareHeads, end: ["sizes", "modified"], ask: pages(hf`protectionUnits/${unit.id}/differences`, { from: a?.id, to: b?.id, path, depth: 1 }, signal),
      keeps: (row) => !kind || row.change === kind || (row.below !== null && (/** @type {any} */ (row.below)[kind] ?? 1) > 0),
      cells: (row) => {
        const leaf = row.path.split("/").pop() ?? row.path
        const { download, bringBack } = fileActs(hands, finder(data, [row], row.change === "added" ? "b" : "a"), leaf)
        const [then, later] = [row.fromSize === null ? "-" : size(row.fromSize), row.toSize === null ? "-" : size(row.toSize)]
        return [
          el("span", { class: ["state-mark", `is-${shapes[row.change]}`] }, el("span", { class: "mark", "aria-hidden": "true" }, signs[row.change]), " ", text.kinds[row.change]),
          [row.kind === "folder" && row.below ? opener(withIcon(row, name(leaf)), () => level(data, row.path), { label: text.open(leaf), class: "opens-folder" }) : withIcon(row, name(leaf)),
            row.fromPath && aside(" ", text.fromPath(row.fromPath))],
          row.below ? text.sums(row.below) : row.kind === "folder" ? "" : `${then} → ${later}`,
          row.toModified ?? row.fromModified ? moment(/** @type {string} */ (row.toModified ?? row.fromModified)) : "",
          acts(
            row.kind === "file" && ["changed", "renamed"].includes(row.change) && textNames.test(leaf) && plain(text.diff, () => void showLines(data, row), text.diffOf(leaf)),
            row.kind === "file" && download, row.change !== "added" && bringBack),
        ]
      },
      select: hands.mayRestore && !path ? { label: (row) => text.select(row.path), onChange: (rows) => {
        bar.hidden = rows.length === 0
        const from = (/** @type {"a" | "b"} */ side) => onFiles(note, finder(data, rows, side), (place) => askBringBack(place, note))
        fill(bar, el("b", null, text.chosen(rows.length)), text.side, button(text.sideA, from("a"), { kind: "primary" }), button(text.sideB, from("b")))
      } } : undefined,
      empty: () => (kind ? quiet(text.sameHere) : empty(text.same)),
    })
    tables.push(shown)
    return shown
  }

  /** @param {Data} data */
  function moments({ unit, a, b }) {
    let [from, until] = [a?.protectionDateTime ?? params.a, b?.protectionDateTime ?? ""]
    const isNow = params.b === "now"
    return el("form", { class: "filters", on: { submit: (event) => { event.preventDefault(); page.go(compareAddress(unit.id, from, until || "now")) } } },
      timeField(text.momentA, from, (value) => { from = value || from }),
      timeField(text.momentB, until, (value) => { until = value }),
      button(text.compareDo, () => page.go(compareAddress(unit.id, from, until || "now"))),
      !isNow && linkButton(compareAddress(unit.id, from, "now"), text.compareNow, "plain"),
      select(text.show, kind, [["", text.all], ...Object.entries(text.kinds)], (value) => { kind = value; page.setQuery({ show: value || null }); for (const table of tables) table.sift() }))
  }

  return {
    title: (data) => (data ? text.compareTitle(called(data.unit)) : text.differences),
    needs: "Restore.ReadWrite",
    columns: [text.compareHeads.what, text.compareHeads.name, text.compareHeads.sizes],
    load: async () => {
      const b = params.b === "now" ? new Date().toISOString() : params.b
      const [unit, first, second] = await Promise.all([unitOf(params.id, signal), pointAt(params.id, "le", params.a, signal), pointAt(params.id, "le", b, signal)])
      return { unit, a: first, b: second }
    },
    render: (data) => {
      const { unit, a, b } = data
      const toAccount = linkButton(to`accounts/${unit.id}`, text.toAccount)
      if (!a || !b) return [moments(data), empty(text.noPoint, toAccount)]
      const open = (/** @type {Api.RestorePoint} */ point) => el("a", { href: atAddress(unit.id, point.protectionDateTime) }, moment(point.protectionDateTime))
      return [lead(text.compareSentence(open(a), open(b))), actions(toAccount), moments(data), note, bar, level(data, "")]
    },
    command: ({ unit }) => `holdfast diff ${[handle(unit), params.a, params.b].map(shell).join(" ")}`,
  }
}
