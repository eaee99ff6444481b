// One restore: how far it is, what failed, how it is stopped, repeated and taken back; and after its end its report.

import { saveButtons } from "../parts/form.js"
import { more, opener } from "../parts/more.js"
import { progressBar } from "../parts/progress.js"
import {
  acting, actions, acts, all, aside, button, called, el, get, hf, lead, link, linkButton, moment, momentAgo, name, next, orNull, pages, para, partial,
  plain, quiet, refill, rollBackAddress, section, set, share, size, stateMark, to, trouble as wrong, words, wordsOf,
} from "./kit.js"
import { backTo, byWhom, cancel, items, jobType, progressOf, retry, runningStates, shapeOf, undo, whatOf } from "./restores-query.js"
import { unitLink } from "./unit-parts.js"

/** @typedef {{ plan: Api.Plan | null, session: Api.Session | null, progress: Api.Progress }} Data */

const stillSeconds = 120
const renewMilliseconds = 3000
const states = /** @type {const} */ (["all", "failed", "running", "waiting", "done"])

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function restore(page) {
  const text = wordsOf("restores")
  const { signal, place } = page
  const { id } = place.params
  /** @type {Data} */
  let data
  /** @type {ReturnType<typeof unitTable> | null} */
  let units = null
  let filter = /** @type {typeof states[number]} */ ("all")
  let moved = Date.now()
  let quarter = 0
  let renewed = 0
  const top = el("div", { class: "restore-top" })
  const trouble = el("div")
  const chips = el("div", { class: "segmented", role: "group", "aria-label": text.filterLabel })
  const job = () => ({ id, kind: data.plan ? /** @type {const} */ ("plan") : /** @type {const} */ ("session") })
  const status = () => (data.plan ?? data.session)?.status ?? "unknown"
  const isRunning = () => runningStates.includes(status())
  const isGranular = () => data.session?.restoreJobType === "granular"
  const what = () => (data.plan ? whatOf(data.plan) : text.job[isGranular() ? "granular" : "session"](data.progress.units.total))
  const mayChange = page.can("Restore.ReadWrite")

  async function load() {
    /** @type {Api.Plan | null} */
    // Those who may only read see progress, but no plans.
    const plan = await orNull(get(hf`restorePlans/${id}`, {}, { signal }), 400, 403, 404)
    /** @type {Api.Session | null} */
    const session = plan ? null : await get(hf`restoreSessions/${id}`, {}, { signal })
    if (session) Object.assign(session, { restoreJobType: await jobType(id, signal) })
    const progress = await progressOf({ id, kind: plan ? "plan" : "session" }, signal)
    return { plan, session, progress }
  }

  /** @param {Api.UnitProgress} unit */
  const stateOf = (unit) => (unit.status === "succeeded" ? "done" : unit.status === "failed" ? (unit.error?.code === "RestoreCancelled" ? "cancelled" : "failed") : unit.status === "inProgress" ? "running" : "waiting")

  function unitTable() {
    const sessions = data.plan?.sessions ?? [id]
    let at = 0
    return more({
      label: text.unitLabel, key: (/** @type {Api.UnitProgress} */ unit) => unit.artifactId, keeps: (unit) => filter === "all" || stateOf(unit) === filter,
      heads: isGranular() ? { ...text.unitHeads, name: text.itemHead } : text.unitHeads, end: ["items", "bytes"],
      ask: async (last) => {
        if (!last) at = 0
        else if (last["@odata.nextLink"] !== "#") return carry(await next(last, { signal }))
        else at += 1
        if (data.session && isGranular()) return items(data.session, signal)
        return sessions[at] ? carry(await get(hf`restoreSessions/${sessions[at]}/units`, { top: 200 }, { signal })) : { value: [] }
      },
      cells: (unit) => [
        isGranular() ? name(unit.displayName ?? "") : unitLink(unit), stateMark(stateOf(unit)),
        unit.items.total > 0 ? text.itemsOf(unit.items.done, unit.items.total) : "", Number(unit.bytes.total) > 0 ? size(stateOf(unit) === "done" ? unit.bytes.total : unit.bytes.done) : "",
        unit.error ? el("span", { class: "is-failing" }, unit.error.message) : unit.waitingFor ? text.waits(unit.waitingFor)
          : stateOf(unit) === "running" ? [unit.phase && text.phases[unit.phase], unit.currentPath && [" · ", name(unit.currentPath)]] : "",
        acts(unitActions(unit)),
      ],
      empty: text.noUnits,
    })

    // The pages of the next session follow those of this one.
    /** @param {Api.Page<Api.UnitProgress>} answer */
    function carry(answer) {
      if (!answer["@odata.nextLink"] && at < sessions.length - 1) return { ...answer, "@odata.nextLink": "#" }
      return answer
    }
  }

  /** @param {Api.UnitProgress} unit */
  function unitActions(unit) {
    const who = called(unit)
    const { undoRestorePointId } = unit
    return [
      unit.errorCount > 0 && opener(text.errors(unit.errorCount), () => more({
        label: text.errorsOf(who), heads: text.errorHeads, ask: pages(hf`restoreArtifacts/${unit.artifactId}/itemErrors`, {}, signal),
        key: (/** @type {Api.ItemError} */ error) => error.path + error.action, cells: (error) => [name(error.path), el("code", null, error.code), error.message, error.retryable ? text.yes : text.no],
      })),
      mayChange && unit.error?.code === "PlanOutdated" && data.plan && linkButton(
        rollBackAddress({ units: [unit.unitId], at: data.plan.moment.dateTime ?? undefined }), text.planUnit, "plain", text.planUnitOf(who)),
      mayChange && undoRestorePointId && ["succeeded", "failed"].includes(unit.status) && !isRunning()
        && plain(text.undoUnit, act(() => backTo(page, unit.unitId, undoRestorePointId)), text.undoUnitOf(who)),
    ]
  }

  const act = acting(trouble)
  const reloading = acting(trouble, page.reload)

  const bar = progressBar({ label: text.bar, done: 0, total: 1 })

  function draw() {
    const { plan, session, progress: now } = data
    const done = !isRunning()
    bar.update({ done: Number(now.bytes.done), total: Number(now.bytes.total) || (done ? 0 : 1) })
    const [from, by] = [plan?.startedDateTime ?? session?.createdDateTime, byWhom(plan?.createdBy ?? session?.createdBy ?? null)]
    const ended = plan?.endedDateTime ?? session?.completedDateTime
    const still = (Date.now() - moved) / 1000
    const undoUntil = plan?.undoUntil
    refill(top,
      lead(done ? text.result(now.units, isGranular()) : [what(), " "], " ", stateMark(shapeOf(status()), text.statuses[status()] ?? status())),
      quiet(from && text.started(moment(from), by), " ", ended ? text.ends(momentAgo(ended)) : text.mayClose,
        plan?.undoOf && [" ", text.undoThis, " ", link(to`restores/${plan.undoOf}`, text.seeUndone)]),
      !done && bar,
      !done && para(text.units(now.units), " · ", text.bytes(now.bytes.done, now.bytes.total, now.bytesPerSecond),
        now.remainingSeconds !== null && ` · ${text.left(Math.max(1, now.remainingSeconds))}`, " · ", text.phases[now.phase]),
      !done && (still > stillSeconds ? partial(text.still(still, now.waitingFor)) : now.waitingFor && partial(text.waits(now.waitingFor))),
      session?.error && wrong(session.error.message),
      actions(
        mayChange && !done && status() !== "cancelling" && button(text.cancel, reloading(() => cancel(job(), now)), { label: text.cancelOf(what()) }),
        mayChange && done && now.units.failed > 0 && button(text.retry(now.units.failed), reloading(() => retry(job())), { kind: "primary" }),
        mayChange && done && (undoUntil || !plan) && button(text.undo, act(() => undo(page, job())), { label: text.undoOf(what()) }),
        done && plan && aside(undoUntil ? text.undoUntil(moment(undoUntil)) : text.noUndo)),
      done && el("div", { class: "actions report" }, aside(text.report), plain(words.files.print, () => print()),
        saveButtons(`holdfast-restore-${id.slice(0, 8)}`, async () => [text.csvHeads, ...(await outcome()).map((unit) => [called(unit), unit.status, unit.items.done, unit.items.total,
          unit.bytes.done, unit.bytes.total, unit.errorCount, unit.error?.message])],
        async () => ({ ...(data.plan ?? data.session), progress: data.progress, units: await outcome() }), "plain")))
    const counts = { all: now.units.total, failed: now.units.failed, running: now.units.running, waiting: now.units.waiting, done: now.units.done }
    refill(chips, states.map((state) => button(text.filterCount(text.filters[state], counts[state]), () => choose(state))))
    press()
  }

  const press = () => [...chips.children].forEach((chip, index) => set(chip, { "aria-pressed": String(states[index] === filter) }))

  /** @param {typeof states[number]} state */
  function choose(state) {
    filter = state
    press()
    void units?.sift()
  }

  /** @returns {Promise<Api.UnitProgress[]>} */
  const outcome = async () => (await Promise.all((data.plan?.sessions ?? [id]).map((session) => all(hf`restoreSessions/${session}/units`, { top: 200 }, { signal, atMost: 20_000 })))).flat()

  /** @param {Api.Progress} now */
  function take(now) {
    if (now.bytes.done !== data.progress.bytes.done || now.items.done !== data.progress.items.done || now.units.done !== data.progress.units.done) moved = Date.now()
    data.progress = now
    const part = Number(now.bytes.total) > 0 ? Number(now.bytes.done) / Number(now.bytes.total) : 0
    if (Math.floor(part * 4) > quarter) {
      quarter = Math.floor(part * 4)
      page.announce(text.spoken(share(part), text.units(now.units)))
    }
    draw()
    if (Date.now() - renewed > renewMilliseconds) {
      renewed = Date.now()
      void units?.renew()
    }
  }

  /** What it is now, where events say nothing. */
  const ask = () => load().then((now) => {
    const ended = isRunning() && !runningStates.includes((now.plan ?? now.session)?.status ?? "")
    data = { ...now, progress: data.progress }
    // What can be done with an account is another thing now, though its row is as before.
    if (ended) {
      renewed = Date.now()
      void units?.reset()
    }
    take(now.progress)
    if (ended && now.progress.units.failed > 0) page.alarm(text.result(now.progress.units, isGranular()))
  }, () => {})

  return {
    title: (now) => { data = now ?? data; return data ? what() : text.one },
    needs: "Restore.Read",
    columns: [text.unitHeads.name, text.unitHeads.state, text.unitHeads.items],
    load,
    render: (first) => {
      data = first
      if (data.plan && !data.plan.startedDateTime) {
        page.go(rollBackAddress({ plan: id }))
        return null
      }
      units = unitTable()
      draw()
      page.follow([`restores/${id}`], (change) => {
        if (!change?.body || change.thing !== "progress" || change.body.phase === "done") return void ask()
        take(change.body)
      })
      page.every(15, () => isRunning() && void ask())
      return [trouble, top, facts(), section(isGranular() ? text.itemHead : text.accounts, chips, units), el("p", { class: "quiet print-only" }, text.covers)]
    },
    command: () => `holdfast session show ${id}${isRunning() ? " --watch" : ""}`,
  }

  function facts() {
    const { plan } = data
    if (!plan) return null
    const { facts: said } = text
    return el("details", { class: "facts" }, el("summary", null, text.planFacts), el("dl", null,
      [[said.id, id], [said.moment, plan.moment.kind === "at" && plan.moment.dateTime ? moment(plan.moment.dateTime) : plan.moment.kind === "lastClean" ? said.lastClean : said.points],
        [said.where, plan.destinationType === "new" ? said.new : plan.newerFiles === "keep" ? said.keep : said.inPlace]].map(([term, value]) => el("div", null, el("dt", null, term), el("dd", null, value)))), para(plan.sentence))
  }
}
