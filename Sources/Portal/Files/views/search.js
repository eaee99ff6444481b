// Where is a file, over all accounts and all moments?

import { tick, timeField } from "../parts/form.js"
import { more, opener } from "../parts/more.js"
import { fileActs, locate, versionTable, withIcon } from "./browse-acts.js"
import {
  acts, aside, atAddress, called, el, empty, failure, fill, get, hf, later, lead, lineList, link, loadWords, mark, moment, name, pages, para, partial,
  plain, post, quiet, remove, rows, section, shell, size, stateMark, to, wordsOf,
} from "./kit.js"
import { unitLink, unitOf, unitPicker } from "./unit-parts.js"

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
  const hands = { signal, note, mayRestore: page.can("Restore.ReadWrite") }

  /** @param {Api.FileSearch} first */
  function results(first) {
    const said = wordsOf("browse")
    let now = first
    const shown = more({
      label: text.files, key: (/** @type {Api.FileResult} */ result) => `${result.unitId} ${result.path}`,
      heads: text.heads, ask: pages(hf`fileSearches/${first.id}/results`, { top: 50 }, signal),
      cells: (result) => {
        const folder = result.path.split("/").slice(0, -1).join("/")
        const at = result.isDeleted && result.removedBetween ? result.removedBetween[0] : new Date().toISOString()
        const find = async () => locate(await unit(result.unitId), { id: result.newest.restorePointId, at }, [result.path])
        const { download, bringBack } = fileActs(hands, find, result.name)
        const versions = () => later(() => unit(result.unitId), (owner) => versionTable(owner, result.path, hands))
        return [
          withIcon(result, el("b", null, name(result.name))), unitLink(result), link(atAddress(result.unitId, at, folder), folder ? name(folder) : text.root),
          [result.isDeleted ? el("span", { class: "is-damaged" }, mark("damaged"), result.removedBetween ? text.removed(...result.removedBetween) : text.removedOnce) : [mark("ok"), text.exists(result.versionCount)],
            result.newest.modified && aside(" · ", text.newest(moment(result.newest.modified)), " · ", size(result.newest.size))],
          acts(result.kind === "file" && opener(said.versions, versions, { label: said.versionsOf(result.name) }), download, bringBack),
        ]
      },
      empty: () => (now.status === "running" ? null : empty(text.none(words), quiet(text.noneHint))),
    })
    const say = () => fill(sentence, now.status === "running"
      ? para(text.searching(now.searchedUnits, now.totalUnits, now.resultCount), " ", plain(text.stop, () => void remove(hf`fileSearches/${now.id}`).then(() => { now = { ...now, status: "cancelled" }; say() }, () => {})))
      : [now.resultCount > 0 && lead(text.found(now.resultCount, words)), now.resultCount > manyResults && quiet(text.many),
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
    return section(text.files, shown)
  }

  function filters() {
    const change = (/** @type {Record<string, string | null>} */ changes) => { page.setQuery(changes); page.reload() }
    const time = (/** @type {string} */ key) => (/** @type {string} */ value) => change({ [key]: value || null })
    const only = query.get("unit")
    const where = el("span")
    if (only) void unit(only).then((owner) => fill(where, text.oneAccount, " ", name(called(owner)), " "), () => {})
    return el("div", { class: "filters" },
      only ? el("div", null, where, plain(text.everywhere, () => change({ unit: null })))
        : unitPicker({ label: text.in, placeholder: text.allAccounts, onPick: (one) => change({ unit: one.id }) }),
      timeField(text.from, query.get("start"), time("start")),
      timeField(text.until, query.get("end"), time("end")),
      tick(text.deleted, query.get("deleted") !== "no", (on) => change({ deleted: on ? null : "no" })))
  }

  async function showAccounts() {
    const found = await rows(hf`unitStates`, { search: words, top: 5, orderby: "displayName", select: "id,displayName,email,siteWebUrl,state" }, { signal })
    if (found.count > 0) {
      fill(accounts, section(text.accounts, lineList(found.rows.map((/** @type {Api.UnitState} */ one) =>
        [para(link(to`accounts/${one.id}`, name(called(one))), " ", aside(one.email ?? one.siteWebUrl)), stateMark(one.state)]))))
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
      if (words) void showAccounts().catch((error) => { if (!signal.aborted) fill(accounts, failure(error)) })
      return [filters(), note, accounts, sentence, found ? results(found) : el("p", { class: "state empty" }, words ? text.short : text.start)]
    },
    command: () => `holdfast find ${shell(words)} --deleted`,
  }
}
