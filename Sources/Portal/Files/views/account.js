// One account or site: which moments can it go back to, what changed when, and which is the last good one?

import { ApiError, all, get, hf, post, v1, where } from "../api.js"
import { el, fill } from "../dom.js"
import { age, button, link, moment, name, refill } from "../parts/small.js"
import { changeList } from "../parts/changes.js"
import { seriesSentence } from "../parts/sentence.js"
import { empty, failure, heading, later, mark, noRight, stateMark } from "../parts/states.js"
import { tabs } from "../parts/tabs.js"
import { timeline } from "../parts/timeline.js"
import { timelineHelp } from "../parts/timeline-keys.js"
import { levels, questions } from "../parts/timeline-scale.js"
import { atAddress, compareAddress, rollBackAddress, to } from "../routes.js"
import { loadWords, wordsOf } from "../words.js"
import { filesAt } from "./account-files.js"
import { pointList } from "./account-points.js"

/** @typedef {import("../parts/timeline-scale.js").Level} Level */
/** @typedef {{ right: Api.ChangeSeries, left: Api.ChangeSeries | null }} Series */

const mostPoints = 3000

/** @param {Portal.Page} page @returns {Portal.View<{ unit: Api.UnitState, clean: string | null }>} */
export default function account(page) {
  const text = wordsOf("account")
  const { query, params: { id } } = page.place
  const { signal } = page
  /** @type {ReturnType<typeof timeline> | null} */
  let line = null
  /** @type {{ node: HTMLElement, dispose: () => void } | null} */
  let points = null
  /** @type {Api.UnitState} */
  let unit
  /** @type {string | null} */
  let clean = null
  /** @type {Series | null} */
  let whole = null

  const called = () => unit.displayName || unit.email || unit.siteWebUrl || text.title
  const level = () => /** @type {Level} */ (Object.hasOwn(levels, query.get("level") ?? "") ? query.get("level") : "all")
  /** The moment that buttons name: the chosen one, else the last clean one, else the newest point. */
  const chosen = () => query.get("a") ?? clean ?? unit.newestPointDateTime

  /** @param {Level} wanted @param {number} end @returns {Promise<Series>} */
  async function ask(wanted, end) {
    const oldest = unit.oldestPointDateTime ? Date.parse(unit.oldestPointDateTime) : null
    const { right, left } = questions(wanted, end, oldest)
    const [near, far] = await Promise.all([right, left].map((range) => range && get(hf`changeSeries`, { unitId: id, ...range }, { signal })))
    return { right: near, left: far }
  }

  const endOf = () => Math.min(Date.now(), Date.parse(query.get("end") ?? "") || Date.now())

  /** @returns {Promise<Series>} */
  async function load() {
    const now = level()
    const [all, shown] = await Promise.all([ask("all", Date.now()), now === "all" ? null : ask(now, endOf())])
    whole = all
    return shown ?? all
  }

  /** The points of the account, for moving from one to the next. */
  async function askPoints() {
    const found = await all(v1`restorePoints`, { filter: where`protectionUnit/id eq ${id}`, orderby: "protectionDateTime desc", select: "id,protectionDateTime", top: 999 }, { signal, atMost: mostPoints })
    return found.map((point) => ({ id: point.id, at: Date.parse(point.protectionDateTime) })).reverse()
  }

  function head() {
    return [
      stateMark(unit.state), el("span", null, unit.email && name(unit.email)), unit.siteWebUrl && el("span", null, name(unit.siteWebUrl)),
      unit.sizeInBytes !== null && el("span", null, text.facts(unit.fileCount ?? 0, unit.sizeInBytes, unit.pointCount)),
      unit.newestPointDateTime && el("span", null, text.newest(age(unit.newestPointDateTime))),
      el("span", null, unit.verifiedDateTime ? text.verified(age(unit.verifiedDateTime)) : text.notVerified),
      unit.policyId && link(to`policies/${unit.policyId}`, text.policyName),
    ]
  }

  function notes() {
    return [
      unit.error && el("p", { class: "state failure" }, el("span", { class: "what" }, mark("failing"), unit.error.message),
        unit.error.action && el("span", null, text.errorNext(unit.error.action))),
      unit.incidentId && el("p", { class: "state failure" }, el("span", null, mark("failing"), text.incident, " ", link(to`incidents/${unit.incidentId}`, text.seeIncident))),
      unit.damagedPointCount > 0 && el("p", { class: "state partial" }, mark("damaged"), text.damaged(unit.damagedPointCount)),
    ]
  }

  function acts() {
    const at = chosen()
    if (!at) return null
    const b = query.get("b")
    /** @type {[string, string][]} */
    const others = [["now", text.compareNow]]
    if (clean && clean !== at) others.push([clean, text.compareClean])
    if (b) others.unshift([b, text.compareB(b)])
    const compare = el("select", { "aria-label": text.compareWith, title: text.compareHint, on: {
      change: (event) => { if (event.target.value) page.go(compareAddress(id, at, event.target.value)) },
    } }, el("option", { value: "" }, text.compareWith), others.map(([value, shown]) => el("option", { value }, shown)))
    return [
      page.can("Restore.ReadWrite") && el("a", { class: "button primary", href: atAddress(id, at) }, text.browse(at)),
      page.can("Restore.ReadWrite") && el("a", { class: "button", href: rollBackAddress({ units: [id], at }) }, text.rollBack),
      page.can("Restore.ReadWrite") && compare,
      page.can("Configuration.ReadWrite") && unit.state !== "deleted" && button(text.backUpNow, () => void backUp()),
    ]
  }

  const done = el("div")
  const backUp = () => post(hf`protectionUnits/${id}/backup`).then(
    () => fill(done, el("p", { class: "state said", role: "status" }, text.backUpStarted)), (error) => fill(done, failure(error)))

  const listActs = {
    compare: (/** @type {Api.Notable} */ notable) => page.go(compareAddress(id, notable.from, notable.to)),
    browse: (/** @type {number} */ from) => page.go(atAddress(id, from)),
    rollBack: (/** @type {number} */ from) => page.go(rollBackAddress({ units: [id], at: from })),
  }

  /** @param {Series} series */
  const both = (series) => (series.left ? [series.left, series.right] : [series.right])

  function allPoints() {
    points?.dispose()
    points = pointList(page, id)
    return el("details", { class: "changes" }, el("summary", null, text.tabs.points), points.node)
  }

  // What was asked of the account itself; an older server has no trail, or no filter for it.
  function activity() {
    const ask = () => get(hf`auditRecords`, { filter: where`targetId eq ${id}`, top: 50 }, { signal }).catch((error) => {
      if (error instanceof ApiError && [400, 404].includes(error.status)) return { value: [] }
      throw error
    })
    return later(async () => (await Promise.all([ask(), loadWords("activity")]))[0], (answer) => {
      const said = wordsOf("activity")
      const heads = [text.activityColumns.when, text.activityColumns.what, text.activityColumns.state]
      return [answer.value.length === 0 ? el("p", { class: "quiet" }, text.activityNone) : el("table", { class: "plain-table" },
        el("thead", null, el("tr", null, heads.map((head) => el("th", { scope: "col" }, head)))),
        el("tbody", null, answer.value.map((/** @type {Api.AuditRecord} */ one) => el("tr", null, el("td", null, moment(one.dateTime)),
          el("td", null, name(one.actor.name ?? said.system), " ", said.acts[one.action] ?? name(one.action)), el("td", null, one.outcome === "succeeded" ? said.results.succeeded : said.refused(one.outcome)))))),
        el("p", null, link(to`activity` + `?search=${encodeURIComponent(id)}`, text.allActivity))]
    }).node
  }

  return {
    title: (data) => (data ? called() : text.title),
    needs: "Configuration.Read",
    load: async () => {
      unit = await get(hf`unitStates/${id}`, {}, { signal })
      if (unit.incidentId) {
        const part = await get(hf`incidents/${unit.incidentId}/units/${id}`, {}, { signal }).catch(() => null)
        clean = part?.lastCleanDateTime ?? null
      }
      return { unit, clean }
    },
    render: () => {
      page.offerCommand(() => `holdfast unit show ${unit.email ?? unit.siteWebUrl ?? unit.id}`)
      const title = el("div", { class: "page-head" }, heading(name(called())))
      if (!unit.unitId || unit.pointCount === 0) {
        const why = !unit.unitId ? text.notProtected : unit.nextBackupDateTime ? text.firstDue(unit.nextBackupDateTime) : text.noPoint
        return el("article", null, title, el("div", { class: "unit-facts" }, head()), notes(),
          empty(why, !unit.unitId && page.can("Configuration.ReadWrite") && el("a", { class: "button primary", href: to`policies/new` }, text.protect)))
      }
      page.keys(timelineHelp())
      const facts = el("div", { class: "unit-facts" }, head())
      const hints = el("div", { class: "notes" }, notes())
      const bar = el("div", { class: "act-bar" }, acts())
      const sentence = el("div")
      /** @type {Series | null} */
      let series = null
      const panels = tabs({
        label: text.tabList, at: query.get("tab") ?? "changes", onChange: (tab) => page.setQuery({ tab }),
        items: [
          { id: "changes", head: text.tabs.changes, make: () => [series && changeList(both(whole ?? series), listActs), allPoints()] },
          { id: "files", head: text.tabs.files, make: () => { const at = chosen(); return at && page.can("Restore.ReadWrite") ? filesAt(page, unit, at) : noRight("Restore.ReadWrite", page.me) } },
          { id: "activity", head: text.tabs.activity, make: activity },
        ],
      })
      const choose = (/** @type {"a" | "b"} */ which, /** @type {string} */ at) => {
        page.setQuery({ [which]: at })
        refill(bar, acts())
        if (query.get("tab") === "files") panels.renew()
      }
      const change = async (/** @type {Level} */ wanted, /** @type {number} */ end) => {
        page.setQuery({ level: wanted === "all" ? null : wanted, end: end > Date.now() - 60_000 ? null : new Date(end).toISOString() })
        const now = wanted === "all" ? whole ?? (await ask("all", Date.now())) : await ask(wanted, end)
        line?.update({ ...now, level: wanted })
      }
      const chart = later(load, (now) => {
        series = now
        line?.dispose()
        fill(sentence, seriesSentence(both(whole ?? now), { lastClean: clean, address: (notable) => (notable.pointBefore ? compareAddress(id, notable.from, notable.to) : null) }))
        if ((query.get("tab") ?? "changes") === "changes") panels.renew()
        line = timeline({
          ...now, whole: whole ?? now, level: level(), label: text.timeline, lastClean: clean, chosen: { a: query.get("a"), b: query.get("b") },
          askPoints, onChoose: choose, onLevel: (wanted, end) => void change(wanted, end).catch(() => {}),
          act: {
            browse: (at) => page.go(atAddress(id, at)), rollBack: (at) => page.go(rollBackAddress({ units: [id], at })),
            compare: () => { const at = chosen(); if (at) page.go(compareAddress(id, at, query.get("b") ?? "now")) },
          },
        })
        return line.node
      }, { class: "tall" })
      page.follow([`units/${id}`], (news) => {
        const before = unit.newestPointDateTime
        if (news?.body) unit = news.body
        refill(facts, head())
        refill(hints, notes())
        const atEdge = !query.get("end")
        if (atEdge && unit.newestPointDateTime !== before) void load().then((now) => line?.update({ ...now, whole: whole ?? now }), () => {})
      })
      return el("article", { class: "account" }, title, facts, hints, sentence, bar, done, chart.node, panels.node)
    },
    dispose: () => {
      line?.dispose()
      points?.dispose()
    },
  }
}
