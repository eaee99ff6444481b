// Where is a file, over all accounts and all moments?

import { get, hf, isAbsent, next, post, remove, rows } from "../api.js"
import { el, fill } from "../dom.js"
import { size } from "../format.js"
import { tick, timeField } from "../parts/form.js"
import { icon } from "../parts/icons.js"
import { more, opener } from "../parts/more.js"
import { button, link, moment, name } from "../parts/small.js"
import { empty, failure, heading, lead, mark, partial, stateMark } from "../parts/states.js"
import { picker } from "../parts/picker.js"
import { atAddress, to } from "../routes.js"
import { loadWords, wordsOf } from "../words.js"
import { askBringBack, startDownload, versionTable } from "./browse-acts.js"
import { browse, resolve, unitOf } from "./browse-query.js"

const pollMilliseconds = 700
const manyResults = 1000

/** @param {Portal.Page} page @returns {Portal.View<Api.FileSearch | null>} */
export default function search(page) {
  const text = wordsOf("search")
  const { signal, place: { query } } = page
  const words = (query.get("q") ?? "").trim()
  const note = el("div", { class: "note" })
  const sentence = el("div", { role: "status" })
  const accounts = el("div")
  /** @type {Map<string, ReturnType<typeof unitOf>>} */
  const units = new Map()
  const unit = (/** @type {string} */ id) => {
    if (!units.has(id)) units.set(id, unitOf(id, signal))
    return /** @type {ReturnType<typeof unitOf>} */ (units.get(id))
  }
  const mayRestore = page.can("Restore.ReadWrite")

  /** @param {Api.FileResult} result @param {(unit: import("./browse-query.js").Unit, session: string, item: import("./browse-acts.js").Item) => void} act */
  async function on(result, act) {
    const said = wordsOf("browse")
    try {
      const owner = await unit(result.unitId)
      const session = await browse(owner, result.newest.restorePointId)
      const [found] = await resolve(session.id, [result.path])
      if (found.itemKey) act(owner, session.id, { name: result.name, itemKey: found.itemKey, type: found.type ?? result.kind })
      else fill(note, el("p", { class: "state partial" }, said.notThere))
    } catch (error) {
      fill(note, failure(error))
    }
  }

  /** @param {Api.FileSearch} first */
  function results(first) {
    const said = wordsOf("browse")
    let now = first
    const shown = more({
      label: text.files, key: (/** @type {Api.FileResult} */ result) => `${result.unitId} ${result.path}`,
      heads: [text.heads.name, text.heads.account, text.heads.folder, text.heads.state, { text: text.heads.actions, away: true }],
      ask: (last) => (last ? next(last, { signal }) : get(hf`fileSearches/${first.id}/results`, { top: 50 }, { signal })),
      cells: (result) => {
        const folder = result.path.split("/").slice(0, -1).join("/")
        const at = result.isDeleted && result.removedBetween ? result.removedBetween[0] : new Date().toISOString()
        return [
          el("span", { class: "with-icon" }, icon(result.kind === "folder" ? "folder" : "file"), el("b", null, name(result.name))),
          link(to`accounts/${result.unitId}`, name(result.displayName ?? result.unitId)), link(atAddress(result.unitId, at, folder), folder ? name(folder) : text.root),
          [result.isDeleted ? el("span", { class: "is-damaged" }, mark("damaged"), result.removedBetween ? text.removed(...result.removedBetween) : text.removedOnce) : [mark("ok"), text.exists(result.versionCount)],
            result.newest.modified && el("span", { class: "quiet" }, " · ", text.newest(moment(result.newest.modified)), " · ", size(result.newest.size))],
          el("div", { class: "acts" },
            result.kind === "file" && opener(said.versions, () => el("div", null, versionOf(result)), { label: said.versionsOf(result.name) }),
            button(said.download, () => void on(result, (_, session, item) => void startDownload(session, [item], note)), { kind: "plain", label: said.downloadOf(result.name) }),
            mayRestore && button(said.bringBack, () => void on(result, (owner, session, item) => void askBringBack(owner, session, [item], result.removedBetween?.[0] ?? at, note)), { kind: "plain", label: said.bringBackOf(result.name) })),
        ]
      },
      empty: () => (now.status === "running" ? null : empty(text.none(words), el("p", { class: "quiet" }, text.noneHint))),
    })
    const say = () => fill(sentence, now.status === "running"
      ? el("p", null, text.searching(now.searchedUnits, now.totalUnits, now.resultCount), " ", button(text.stop, () => void remove(hf`fileSearches/${now.id}`).then(() => { now = { ...now, status: "cancelled" }; say() }, () => {}), { kind: "plain" }))
      : [now.resultCount > 0 && lead(text.found(now.resultCount, words)), now.resultCount > manyResults && el("p", { class: "quiet" }, text.many),
        now.status === "complete" && now.searchedUnits < now.totalUnits && partial(text.notIndexed(now.searchedUnits, now.totalUnits))])
    say()
    void (async () => {
      let found = 0
      while (now.status === "running" && !signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, pollMilliseconds / (found ? 1 : 4)))
        if (signal.aborted || now.status !== "running") return
        now = await get(hf`fileSearches/${now.id}`, {}, { signal }).catch(() => ({ ...now, status: "cancelled" }))
        if (now.resultCount !== found || now.status !== "running") void shown.renew()
        found = now.resultCount
        say()
      }
    })()
    return el("section", null, el("h2", null, text.files), shown.node)
  }

  /** @param {Api.FileResult} result */
  function versionOf(result) {
    const frame = el("div")
    void unit(result.unitId).then((owner) => fill(frame, versionTable(owner, result.path, signal, note, mayRestore)), (error) => fill(frame, failure(error)))
    return frame
  }

  function filters() {
    const change = (/** @type {Record<string, string | null>} */ changes) => { page.setQuery(changes); page.reload() }
    const time = (/** @type {string} */ key) => (/** @type {string} */ value) => change({ [key]: value || null })
    const only = query.get("unit")
    const where = el("span")
    if (only) void unit(only).then((owner) => fill(where, text.oneAccount, " ", name(owner.displayName ?? owner.email ?? owner.id), " "), () => {})
    return el("div", { class: "filters" },
      only ? el("div", null, where, button(text.everywhere, () => change({ unit: null }), { kind: "plain" }))
        : picker({ label: text.in, placeholder: text.allAccounts, text: (/** @type {Api.UnitState} */ one) => one.displayName ?? one.id, show: (one) => name(one.displayName ?? one.email ?? one.id),
          find: async (words, signal) => (await rows(hf`unitStates`, { search: words || undefined, filter: "unitId ne null", top: 8, orderby: "displayName" }, { signal })).rows,
          onPick: (one) => change({ unit: one.id }) }).node,
      timeField(text.from, query.get("start"), time("start")),
      timeField(text.until, query.get("end"), time("end")),
      tick(text.deleted, query.get("deleted") !== "no", (on) => change({ deleted: on ? null : "no" })))
  }

  async function showAccounts() {
    const found = await rows(hf`unitStates`, { search: words, top: 5, orderby: "displayName", select: "id,displayName,email,siteWebUrl,state" }, { signal })
    if (found.count > 0) {
      fill(accounts, el("section", null, el("h2", null, text.accounts), el("ul", { class: "rows" }, found.rows.map((/** @type {Api.UnitState} */ one) =>
        el("li", null, el("p", null, link(to`accounts/${one.id}`, name(one.displayName ?? one.email ?? one.id)), " ", el("span", { class: "quiet" }, one.email ?? one.siteWebUrl)), stateMark(one.state))))))
    }
  }

  return {
    title: () => (words ? text.titleOf(words) : text.title),
    needs: "Restore.ReadWrite",
    columns: [text.heads.name, text.heads.account, text.heads.folder, text.heads.state],
    load: async () => {
      await loadWords("browse")
      if (words.length < 2) return null
      const only = query.get("unit")
      return post(hf`fileSearches`, { query: words, unitIds: only ? [only] : [], start: query.get("start"), end: query.get("end"), includeDeleted: query.get("deleted") !== "no" }, { signal })
    },
    render: (found) => {
      page.offerCommand(() => `holdfast find '${words.replaceAll("'", "'\\''")}' --deleted`)
      if (words) void showAccounts().catch((error) => { if (!isAbsent(error) && !signal.aborted) fill(accounts, failure(error)) })
      return el("article", { class: "search-page" }, heading(words ? text.titleOf(words) : text.title), filters(), note, accounts, sentence,
        found ? results(found) : el("p", { class: "state empty" }, words ? text.short : text.start))
    },
  }
}
