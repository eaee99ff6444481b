// What is wrong with the service, and what is to be done?

import { get, hf, isAbsent } from "../api.js"
import { el, fill } from "../dom.js"
import { copyButton } from "../parts/copy.js"
import { more } from "../parts/more.js"
import { moment, refill } from "../parts/small.js"
import { empty, heading, later, lead, mark, stateMark } from "../parts/states.js"
import { wordsOf } from "../words.js"

/** @typedef {{ checks: Api.Check[] } | null} Data */
const order = ["failing", "warning", "unknown", "ok"]

// Answers as a list of OData or as the service's own report.
/** @param {any} answer @returns {Data} */
const checksOf = (answer) => answer && { checks: [...(answer.checks ?? answer.value ?? [])].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status)) }

/** @param {AbortSignal} signal */
const load = (signal) => get(hf`health`, {}, { signal }).then(checksOf, (error) => { if (isAbsent(error)) return null; throw error })

/** @param {Portal.Page} page @returns {Portal.View<Data>} */
export default function health(page) {
  const text = wordsOf("health")
  const { signal } = page
  const frame = el("div", { class: "health" })
  const version = document.querySelector('meta[name="holdfast-version"]')?.getAttribute("content") ?? ""

  /** @param {Data} data */
  function draw(data) {
    if (!data) return fill(frame, empty(text.notAnswered, el("code", null, text.command), copyButton(text.copy, () => text.command)))
    const { checks } = data
    const [bad, doubtful] = ["failing", "warning"].map((status) => checks.filter((check) => check.status === status))
    const sentence = bad.length > 0 ? text.fail(bad.length, checks.length) : doubtful.length > 0 ? text.warn(doubtful.length, checks.length) : text.all(checks.length)
    const state = bad.length > 0 ? "failing" : doubtful.length > 0 ? "warning" : "ok"
    const support = () => [text.version(version), ...checks.map((check) => `${check.status} ${check.name}: ${check.message} ${check.since ?? ""}`.trim())].join("\n")
    const needy = checks.filter((check) => check.status !== "ok")
    refill(frame, el("div", { class: "page-head" }, lead(mark(state), sentence), copyButton(text.copy, support)),
      needy.length > 0 && el("section", null, el("h2", null, text.needs), el("ul", { class: "rows" }, needy.map((check) => el("li", { class: `check-${check.status}` },
        el("p", null, stateMark(check.status, text.names[check.name] ?? check.name), " ", el("span", { class: "quiet" }, text.statuses[check.status]), el("br"), el("span", { class: "data" }, check.message),
          check.action && el("span", { class: "next" }, text.next(check.action))), check.since && el("span", { class: "quiet" }, text.since(moment(check.since))))))),
      el("section", null, el("h2", null, text.well), el("ul", { class: "rows" }, checks.filter((check) => check.status === "ok").map((check) =>
        el("li", null, el("p", null, stateMark("ok", text.names[check.name] ?? check.name), " ", check.message && el("span", { class: "quiet data" }, check.message)))))))
  }

  // Every setting with its value and where that comes from.
  /** @param {Api.Setting[] | null} settings */
  function configuration(settings) {
    if (!settings) return el("p", { class: "quiet" }, text.noConfiguration)
    let wanted = ""
    const shown = more({
      label: text.configuration, key: (/** @type {Api.Setting} */ one) => one.key, ask: async () => ({ value: settings }), heads: Object.values(text.heads), keeps: (one) => one.key.includes(wanted),
      cells: (one) => [el("code", null, one.key), one.isSecret ? (one.value === "set" ? text.secret : text.unset) : one.value ?? text.unset,
        [one.source.file ? text.at(text.sources[one.source.kind] ?? one.source.kind, one.source.file, one.source.line ?? null) : text.sources[one.source.kind] ?? one.source.kind, one.needsRestart && el("span", { class: "quiet" }, " · ", text.restart)]],
    })
    const find = el("input", { type: "search", "aria-label": text.find, placeholder: text.find, on: { input: () => { wanted = find.value.trim(); void shown.sift() } } })
    return [find, shown.node]
  }

  return {
    title: () => text.title, needs: "Control.Read", columns: [], load: () => load(signal),
    render: (data) => {
      draw(data)
      page.follow(["health"], (change) => (change?.body ? draw(checksOf(change.body)) : void load(signal).then(draw, () => {})))
      page.offerCommand(() => text.command)
      const settings = later(() => get(hf`configuration`, {}, { signal }).then((answer) => answer.value ?? answer.settings, (error) => { if (isAbsent(error)) return null; throw error }), configuration)
      return el("article", { class: "health-page" }, heading(text.title), frame, el("section", null, el("h2", null, text.configuration), el("p", { class: "quiet" }, text.version(version)), settings.node))
    },
  }
}
