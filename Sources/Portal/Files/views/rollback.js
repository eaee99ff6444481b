// Plans a roll back: which accounts, to which moment, where; then the plan, exactly; then the start.
// A complete draft is planned by itself, and the plan's id stands in the address, so that a reload, another tab or a new
// sign-in finds it again.

import { listKeys } from "../parts/list.js"
import { progressBar } from "../parts/progress.js"
import {
  actions, ApiError, aside, button, count, el, failure, fill, get, hf, isAbort, lead, link, orNull, para, partial, plain, post, quiet, refill, remove,
  rows, to, wordsOf,
} from "./kit.js"
import { downloads, figures, gaps, planUnits, startForm } from "./rollback-plan.js"
import { draftOf, draftOfPlan, learn, questions, request } from "./rollback-scope.js"
import { groupsOnce } from "./unit-parts.js"

const settleMilliseconds = 500
const pollMilliseconds = 1500

/** @param {Portal.Page} page @returns {Portal.View<Api.Plan | null>} */
export default function rollback(page) {
  const text = wordsOf("rollback")
  const { signal, place } = page
  let draft = draftOf(place.query)
  /** @type {Api.Plan | null} */
  let plan = null
  /** @type {ReturnType<typeof planUnits> | null} */
  let units = null
  /** @type {Portal.Timer} */
  let timer
  let turn = 0
  let own = ""
  const steps = el("div")
  const planFrame = el("section", { class: "plan", "aria-label": text.plan })
  const head = el("div", { class: "plan-head" })
  const body = el("div", { class: "plan-body", role: "status" })
  const notes = el("div")
  const listFrame = el("div")
  const startFrame = el("div")

  const groups = groupsOnce(signal)
  const drawSteps = () => {
    refill(steps, questions(draft, changed, groups))
    // Numbers and names that are not known yet follow.
    void learn(draft, signal).then((learnt) => learnt && drawSteps(), () => {})
  }

  function changed() {
    drawSteps()
    clearTimeout(timer)
    timer = setTimeout(() => void make(), settleMilliseconds)
  }

  // Makes the plan of the draft; the one before is forgotten, if it was made here.
  async function make() {
    if (signal.aborted) return
    const mine = (turn += 1)
    const wanted = request(draft)
    if (plan && plan.id === own) void remove(hf`restorePlans/${plan.id}`).catch(() => {})
    show(null)
    page.setQuery({ plan: null })
    if (!wanted) return
    try {
      const made = await post(hf`restorePlans`, { displayName: text.name(wanted.moment.dateTime), ...wanted }, { signal })
      if (mine !== turn) return void remove(hf`restorePlans/${made.id}`).catch(() => {})
      own = made.id
      page.setQuery({ plan: made.id })
      show(made)
      void watch(mine)
    } catch (error) {
      if (mine === turn && !isAbort(error)) fill(body, failure(error, () => void make()))
    }
  }

  /** @param {number} mine @returns {Promise<void>} */
  async function watch(mine) {
    while (plan?.status === "planning" && mine === turn && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds / (plan?.sums.units ? 1 : 3)))
      if (mine !== turn || signal.aborted) return
      try {
        const [now, open] = await Promise.all([get(hf`restorePlans/${plan.id}`, {}, { signal }),
          rows(hf`restorePlans/${plan.id}/units`, { filter: "status in ('waiting','planning')", top: 1, select: "id" }, { signal })])
        if (mine === turn) show(now, open.count)
      } catch (error) {
        if (!isAbort(error)) return void fill(body, failure(error, () => void watch(mine)))
      }
    }
  }

  /** @param {Api.Plan | null} now @param {number} [open]  How many accounts are not planned yet. @returns {void} */
  function show(now, open) {
    const before = plan
    plan = now
    if (!now) {
      units = null
      for (const node of [head, notes, listFrame, startFrame]) fill(node)
      const asks = draft.when === "at" && !draft.at ? text.waitMoment : text.waitScope
      return void fill(body, request(draft) ? waiting(0, 0) : quiet(asks))
    }
    const left = Math.max(0, (new Date(now.expiresDateTime).getTime() - Date.now()) / 1000)
    const isOpen = ["planning", "ready", "expired"].includes(now.status) || (now.status === "failed" && !now.startedDateTime)
    fill(head, el("h2", null, isOpen ? text.plan : text.planStarted),
      now.status === "ready" && aside(text.made(now.basedOnDateTime, left)),
      isOpen && now.status !== "planning" && plain(text.again, () => void replan([])))
    const isSame = before?.id === now.id && before.status === now.status && now.status !== "planning"
    if (isSame) return
    if (now.status === "planning") fill(body, waiting(now.sums.units, open ?? 0), now.sums.units > 0 && figures(now, (only) => units?.show(only)))
    else if (now.status === "expired") fill(body, partial(text.expired), button(text.again, () => void replan([]), { kind: "primary" }))
    else if (now.status === "failed" && isOpen) fill(body, partial(text.failed))
    else if (!isOpen) fill(body, lead(text.alreadyStarted, " ", link(to`restores/${now.id}`, text.follow)))
    else fill(body, figures(now, (only) => units?.show(only)))
    if (units && before?.id === now.id) void units.refresh()
    else if (now.sums.units > 0 || now.status !== "planning") {
      units = planUnits(page, now)
      fill(listFrame, units)
      page.keys(listKeys(units))
    }
    fill(notes)
    fill(startFrame)
    if (now.status !== "ready") return
    page.announce(text.spokenPlan(now.sums))
    void gaps(now, signal, (filter) => units?.show(filter), (ids) => void replan(ids)).then((shown) => plan === now && fill(notes, shown), () => {})
    fill(startFrame, startForm(now, start), actions(downloads(now, signal), aside(text.saved)))
  }

  /** @param {number} planned @param {number} open */
  const waiting = (planned, open) => el("div", null, para(open > 0 ? text.planning(Math.max(0, planned), planned + open) : text.planningFirst),
    progressBar({ label: text.planningFirst, done: planned, total: Math.max(1, planned + open) }))

  /** @param {string[]} ids  None for all. */
  async function replan(ids) {
    if (!plan) return make()
    const mine = (turn += 1)
    try {
      show(await post(hf`restorePlans/${plan.id}/replan`, { unitIds: ids }, { signal }))
      await watch(mine)
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return make()
      if (!isAbort(error)) fill(body, failure(error, () => void replan(ids)))
    }
  }

  const refresh = async () => plan && show(await get(hf`restorePlans/${plan.id}`, {}, { signal }))

  /** @param {number} expectedUnits */
  async function start(expectedUnits) {
    if (!plan) return
    try {
      await post(hf`restorePlans/${plan.id}/start`, { expectedUnits }, { signal })
    } catch (error) {
      if (error instanceof ApiError && ["PlanExpired", "ExpectedUnitsDiffer"].includes(error.code)) void refresh()
      throw error
    }
    page.go(to`restores/${plan.id}`)
  }

  return {
    title: (kept) => (kept?.undoOf ? text.undoTitle : text.title),
    needs: "Restore.ReadWrite",
    load: () => {
      const id = place.query.get("plan")
      // A plan that is gone can be made again where the address has its draft.
      return id ? orNull(get(hf`restorePlans/${id}`, {}, { signal }), ...(request(draft) ? [404] : [])) : Promise.resolve(null)
    },
    render: (kept) => {
      if (kept) draft = draftOfPlan(kept)
      const isUndo = Boolean(kept?.undoOf)
      fill(planFrame, head, body, notes, listFrame, startFrame)
      if (kept) {
        show(kept)
        void watch(turn)
      } else void make()
      if (!isUndo) drawSteps()
      page.every(20, () => plan?.status === "ready" && void refresh())
      return [quiet(isUndo ? text.undoIntro : text.intro), !isUndo && steps, planFrame]
    },
    command: commandOf,
  }

  function commandOf() {
    if (plan?.status === "ready") return `holdfast restore --plan ${plan.id} --yes ${count(plan.sums.units).replace(/\D/g, "")} --watch`
    const moment = draft.when === "at" ? `'${draft.at}'` : "last-clean"
    const which = draft.which === "incident" ? `--incident ${draft.incidentId}` : [...draft.units.keys()].slice(0, 20).join(" ")
    return `holdfast restore ${which} --at ${moment}${draft.where === "keep" ? " --keep-newer" : ""} --dry-run`
  }
}
