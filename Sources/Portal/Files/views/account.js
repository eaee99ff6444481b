// One account or site: which moments can it go back to, what changed when, and which is the last good one?

import { changeList } from "../parts/changes.js"
import { more } from "../parts/more.js"
import { seriesSentence } from "../parts/sentence.js"
import { tabs } from "../parts/tabs.js"
import { timeline } from "../parts/timeline.js"
import { timelineHelp } from "../parts/timeline-keys.js"
import { levels, questions } from "../parts/timeline-scale.js"
import { filesAt } from "./account-files.js"
import { pointList } from "./account-points.js"
import {
  acting, age, all, asking, atAddress, button, called, compareAddress, el, empty, fill, get, hf, later, link, linkButton, loadWords, moment, name,
  noRight, pages, para, partial, post, refill, rollBackAddress, said, shell, stateMark, to, trouble, v1, where, wordsOf,
} from "./kit.js"
import { handle, withoutWorkload } from "./unit-parts.js"

const mostPoints = 3000

/** @param {Portal.Page} page @returns {Portal.View<{ unit: Api.UnitState, clean: string | null }>} */
export default function account(page) {
  const text = wordsOf("account")
  const { query, params: { id } } = page.place
  const { signal } = page
  /** @type {ReturnType<typeof timeline> | null} */
  let line = null
  /** @type {Api.UnitState} */
  let unit
  /** @type {string | null} */
  let clean = null
  /** @type {Parts.Series | null} */
  let whole = null

  const mayRestore = page.can("Restore.ReadWrite")
  const level = () => /** @type {Parts.Level} */ (Object.hasOwn(levels, query.get("level") ?? "") ? query.get("level") : "all")
  /** The moment that buttons name: the chosen one, else the last clean one, else the newest point. */
  const chosen = () => query.get("a") ?? clean ?? unit.newestPointDateTime

  /** @param {Parts.Level} wanted @param {number} end @returns {Promise<Parts.Series>} */
  async function ask(wanted, end) {
    const oldest = unit.oldestPointDateTime ? Date.parse(unit.oldestPointDateTime) : null
    const { right, left } = questions(wanted, end, oldest)
    const [near, far] = await Promise.all([right, left].map((range) => range && get(hf`changeSeries`, { unitId: id, ...range }, { signal })))
    return { right: near, left: far }
  }

  const endOf = () => Math.min(Date.now(), Date.parse(query.get("end") ?? "") || Date.now())

  /** @returns {Promise<Parts.Series>} */
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

  const head = () => [
    stateMark(unit.state), unit.email && name(unit.email), unit.siteWebUrl && name(unit.siteWebUrl),
    unit.sizeInBytes !== null && text.facts(unit.fileCount ?? 0, unit.sizeInBytes, unit.pointCount),
    unit.newestPointDateTime && text.newest(age(unit.newestPointDateTime)),
    unit.verifiedDateTime ? text.verified(age(unit.verifiedDateTime)) : text.notVerified,
    unit.policyId && link(to`policies/${unit.policyId}`, text.policyName),
  ].map((fact) => fact && el("span", null, fact))

  const notes = () => [
    unit.error && trouble(el("b", null, unit.error.message), unit.error.action && [" ", text.errorNext(unit.error.action)]),
    unit.incidentId && trouble(text.incident, " ", link(to`incidents/${unit.incidentId}`, text.seeIncident)),
    unit.damagedPointCount > 0 && partial(text.damaged(unit.damagedPointCount)),
  ]

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
      mayRestore && [linkButton(atAddress(id, at), text.browse(at), "primary"), linkButton(rollBackAddress({ units: [id], at }), text.rollBack), compare],
      page.can("Configuration.ReadWrite") && unit.state !== "deleted" && button(text.backUpNow, backUp),
    ]
  }

  const done = el("div")
  const backUp = acting(done, () => void fill(done, said(text.backUpStarted)))(() => post(hf`protectionUnits/${id}/backup`))

  const listActs = {
    compare: (/** @type {Api.Notable} */ notable) => page.go(compareAddress(id, notable.from, notable.to)),
    browse: (/** @type {number} */ from) => page.go(atAddress(id, from)),
    rollBack: (/** @type {number} */ from) => page.go(rollBackAddress({ units: [id], at: from })),
  }

  /** @param {Parts.Series} series */
  const both = (series) => (series.left ? [series.left, series.right] : [series.right])

  // Asked for once somebody opens them; the panel may be made again.
  const allPoints = el("details", { class: "changes", on: { toggle: () => {
    if (allPoints.childElementCount === 1) allPoints.append(pointList(page, id))
  } } }, el("summary", null, text.tabs.points))

  const activity = () => later(() => loadWords("activity"), () => {
    const acts = wordsOf("activity")
    return [more({
      label: text.tabs.activity, heads: text.activityHeads, key: (/** @type {Api.AuditRecord} */ one) => one.id,
      ask: pages(hf`auditRecords`, { filter: where`target/id eq ${id}`, top: 50 }, signal),
      cells: (one) => [moment(one.dateTime), [name(one.actor.name ?? acts.system), " ", acts.acts[withoutWorkload(one.action)] ?? name(one.action)], acts.ended(one.outcome)],
      empty: text.activityNone,
    }), para(link(asking(to`activity`, { search: id }), text.allActivity))]
  })

  return {
    title: (data) => (data ? called(unit) : text.title),
    needs: "Configuration.Read",
    load: async () => {
      unit = await get(hf`unitStates/${id}`, {}, { signal })
      if (unit.incidentId) {
        const part = await get(hf`incidents/${unit.incidentId}/units/${id}`, {}, { signal }).catch(() => null)
        clean = part?.lastCleanDateTime ?? null
      }
      return { unit, clean }
    },
    heading: () => name(called(unit)),
    render: () => {
      if (!unit.unitId || unit.pointCount === 0) {
        const why = !unit.unitId ? text.notProtected : unit.nextBackupDateTime ? text.firstDue(unit.nextBackupDateTime) : text.noPoint
        return [el("div", { class: "unit-facts" }, head()), notes(),
          empty(why, !unit.unitId && page.can("Configuration.ReadWrite") && linkButton(to`policies/new`, text.protect, "primary"))]
      }
      page.keys(timelineHelp())
      const facts = el("div", { class: "unit-facts" }, head())
      const hints = el("div", { class: "notes" }, notes())
      const bar = el("div", { class: "act-bar" }, acts())
      const sentence = el("div")
      const panels = tabs({
        label: text.tabList, at: query.get("tab") ?? "changes", onChange: (tab) => page.setQuery({ tab }),
        items: [
          { id: "changes", head: text.tabs.changes, make: () => [whole && changeList(both(whole), listActs), allPoints] },
          { id: "files", head: text.tabs.files, make: () => { const at = chosen(); return at && mayRestore ? filesAt(page, unit, at) : noRight("Restore.ReadWrite", page.me) } },
          { id: "activity", head: text.tabs.activity, make: activity },
        ],
      })
      const choose = (/** @type {"a" | "b"} */ which, /** @type {string} */ at) => {
        page.setQuery({ [which]: at })
        refill(bar, acts())
        if (query.get("tab") === "files") panels.renew()
      }
      const change = async (/** @type {Parts.Level} */ wanted, /** @type {number} */ end) => {
        page.setQuery({ level: wanted === "all" ? null : wanted, end: end > Date.now() - 60_000 ? null : new Date(end).toISOString() })
        line?.update({ ...(wanted === "all" && whole ? whole : await ask(wanted, end)), level: wanted })
      }
      const chart = later(load, (now) => {
        fill(sentence, seriesSentence(both(/** @type {Parts.Series} */ (whole)), { lastClean: clean, address: (notable) => (notable.pointBefore ? compareAddress(id, notable.from, notable.to) : null) }))
        if ((query.get("tab") ?? "changes") === "changes") panels.renew()
        line = timeline({
          ...now, whole: /** @type {Parts.Series} */ (whole), level: level(), label: text.timeline, signal, lastClean: clean, chosen: { a: query.get("a"), b: query.get("b") },
          askPoints, onChoose: choose, onLevel: (wanted, end) => void change(wanted, end).catch(() => {}),
          act: {
            browse: (at) => page.go(atAddress(id, at)), rollBack: (at) => page.go(rollBackAddress({ units: [id], at })),
            compare: () => { const at = chosen(); if (at) page.go(compareAddress(id, at, query.get("b") ?? "now")) },
          },
        })
        return line
      }, { class: "tall" })
      page.follow([`units/${id}`], (news) => {
        const before = unit.newestPointDateTime
        if (news?.body) unit = news.body
        refill(facts, head())
        refill(hints, notes())
        // The view moves on only where it stands at the right edge.
        if (!query.get("end") && unit.newestPointDateTime !== before) void load().then((now) => line?.update({ ...now, whole: whole ?? now }), () => {})
      })
      return [facts, hints, sentence, bar, done, chart, panels]
    },
    command: () => `holdfast unit show ${shell(handle(unit))}`,
  }
}
