// Who did what? The audit trail, and the reports.

import { saveButtons, searchField, select, timeField, today } from "../parts/form.js"
import { more, opener } from "../parts/more.js"
import { actions, aside, el, empty, get, hf, lead, link, momentAgo, name, next, quiet, section, stateMark, to, where, wordsOf } from "./kit.js"
import { withoutWorkload } from "./unit-parts.js"

const piece = 100
// The page of a thing, by the name of its list.
/** @type {[RegExp, string][]} */
const places = [[/policies$/i, "policies"], [/restore(Plans|Sessions)$/i, "restores"], [/^(protectionUnits|unitStates)$/, "accounts"], [/^incidents$/, "incidents"]]

/** @param {Portal.Page} page @returns {Portal.View<Api.Page<Api.AuditRecord>>} */
export default function activity(page) {
  const text = wordsOf("activity")
  const { signal, place: { query } } = page
  /** @returns {Promise<Api.Page<Api.AuditRecord>>} */
  const ask = () => get(hf`auditRecords`, { top: piece, filter: filter() }, { signal })
  let search = query.get("search") ?? ""

  function filter() {
    const [since, until, outcome] = ["since", "until", "outcome"].map((key) => query.get(key))
    return [since && where`dateTime ge ${new Date(since)}`, until && where`dateTime le ${new Date(until)}`, outcome && (outcome === "failed" ? "outcome ne 'succeeded'" : where`outcome eq ${outcome}`)].filter(Boolean).join(" and ") || undefined
  }

  /** @param {Api.AuditRecord["target"]} target */
  function targetOf(target) {
    const { id, kind } = target
    if (!id || !kind) return ""
    const page = places.find(([pattern]) => pattern.test(kind))?.[1]
    const what = text.targets[withoutWorkload(kind)] ?? kind
    // An id without a page says nothing to people; it stands in the details.
    return page ? [aside(what, " "), link(to`${page}/${id}`, name(target.name ?? id))] : what
  }

  /** @param {Api.Page<Api.AuditRecord>} first */
  function records(first) {
    /** @type {Api.Page<Api.AuditRecord> | null} */
    let loaded = first
    const take = () => { const page = loaded; loaded = null; return page }
    const act = (/** @type {Api.AuditRecord} */ one) => text.acts[withoutWorkload(one.action)] ?? one.action
    const shown = more({
      label: text.label, heads: text.heads, key: (/** @type {Api.AuditRecord} */ one) => one.id,
      ask: async (last) => (last ? next(last, { signal }) : take() ?? ask()),
      keeps: (one) => !search || [one.actor.name ?? text.system, act(one), one.target.name, one.target.id].join(" ").toLowerCase().includes(search.toLowerCase()),
      cells: (one) => [momentAgo(one.dateTime), [name(!one.actor.name || one.actor.name === "system" ? text.system : one.actor.name), one.address && aside(" · ", one.address)],
        text.acts[withoutWorkload(one.action)] ?? name(one.action), targetOf(one.target), stateMark(one.outcome === "succeeded" ? "ok" : "failed", text.ended(one.outcome)),
        (one.details || one.requestId) && opener(text.heads.actions, () => el("pre", { class: "details" }, JSON.stringify({ ...one.details, action: one.action, target: one.target.id ?? undefined, application: one.applicationId ?? undefined, requestId: one.requestId ?? undefined, hash: one.hash ?? undefined }, null, 2)), { label: text.detailsOf(act(one)) })],
      empty: () => empty(search || filter() ? text.noneFits : text.none),
    })
    const change = (/** @type {string} */ key, /** @type {string} */ value) => { page.setQuery({ [key]: value }); page.reload() }
    const time = (/** @type {string} */ label, /** @type {string} */ key) => timeField(label, query.get(key), (value) => change(key, value))
    page.every(30, () => void shown.renew())
    return [el("div", { class: "filters" }, searchField(text.search, search, (typed) => { search = typed; page.setQuery({ search }); void shown.sift() }), time(text.since, "since"), time(text.until, "until"),
      select(text.outcome, query.get("outcome") ?? "", [["", text.outcomes.all], ["succeeded", text.outcomes.succeeded], ["failed", text.outcomes.failed]], (value) => change("outcome", value)),
      actions(aside(text.export), saveButtons(`holdfast-activity-${today()}`,
        () => [text.csvHeads, ...shown.rows().map((one) => [one.dateTime, one.actor.name, one.applicationId, one.address, one.action, one.target.kind, one.target.name ?? one.target.id, one.outcome, one.requestId])],
        () => shown.rows(), "plain"))), shown]
  }

  return {
    title: () => text.title, needs: "Monitor.Read",
    columns: Object.values(text.heads),
    load: ask,
    render: (first) => {
      const report = (/** @type {"protection" | "access" | "restore"} */ kind, /** @type {string} */ address) => el("section", { class: "card" }, el("h3", null, link(address, text.names[kind])), quiet(text.about[kind]))
      return [lead(text.sentence),
        section(text.reports, el("div", { class: "cards" }, report("protection", to`activity/protection`), report("access", to`activity/access`), report("restore", to`restores`))),
        section(text.records, records(first))]
    },
    command: () => "holdfast activity list",
  }
}
