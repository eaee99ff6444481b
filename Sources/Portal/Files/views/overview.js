// Is everything protected, and what must I do?

import { followOverview, overview } from "../live.js"
import { meter } from "../parts/meter.js"
import { timeline } from "../parts/timeline.js"
import { questions } from "../parts/timeline-scale.js"
import {
  age, aside, asking, called, card, count, decimal, duration, el, get, hf, isoSeconds, later, lead, link, linkButton, mark, name, para, quiet, refill,
  section, to, trouble, unitStates, where, wordsOf,
} from "./kit.js"

const mostNames = 20
const always = ["protected", "late", "failing", "notProtected"]

/** @param {Portal.Page} page @returns {Portal.View<Api.Overview>} */
export default function overviewPage(page) {
  const text = wordsOf("overview")
  /** @type {Map<string, string>} */
  const names = new Map()
  /** @type {Api.Overview} */
  let now

  const number = (/** @type {number} */ n) => el("span", { class: "number" }, count(n))
  // Every number leads to what it counts; its words belong to the link's name.
  /** @param {string} address @param {...Portal.Child} words */
  const figure = (address, ...words) => el("a", { class: "counts", href: to`accounts` + address }, ...words)

  const sums = () => unitStates.map((state) => ({ name: state, value: now.workloads.reduce((sum, one) => sum + (one.states[state] ?? 0), 0) }))

  function accounts() {
    const all = sums()
    const total = all.reduce((sum, one) => sum + one.value, 0)
    return card(text.accounts,
      meter(all, text.meter(all[0].value, total)),
      el("ul", { class: "figures states" }, all.filter((one) => one.value > 0 || always.includes(one.name)).map((one) =>
        el("li", { class: [one.value === 0 && "zero"] }, mark(one.name), figure(`?state=${one.name}`, number(one.value), " ", text.states[/** @type {Api.State} */ (one.name)])))))
  }

  function newest() {
    const lines = now.ages.map((one) => figure("?sort=newestPointDateTime", one.upTo === null ? text.older(number(one.units)) : text.within(number(one.units), isoSeconds(one.upTo))))
    const oldest = now.oldestNewestPoint
    return card(text.newest, el("ul", { class: "figures plain" }, lines.map((line) => el("li", null, line))),
      oldest && quiet(text.oldest(link(to`accounts/${oldest.unitId}`, age(oldest.dateTime)))))
  }

  const restorable = () => card(text.restorable, el("ul", { class: "figures" },
    el("li", null, mark(now.unverifiedUnits > 0 ? "late" : "ok"), figure("?sort=verifiedDateTime", text.unverified(number(now.unverifiedUnits)))),
    el("li", null, mark(now.damagedPoints > 0 ? "damaged" : "ok"), figure("?sort=-damagedPointCount", text.damaged(number(now.damagedPoints))))))

  function storage() {
    const [whole, stored, free] = [Number(now.protectedBytes), Number(now.storedBytes), Number(now.freeBytes ?? 0)]
    return card(text.storage,
      now.freeBytes !== null && meter([{ name: "stored", value: stored }, { name: "free", value: free }], text.storageMeter(now.storedBytes, now.freeBytes)),
      el("ul", { class: "figures plain" }, el("li", null, text.protectedBytes(now.protectedBytes)),
        el("li", null, text.storedBytes(now.storedBytes, stored > 0 && whole > stored ? decimal(whole / stored) : null)),
        el("li", null, now.freeBytes === null ? text.freeUnknown
          : now.daysLeft ? text.freeFor(now.freeBytes, duration(now.daysLeft * 86400)) : text.freeBytes(now.freeBytes))))
  }

  /** @param {Api.Task} task */
  function taskAddress(task) {
    if (task.unitId) return to`accounts/${task.unitId}`
    if (["failing", "late", "notProtected"].includes(task.kind)) return asking(to`accounts`, { state: task.kind })
    const sort = { damagedPoints: "-damagedPointCount", unverified: "verifiedDateTime" }[task.kind]
    return sort ? asking(to`accounts`, { sort }) : null
  }

  function toDo() {
    // The red line above every page says incidents already.
    const tasks = now.toDo.filter((task) => task.kind !== "incident")
    return el("section", { class: "to-do" }, el("h2", null, text.toDo(tasks.length)),
      tasks.length === 0 ? quiet(mark("ok"), now.openIncidents > 0 ? text.nothingElse : text.nothingToDo)
        : el("ul", null, tasks.map((task) => {
          const address = taskAddress(task)
          const unit = task.unitId && names.get(task.unitId)
          return el("li", null, mark(task.severity), para(unit && [el("b", null, name(unit)), " "], task.message,
            task.since && aside(" ", text.since(age(task.since))), el("span", { class: "next" }, task.action)),
          task.kind === "notProtected" && page.can("Configuration.ReadWrite") && linkButton(to`policies/new`, text.protect),
          address && linkButton(address, task.unitId ? text.details : text.list))
        })))
  }

  const running = () => el("section", { class: "running-now" }, el("h2", null, text.running),
    now.runningRestores === 0 ? quiet(text.nothingRunning) : para(link(to`restores`, text.restores(now.runningRestores))))

  // Tasks name units by their ids only.
  async function learnNames() {
    const unknown = [...new Set(now.toDo.flatMap((task) => (task.unitId && !names.has(task.unitId) ? [task.unitId] : [])))].slice(0, mostNames)
    if (unknown.length === 0) return false
    const filter = `unitId in (${unknown.map((id) => where`${id}`).join(",")})`
    /** @type {Api.Page<Api.UnitState>} */
    const found = await get(hf`unitStates`, { filter, select: "id,displayName,email,siteWebUrl" }, { signal: page.signal })
    for (const unit of found.value) names.set(unit.id, called(unit))
    return found.value.length > 0
  }

  return {
    title: () => text.title,
    needs: "Configuration.Read",
    columns: [text.accounts, text.newest, text.restorable, text.storage],
    load: overview,
    render: (first) => {
      const sentence = el("div")
      const cards = el("div", { class: "cards" })
      const tasks = el("div")
      const runs = el("div")
      let last = ""
      const show = () => {
        const same = JSON.stringify({ ...now, asOfDateTime: "", names: [...names] })
        if (same === last) return
        last = same
        const all = sums()
        const isBare = all.every((state) => state.value === 0 || ["notProtected", "excluded"].includes(state.name))
        const open = all.find((state) => state.name === "notProtected")?.value ?? 0
        refill(sentence, isBare
          ? el("div", { class: "state empty banner" }, el("p", { class: "lead" }, text.emptyBanner(open)), linkButton(to`policies/new`, text.protectAll, "primary"))
          : lead(now.sentence))
        refill(cards, accounts(), newest(), restorable(), storage())
        refill(tasks, toDo())
        refill(runs, running())
      }
      const learn = (/** @type {Api.Overview} */ news) => {
        now = news
        show()
        void learnNames().then((learnt) => learnt && show(), () => {})
      }
      learn(first)
      page.signal.addEventListener("abort", followOverview(learn), { once: true })
      const changes = later(
        () => get(hf`changeSeries`, questions("all", Date.now()).right, { signal: page.signal }),
        (/** @type {Api.ChangeSeries} */ right) => timeline({ signal: page.signal, right, level: "all", label: text.changesLabel, fixed: true, many: true }), { class: "tall" })
      const health = page.can("Control.Read") && later(() => get(hf`health`, {}, { signal: page.signal }), (/** @type {Api.Health} */ { checks }) => {
        const failing = checks.filter((check) => check.status === "failing").length
        return failing > 0 && trouble(text.checksFail(failing), " ", link(to`health`, text.seeHealth))
      })
      return [sentence, health, cards, el("div", { class: "two" }, tasks, runs), section(text.changes, changes)]
    },
    command: () => "holdfast status",
  }
}
