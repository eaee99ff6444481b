// Who did what? The audit trail, or the activity logs where the server has no trail yet; and the reports.

import { beta, get, hf, isAbsent, next, where } from "../api.js"
import { el } from "../dom.js"
import { csv, save, select, timeField } from "../parts/form.js"
import { more, opener } from "../parts/more.js"
import { button, link, momentAgo, name } from "../parts/small.js"
import { empty, heading, lead, partial, stateMark } from "../parts/states.js"
import { to } from "../routes.js"
import { wordsOf } from "../words.js"

const piece = 100
// The page of a thing, by the name of its list.
/** @type {[RegExp, string][]} */
const places = [[/policies$/i, "policies"], [/^restore(Plans|Sessions)$/, "restores"], [/^(protectionUnits|unitStates)$/, "accounts"], [/^incidents$/, "incidents"]]
const shapes = /** @type {Record<string, string>} */ ({ succeeded: "ok", failed: "failed", partiallySucceeded: "warning", denied: "failed" })

/** @param {Portal.Page} page @returns {Portal.View<{ first: Api.Page<Api.AuditRecord>, isTrail: boolean }>} */
export default function activity(page) {
  const text = wordsOf("activity")
  const { signal, place: { query } } = page
  const ask = (/** @type {any} */ more) => get(hf`auditRecords`, { top: piece, filter: filter(), ...more }, { signal })
  let search = query.get("search") ?? ""

  function filter() {
    const [since, until, outcome] = ["since", "until", "outcome"].map((key) => query.get(key))
    return [since && where`dateTime ge ${new Date(since)}`, until && where`dateTime le ${new Date(until)}`, outcome && (outcome === "failed" ? "outcome ne 'succeeded'" : where`outcome eq ${outcome}`)].filter(Boolean).join(" and ") || undefined
  }

  // An activity log in the form of an audit record.
  /** @param {any} log @returns {Api.AuditRecord} */
  const record = (log) => ({ id: log.id, dateTime: log.eventDateTime, actor: { id: null, name: log.performedBy, kind: "" }, applicationId: null, address: null, action: log.activityType, hash: null,
    target: log.policyId ? { kind: "protectionPolicies", id: log.policyId, name: log.policyName } : { kind: "restoreSessions", id: log.restoreSessionId ?? null },
    outcome: log.resultStatus, requestId: null, details: log.restoreArtifactDetails ?? log.protectionUnitDetails ?? log.offboardingDetails ?? log.error })

  const logs = async (/** @type {Api.Page<any> | null} */ last) => {
    const answer = last ? await next(last, { signal }) : await get(beta`activityLogs`, { top: piece }, { signal })
    return { ...answer, value: answer.value.map(record) }
  }

  /** @param {Api.AuditRecord["target"]} target */
  function targetOf(target) {
    const { id, kind } = target
    if (!id || !kind) return ""
    const page = places.find(([pattern]) => pattern.test(kind))?.[1]
    const what = text.targets[kind] ?? kind
    // An id without a page says nothing to people; it stands in the details.
    return page ? [el("span", { class: "quiet" }, what, " "), link(to`${page}/${id}`, name(target.name ?? id))] : what
  }

  /** @param {{ first: Api.Page<Api.AuditRecord>, isTrail: boolean }} data */
  function records({ first, isTrail }) {
    const [since, until, outcome] = ["since", "until", "outcome"].map((key) => query.get(key))
    let isFirst = true
    const shown = more({
      label: text.label, key: (/** @type {Api.AuditRecord} */ one) => one.id,
      heads: [text.heads.when, text.heads.who, text.heads.what, text.heads.target, text.heads.outcome, { text: text.heads.details, away: true }],
      ask: async (last) => {
        if (!last && isFirst) { isFirst = false; return first }
        return isTrail ? (last ? next(last, { signal }) : ask({})) : logs(last)
      },
      keeps: (one) => (!search || [one.actor.name ?? text.system, text.acts[one.action] ?? one.action, one.target.name, one.target.id].join(" ").toLowerCase().includes(search.toLowerCase()))
        && (isTrail || ((!since || one.dateTime >= since) && (!until || one.dateTime <= until) && (!outcome || (one.outcome === "succeeded") === (outcome === "succeeded")))),
      cells: (one) => [momentAgo(one.dateTime), [name(!one.actor.name || one.actor.name === "system" ? text.system : one.actor.name), one.address && el("span", { class: "quiet" }, " · ", one.address)],
        text.acts[one.action] ?? name(one.action), targetOf(one.target), stateMark(shapes[one.outcome] ?? "failed", text.results[/** @type {"failed"} */ (one.outcome)] ?? text.refused(one.outcome)),
        (one.details || one.requestId) && opener(text.details, () => el("pre", { class: "details" }, JSON.stringify({ ...one.details, action: one.action, target: one.target.id ?? undefined, application: one.applicationId ?? undefined, requestId: one.requestId ?? undefined, hash: one.hash ?? undefined }, null, 2)), { label: text.detailsOf(text.acts[one.action] ?? one.action) })],
      empty: () => empty(search || filter() ? text.noneFits : text.none),
    })
    const change = (/** @type {string} */ key, /** @type {string | null} */ value) => { page.setQuery({ [key]: value || null }); page.reload() }
    const time = (/** @type {string} */ key) => timeField(key === "since" ? text.since : text.until, query.get(key), (value) => change(key, value))
    const find = el("input", { type: "search", "aria-label": text.search, placeholder: text.search, value: search, on: { input: () => { search = find.value.trim(); page.setQuery({ search: search || null }); void shown.sift() } } })
    const kept = () => shown.rows()
    const file = `holdfast-activity-${new Date().toISOString().slice(0, 10)}`
    if (isTrail) page.every(30, () => void shown.renew())
    return [el("div", { class: "filters" }, el("div", { class: "search" }, find), time("since"), time("until"),
      select(text.outcome, outcome ?? "", Object.entries(text.outcomes).map(([key, value]) => /** @type {const} */ ([key === "all" ? "" : key, value])), (value) => change("outcome", value)),
      el("div", { class: "actions" }, el("span", { class: "quiet" }, text.export),
        button(text.csv, () => save(`${file}.csv`, csv([text.csvHeads, ...kept().map((one) => [one.dateTime, one.actor.name, one.applicationId, one.address, one.action, one.target.kind, one.target.name ?? one.target.id, one.outcome, one.requestId])]), "text/csv"), { kind: "plain" }),
        button(text.json, () => save(`${file}.json`, JSON.stringify(kept(), null, 2), "application/json"), { kind: "plain" }))), shown.node]
  }

  return {
    title: () => text.title, needs: "Monitor.Read",
    columns: [text.heads.when, text.heads.who, text.heads.what, text.heads.target, text.heads.outcome],
    load: async () => {
      try {
        return { first: await ask({}), isTrail: true }
      } catch (error) {
        if (!isAbsent(error)) throw error
        return { first: await logs(null), isTrail: false }
      }
    },
    render: (data) => {
      page.offerCommand(() => "holdfast activity list")
      const report = (/** @type {"protection" | "access" | "restore"} */ kind, /** @type {string} */ address) => el("section", { class: "card" }, el("h3", null, link(address, text.names[kind])), el("p", { class: "quiet" }, text.about[kind]))
      return el("article", { class: "activity" }, heading(text.title), lead(text.sentence), !data.isTrail && partial(text.onlyLogs),
        el("section", null, el("h2", null, text.reports), el("div", { class: "cards" }, report("protection", to`activity/protection`), report("access", to`activity/access`), report("restore", to`restores`))),
        el("section", null, el("h2", null, text.records), records(data)))
    },
  }
}
