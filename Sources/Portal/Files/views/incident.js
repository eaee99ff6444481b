// When did it strike, whom, and which moment is the last good one?

import { ask } from "../parts/dialog.js"
import { list } from "../parts/list.js"
import { timeline } from "../parts/timeline.js"
import {
  atAddress, button, card, clock, compareAddress, count, el, empty, get, hf, later, link, linkButton, mark, moment, momentAgo, name, para, post,
  quiet, refill, rollBackAddress, rows, section, words, wordsOf,
} from "./kit.js"
import { unitLink } from "./unit-parts.js"

const tenMinutes = 600_000
const day = 86_400_000
const mostGoing = 200

/** @param {Portal.Page} page @returns {Portal.View<Api.Incident>} */
export default function incidentPage(page) {
  const text = wordsOf("incident")
  const { id } = page.place.params
  const { signal } = page
  /** @type {Api.Incident} */
  let incident

  const isClosed = () => incident.status === "dismissed" || incident.status === "restored"

  function state() {
    const closed = incident.closedDateTime
    if (incident.status === "dismissed" && closed) return para(text.closed(moment(closed), incident.dismissedReason ?? ""))
    if (incident.status === "restored" && closed) return para(text.restored(momentAgo(closed)))
    return quiet(text.detected(momentAgo(incident.detectedDateTime)), " · ", text.statuses[incident.status], " · ", text.score(incident.score))
  }

  const why = () => card(text.why,
    el("ul", { class: "signals" }, incident.signals.map((signal) => el("li", null, mark("failing"), el("span", null, signal.text)))),
    quiet(text.whyNote))

  /** @param {{ count: number, rows: Api.IncidentUnit[] }} active */
  const goingOn = (active) => el("section", { class: "going-on" },
    el("div", null, el("h2", null, text.stillGoing),
      para(active.count > 0 ? text.goingOn(active.count) : text.notGoing, " ",
        active.rows.slice(0, 5).flatMap((unit) => [unitLink(unit), " "])),
      quiet(text.stopFirst)))

  /** Units that changed within ten minutes, among the newest of the list. */
  async function active() {
    const page = await rows(hf`incidents/${id}/units`, { top: mostGoing }, { signal })
    const recent = page.rows.filter((unit) => Date.now() - Date.parse(unit.lastActivityDateTime) < tenMinutes)
    return { count: recent.length, rows: recent }
  }

  // The first path that was hit, and the moments before and after.
  /** @param {Api.IncidentUnit} unit */
  function samples(unit) {
    if (unit.samples.length === 0) return null
    const [first] = unit.samples
    const folder = (first.pathBefore ?? first.path).split("/").slice(0, -1).join("/")
    return [
      el("span", { title: unit.samples.map((sample) => sample.path).join("\n") }, name(first.path.split("/").pop() ?? first.path)), " ",
      page.can("Restore.ReadWrite") && [
        link(atAddress(unit.unitId, unit.beganBefore, folder), text.now), " ",
        unit.lastCleanDateTime && link(atAddress(unit.unitId, unit.lastCleanDateTime, folder), text.before(unit.lastCleanDateTime)),
      ],
    ]
  }

  const unitList = () => list({
    signal, label: text.units, key: (/** @type {Api.IncidentUnit} */ unit) => unit.unitId, sort: { by: "beganBefore", down: false },
    ask: ({ skip, top, signal }) => rows(hf`incidents/${id}/units`, { skip, top }, { signal }),
    empty: () => empty(text.none), cardHeight: 112,
    heads: text.columns,
    columns: {
      name: { width: "minmax(10rem, 1.5fr)", cell: unitLink },
      began: { width: "5rem", end: true, cell: (unit) => el("time", { title: text.at(unit.beganBefore) }, clock(unit.beganBefore)) },
      clean: { width: "9rem", end: true, cell: (unit) => (unit.lastCleanDateTime
        ? el("a", { class: "is-ok", href: compareAddress(unit.unitId, unit.lastCleanDateTime, unit.beganBefore), title: text.at(unit.lastCleanDateTime) }, clock(unit.lastCleanDateTime))
        : el("span", { class: "is-failing" }, mark("damaged"), text.noClean)) },
      replaced: { width: "5.5rem", end: true, cell: (unit) => count(unit.replaced) },
      removed: { width: "5.5rem", end: true, minor: true, cell: (unit) => count(unit.removed) },
      added: { width: "5.5rem", end: true, minor: true, cell: (unit) => count(unit.added) },
      samples: { width: "minmax(13rem, 2fr)", cell: samples },
    },
  })

  /** From a day before to a day after the beginning, in ten minutes each. */
  async function series() {
    const began = Date.parse(incident.beganAfter ?? incident.beganBefore)
    const start = Math.floor((began - day) / tenMinutes) * tenMinutes
    const end = Math.min(start + 2 * day, Math.ceil(Date.now() / tenMinutes) * tenMinutes)
    const range = { start: new Date(start).toISOString(), end: new Date(end).toISOString(), buckets: Math.min(600, Math.max(6, Math.round((end - start) / tenMinutes))) }
    return get(hf`changeSeries`, { incidentId: id, ...range }, { signal })
  }

  async function dismiss() {
    const done = await ask({
      title: text.dismissTitle, action: text.dismissDo, kind: "danger",
      body: [para(text.dismissWhy), el("label", null, text.reason, el("textarea", { name: "reason", rows: 3, required: true, autofocus: true }))],
      act: async (form) => { incident = await post(hf`incidents/${id}/dismiss`, { reason: String(form.get("reason")).trim() }) },
    })
    if (done) page.reload()
  }

  return {
    title: (data) => (data ? words.incident.sentence(data) : text.title),
    needs: "Restore.Read",
    columns: [text.columns.name, text.columns.began, text.columns.clean, text.columns.replaced],
    load: async () => (incident = await get(hf`incidents/${id}`, {}, { signal })),
    heading: () => [mark(isClosed() ? "ok" : "failing"), " ", words.incident.sentence(incident)],
    render: () => {
      const units = unitList()
      const about = el("div", { class: "about" }, state())
      const going = later(active, goingOn)
      const chart = later(series, (right) =>
        timeline({ signal, right, level: "day", label: text.timeline, fixed: true, many: true, lastClean: incident.beganAfter }), { class: "tall" })
      const decide = el("div", { class: "decide" })
      const showDecision = () => refill(decide, !isClosed() && page.can("Restore.ReadWrite") && [
        button(text.dismiss, () => void dismiss()),
        linkButton(rollBackAddress({ incident: id }), text.rollBack(incident.unitCount), "danger"),
      ])
      showDecision()
      page.follow(["incidents"], (news) => {
        if (news?.thing === "incident" && news.id === id && news.body) {
          incident = news.body
          refill(about, state())
          showDecision()
          void going.again()
          void units.refresh()
        }
      })
      return [about, !isClosed() && going, decide, why(), section(text.firstHit, chart), section(text.units, units)]
    },
    command: () => `holdfast incident show ${id}`,
  }
}
