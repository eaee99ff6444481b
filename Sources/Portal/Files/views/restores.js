// What was brought back, and what is being brought back now?

import { more } from "../parts/more.js"
import { progressBar } from "../parts/progress.js"
import {
  acting, actions, acts, aside, button, el, empty, failure, fill, lead, lineList, link, linkButton, moment, momentAgo, name, para, partial, plain,
  quiet, refill, rollBackAddress, section, stateMark, to, wordsOf,
} from "./kit.js"
import { cancel, draftStates, jobs, progressOf, retry, runningStates, shapeOf, undo } from "./restores-query.js"

const piece = 100

/** @typedef {Awaited<ReturnType<typeof jobs>>} Data */

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function restores(page) {
  const text = wordsOf("restores")
  const { signal } = page
  let atMost = piece
  let drawn = ""
  /** @type {Map<string, Api.Progress>} */
  const progress = new Map()
  /** @type {Map<string, ReturnType<typeof progressBar>>} */
  const bars = new Map()
  const frame = el("div", { class: "restores" })
  const trouble = el("div")
  const mayChange = page.can("Restore.ReadWrite")
  const address = (/** @type {Views.Job} */ job) => (draftStates.includes(job.status) && job.kind === "plan" ? rollBackAddress({ plan: job.id }) : to`restores/${job.id}`)
  const state = (/** @type {Views.Job} */ job) => stateMark(shapeOf(job.status), text.statuses[job.status] ?? text.statuses.unknown)

  const doing = acting(trouble, () => void again())

  /** @param {Views.Job} job */
  function card(job) {
    const bar = progressBar({ label: text.bar, done: 0, total: 1 })
    bars.set(job.id, bar)
    showProgress(job.id)
    return el("section", { class: "card job" }, el("h3", null, link(address(job), job.what)),
      quiet(text.started(moment(job.from), job.by)), bar,
      actions(link(address(job), text.see), mayChange && job.status !== "cancelling"
        && button(text.cancel, doing(() => cancel(job, progress.get(job.id) ?? null)), { label: text.cancelOf(job.what) })))
  }

  /** @param {string} id */
  function showProgress(id) {
    const now = progress.get(id)
    if (!now) return
    bars.get(id)?.update({ done: Number(now.bytes.done), total: Number(now.bytes.total) || 1,
      text: [text.units(now.units), now.remainingSeconds !== null && ` · ${text.left(Math.max(1, now.remainingSeconds))}`, now.waitingFor && ` · ${text.waits(now.waitingFor)}`] })
  }

  /** @param {Data} found */
  function draw({ jobs: found, goesOn, trouble: failed }) {
    // What is the same stays, for somebody may be about to click it.
    if (JSON.stringify(found) === drawn) return
    drawn = JSON.stringify(found)
    const running = found.filter((job) => runningStates.includes(job.status))
    const drafts = found.filter((job) => draftStates.includes(job.status) && job.kind === "plan").slice(0, 5)
    const ended = found.filter((job) => !runningStates.includes(job.status) && !draftStates.includes(job.status))
    bars.clear()
    for (const job of running) if (!progress.has(job.id)) void progressOf(job, signal).then((now) => { progress.set(job.id, now); showProgress(job.id) }, () => {})
    const begin = mayChange && linkButton(to`restores/new`, text.begin)
    refill(frame, found.length === 0 ? empty(text.none, begin) : el("div", { class: "page-head" }, lead(text.sentence(running.length, ended.length)), begin),
      Boolean(failed) && partial(text.partialNote(text.sessionsPart)),
      running.length > 0 && section(text.running, el("div", { class: "cards wide-cards" }, running.map(card))),
      drafts.length > 0 && section(text.drafts, lineList(drafts.map((job) => [para(job.what, " ", aside(text.planned(moment(job.from), job.by))), state(job),
        linkButton(address(job), text.continue, "", text.continueOf(job.what))]))),
      ended.length > 0 && section(text.ended, more({
        label: text.label, rows: ended, heads: text.columns,
        cells: (/** @type {Views.Job} */ job) => [link(address(job), job.what), name(job.by), momentAgo(job.to ?? job.from), state(job), acts(
          mayChange && job.failed > 0 && plain(text.retryAll, doing(() => retry(job))),
          mayChange && (job.undoUntil ? new Date(job.undoUntil) > new Date() : job.kind === "session" && job.status !== "failed")
            && plain(text.undo, doing(() => undo(page, job)), text.undoOf(job.what)))],
      }), goesOn && button(text.older, () => { atMost += piece; void again() })))
  }

  const again = () => jobs(atMost, signal).then(draw, (error) => fill(trouble, failure(error)))

  return {
    title: () => text.title,
    needs: "Restore.Read",
    columns: [text.columns.what, text.columns.who, text.columns.when, text.columns.state],
    load: () => jobs(atMost, signal),
    render: (found) => {
      draw(found)
      page.follow(["restores"], (change) => {
        if (!change) return void again()
        if (change.thing !== "progress" || !change.id || !change.body) return void again()
        const isNew = !bars.has(change.id)
        progress.set(change.id, change.body)
        showProgress(change.id)
        if (isNew || change.body.phase === "done") void again()
      })
      return [trouble, frame]
    },
    command: () => "holdfast session list",
  }
}
