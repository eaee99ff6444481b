// What is wrong with the service, and what is to be done?

import { copyButton } from "../parts/copy.js"
import { searchField } from "../parts/form.js"
import { more } from "../parts/more.js"
import { aside, el, get, hf, later, lead, lineList, mark, moment, para, quiet, refill, section, stateMark, wordsOf } from "./kit.js"

// What needs somebody comes first.
const order = ["failing", "warning", "unknown", "ok"]

/** @param {Portal.Page} page @returns {Portal.View<Api.Health>} */
export default function health(page) {
  const text = wordsOf("health")
  const { signal } = page
  const frame = el("div", { class: "health" })
  const version = document.querySelector('meta[name="holdfast-version"]')?.getAttribute("content") ?? ""

  const load = () => get(hf`health`, {}, { signal })

  const called = (/** @type {Api.Check} */ check) => stateMark(check.status, text.names[check.name] ?? check.name)

  /** @param {Api.Health} data */
  function draw(data) {
    const checks = [...data.checks].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
    const count = (/** @type {string} */ status) => checks.filter((check) => check.status === status).length
    const [bad, doubtful, all] = [count("failing"), count("warning"), checks.length]
    const [state, sentence] = bad > 0 ? ["failing", text.fail(bad, all)] : doubtful > 0 ? ["warning", text.warn(doubtful, all)] : ["ok", text.all(all)]
    const support = () => [text.version(version), ...checks.map((check) => `${check.status} ${check.name}: ${check.message} ${check.since ?? ""}`.trim())].join("\n")
    const needy = checks.filter((check) => check.status !== "ok")
    refill(frame, el("div", { class: "page-head" }, lead(mark(state), sentence), copyButton(text.copy, support)),
      needy.length > 0 && section(text.needs, lineList(needy.map((check) => [
        para(called(check), " ", aside(text.statuses[check.status]), el("br"), el("span", { class: "data" }, check.message),
          check.action && el("span", { class: "next" }, text.next(check.action))), check.since && aside(text.since(moment(check.since)))]))),
      section(text.well, lineList(checks.filter((check) => check.status === "ok").map((check) =>
        para(called(check), " ", el("span", { class: "quiet data" }, check.message || text.figures[check.name]?.(check.figures)))))))
  }

  /** @param {{ value: Api.Setting[] }} settings */
  function configuration({ value }) {
    let wanted = ""
    const shown = more({
      label: text.configuration, key: (/** @type {Api.Setting} */ one) => one.key, rows: value, heads: text.heads, keeps: (one) => one.key.includes(wanted),
      cells: (one) => [el("code", null, one.key), one.isSecret ? (one.value === "set" ? text.secret : text.unset) : one.value ?? text.unset,
        [one.source.file ? text.at(text.sources[one.source.kind] ?? one.source.kind, one.source.file, one.source.line ?? null) : text.sources[one.source.kind] ?? one.source.kind, one.needsRestart && aside(" · ", text.restart)]],
    })
    return [searchField(text.find, "", (typed) => { wanted = typed; void shown.sift() }), shown]
  }

  return {
    title: () => text.title, needs: "Control.Read", columns: [], load,
    render: (data) => {
      draw(data)
      page.follow(["health"], (change) => (change?.body ? draw(change.body) : void load().then(draw, () => {})))
      const settings = later(() => get(hf`configuration`, {}, { signal }), configuration)
      return [frame, section(text.configuration, quiet(text.version(version)), settings)]
    },
    command: () => text.command,
  }
}
