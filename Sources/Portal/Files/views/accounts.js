// Which accounts and sites are there, and how are they protected?

import { all, v1 } from "../api.js"
import { el, fill } from "../dom.js"
import { clock, day, size } from "../format.js"
import { list, listKeys } from "../parts/list.js"
import { age, button, link, name } from "../parts/small.js"
import { spark } from "../parts/spark.js"
import { empty, heading, mark, stateMark } from "../parts/states.js"
import { rollBackAddress, to } from "../routes.js"
import { words, wordsOf } from "../words.js"
import { saveCsv, unitFilter, unitRows } from "./accounts-query.js"

const fields = "id,unitId,displayName,email,siteWebUrl,workload,state,stateSince,error,newestPointDateTime,lastChange,"
  + "sizeInBytes,pointCount,verifiedDateTime,recentChange,damagedPointCount,incidentId"
const filterStates = ["protected", "late", "failing", "paused", "requested", "notProtected", "excluded", "leaving", "deleted"]
const renewSeconds = 60

/** @param {Portal.Page} page @returns {Portal.View<{}>} */
export default function accounts(page) {
  const text = wordsOf("accounts")
  const { query } = page.place
  /** @type {ReturnType<typeof makeList> | null} */
  let shown = null
  const title = heading(text.title)
  const selectionBar = el("div", { class: "selection-bar", hidden: true })

  const called = (/** @type {Api.UnitState} */ unit) => unit.displayName || unit.email || unit.siteWebUrl || text.unnamed

  /** @param {Api.UnitState} unit */
  const nameCell = (unit) => link(to`accounts/${unit.id}`, name(called(unit)))

  // An incident is said before all else.
  /** @param {Api.UnitState} unit */
  const stateCell = (unit) => (unit.incidentId
    ? [unit.state !== "protected" && mark(unit.state), el("a", { class: "is-failing", href: to`incidents/${unit.incidentId}` }, mark("failing"), " ", text.incident)]
    : stateMark(unit.state))

  /** @param {Api.UnitState} unit */
  const changeCell = (unit) => {
    if (unit.error) return el("span", { class: "is-failing", title: unit.error.message }, unit.error.code)
    if (!unit.lastChange) return null
    const { added, changed, removed, dateTime } = unit.lastChange
    const isToday = new Date(dateTime).toDateString() === new Date().toDateString()
    return text.files(added + changed + removed, isToday ? clock(dateTime) : day(dateTime))
  }

  /** @type {import("../parts/list.js").Column<Api.UnitState>[]} */
  const columns = [
    { id: "name", head: text.columns.name, sort: "displayName", width: "minmax(11rem, 2fr)", cell: nameCell },
    { id: "state", head: text.columns.state, width: "minmax(9.5rem, 1fr)", cell: stateCell },
    { id: "newest", head: text.columns.newest, sort: "newestPointDateTime", width: "6.5rem", end: true,
      cell: (unit) => (unit.newestPointDateTime ? age(unit.newestPointDateTime) : text.noPoint) },
    { id: "change", head: text.columns.change, width: "minmax(9.5rem, 1.5fr)", minor: true, cell: changeCell },
    { id: "size", head: text.columns.size, sort: "sizeInBytes", width: "5.5rem", end: true,
      cell: (unit) => (unit.sizeInBytes === null ? null : size(unit.sizeInBytes)) },
    { id: "points", head: text.columns.points, sort: "pointCount", width: "5rem", end: true, minor: true,
      cell: (unit) => [unit.damagedPointCount > 0 && mark("damaged"), unit.pointCount.toLocaleString()] },
    { id: "verified", head: text.columns.verified, sort: "verifiedDateTime", width: "5.5rem", end: true, minor: true,
      cell: (unit) => (unit.verifiedDateTime ? age(unit.verifiedDateTime) : text.never) },
    { id: "recent", head: text.columns.recent, width: "90px", minor: true,
      cell: (unit) => spark(unit.recentChange, text.sparkLabel(Math.max(...unit.recentChange)), Boolean(unit.incidentId)) },
  ]

  function makeList() {
    const order = query.get("sort") ?? "displayName"
    return list({
      label: text.list, columns, key: (unit) => unit.id,
      sort: { by: order.replace(/^-/, ""), down: order.startsWith("-") },
      onSort: (by, down) => page.setQuery({ sort: `${down ? "-" : ""}${by}` }),
      ask: ({ skip, top, orderby, signal }) => unitRows(query, { select: fields, orderby, skip, top }, signal),
      jump: async (letters, orderby, signal) => {
        if (orderby !== "displayName") return 0
        const before = await unitRows(query, { select: "id", top: 1 }, signal, `displayName lt '${letters.toUpperCase()}'`)
        return before.count
      },
      select: page.can("Restore.ReadWrite") ? { label: (unit) => text.select(called(unit)), onChange: showSelection } : undefined,
      onCount: (count) => fill(title, isFiltered() ? `${text.title}: ${text.heading(count)}` : text.heading(count)),
      empty: () => (isFiltered()
        ? empty(text.noneFound, button(text.clearFilter, clearFilter))
        : empty(text.none, el("a", { class: "button primary", href: to`policies/new` }, text.writePolicy))),
    })
  }

  const isFiltered = () => ["search", "state", "policy", "kind"].some((key) => query.get(key))

  /** @param {import("../parts/list.js").Selection} selection */
  function showSelection(selection) {
    selectionBar.hidden = selection.count === 0
    const keys = [...selection.keys]
    const address = selection.all
      ? rollBackAddress({ filter: unitFilter(query, { words: true, except: keys }) })
      : rollBackAddress({ units: keys })
    fill(selectionBar, el("b", null, text.selected(selection.count)),
      el("a", { class: "button primary", href: address }, text.rollBack),
      button(text.clear, () => shown?.clear(), { kind: "plain" }))
  }

  /** @param {Record<string, string | null>} changes */
  function narrow(changes) {
    page.setQuery(changes)
    void shown?.reset()
  }

  function clearFilter() {
    page.setQuery({ search: null, state: null, policy: null, kind: null })
    page.reload()
  }

  function filters() {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer
    const search = el("input", { type: "search", placeholder: text.search, "aria-label": text.search, value: query.get("search") ?? "", on: {
      input: (event) => { clearTimeout(timer); timer = setTimeout(() => narrow({ search: event.target.value.trim() || null }), 200) },
    } })
    /** @param {string} label @param {string} key @param {[string, string][]} options */
    const choice = (label, key, options) => {
      const select = el("select", { on: { change: (event) => narrow({ [key]: event.target.value || null }) } },
        el("option", { value: "" }, text.all), options.map(([value, shown]) => el("option", { value }, shown)))
      select.value = query.get(key) ?? ""
      return { node: el("label", null, label, select), select }
    }
    const policy = choice(text.policy, "policy", [["none", text.noPolicy]])
    void all(v1`protectionPolicies`, { select: "id,displayName" }, { signal: page.signal }).then((policies) => {
      policy.select.append(...policies.map((one) => el("option", { value: one.id }, one.displayName)))
      policy.select.value = query.get("policy") ?? ""
    }, () => { policy.node.hidden = true })
    return el("div", { class: "filters", role: "search" }, el("div", { class: "search" }, search),
      choice(text.state, "state", filterStates.map((state) => [state, words.states.names[state]])).node, policy.node,
      choice(text.kind, "kind", Object.entries(words.workloads)).node,
      exportButton())
  }

  function exportButton() {
    const node = button(text.exportCsv, async () => {
      node.disabled = true
      fill(node, text.exporting)
      await saveCsv(query, text.csv.headers, page.signal).finally(() => {
        node.disabled = false
        fill(node, text.exportCsv)
      })
    })
    return node
  }

  return {
    title: () => text.title,
    needs: "Configuration.Read",
    load: async () => ({}),
    render: () => {
      shown = makeList()
      page.keys(listKeys(shown))
      page.every(renewSeconds, () => void shown?.refresh())
      page.offerCommand(() => ["holdfast unit list", query.get("state") && `--is ${query.get("state")}`, query.get("search") && `--search '${query.get("search")?.replaceAll("'", "'\\''")}'`].filter(Boolean).join(" "))
      return el("article", { class: "accounts" }, el("div", { class: "page-head" }, title), filters(), selectionBar, shown.node)
    },
    dispose: () => shown?.dispose(),
  }
}
