// Which accounts and sites are there, and how are they protected?

import { saveCsv, searchField, select, today } from "../parts/form.js"
import { list, listKeys } from "../parts/list.js"
import { spark } from "../parts/spark.js"
import { unitFilter, unitLines, unitRows } from "./accounts-query.js"
import {
  acting, age, all, button, called, clock, count, day, el, empty, fill, link, linkButton, mark, name, plain, rollBackAddress, shell, size, stateMark,
  to, unitStates, v1, waitingButton, words, wordsOf,
} from "./kit.js"

const fields = "id,unitId,displayName,email,siteWebUrl,workload,state,stateSince,error,newestPointDateTime,lastChange,"
  + "sizeInBytes,pointCount,verifiedDateTime,recentChange,damagedPointCount,incidentId"
const renewSeconds = 60

/** @param {Portal.Page} page @returns {Portal.View<{}>} */
export default function accounts(page) {
  const text = wordsOf("accounts")
  const { query } = page.place
  /** @type {ReturnType<typeof makeList> | null} */
  let shown = null
  const title = el("span", null, text.title)
  const selectionBar = el("div", { class: "selection-bar", hidden: true })

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

  /** @type {Record<string, Parts.Column<Api.UnitState>>} */
  const columns = {
    name: { sort: "displayName", width: "minmax(11rem, 2fr)", cell: (unit) => link(to`accounts/${unit.id}`, name(called(unit))) },
    state: { width: "minmax(9.5rem, 1fr)", cell: stateCell },
    newest: { sort: "newestPointDateTime", width: "6.5rem", end: true, cell: (unit) => (unit.newestPointDateTime ? age(unit.newestPointDateTime) : text.noPoint) },
    change: { width: "minmax(9.5rem, 1.5fr)", minor: true, cell: changeCell },
    size: { sort: "sizeInBytes", width: "5.5rem", end: true, cell: (unit) => (unit.sizeInBytes === null ? null : size(unit.sizeInBytes)) },
    points: { sort: "pointCount", width: "5rem", end: true, minor: true, cell: (unit) => [unit.damagedPointCount > 0 && mark("damaged"), count(unit.pointCount)] },
    verified: { sort: "verifiedDateTime", width: "5.5rem", end: true, minor: true, cell: (unit) => (unit.verifiedDateTime ? age(unit.verifiedDateTime) : text.never) },
    recent: { width: "90px", minor: true,
      cell: (unit) => spark(unit.recentChange, text.sparkLabel(Math.max(...unit.recentChange)), Boolean(unit.incidentId)) },
  }

  function makeList() {
    const order = query.get("sort") ?? "displayName"
    return list({
      signal: page.signal, label: text.list, heads: text.columns, columns, key: (unit) => unit.id,
      sort: { by: order.replace(/^-/, ""), down: order.startsWith("-") },
      onSort: (by, down) => page.setQuery({ sort: `${down ? "-" : ""}${by}` }),
      ask: ({ skip, top, orderby, signal }) => unitRows(query, { select: fields, orderby, skip, top }, signal),
      jump: async (letters, orderby, signal) => {
        if (orderby !== "displayName") return 0
        const before = await unitRows(query, { select: "id", top: 1 }, signal, `displayName lt '${letters.toUpperCase()}'`)
        return before.count
      },
      select: page.can("Restore.ReadWrite") ? { label: (unit) => text.select(called(unit)), onChange: showSelection } : undefined,
      onCount: (n) => fill(title, isFiltered() ? `${text.title}: ${text.heading(n)}` : text.heading(n)),
      empty: () => (isFiltered() ? empty(text.noneFound, button(text.clearFilter, clearFilter))
        : empty(text.none, linkButton(to`policies/new`, text.writePolicy, "primary"))),
    })
  }

  const isFiltered = () => ["search", "state", "policy", "kind"].some((key) => query.get(key))

  /** @param {Parts.Selection} selection */
  function showSelection(selection) {
    selectionBar.hidden = selection.count === 0
    const keys = [...selection.keys]
    const address = rollBackAddress(selection.all ? { filter: unitFilter(query, { words: true, except: keys }) } : { units: keys })
    fill(selectionBar, el("b", null, text.selected(selection.count)),
      linkButton(address, text.rollBack, "primary"),
      plain(text.clear, () => shown?.clear()))
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
    /** @param {string} label @param {string} key @param {[string, string][]} options */
    const choice = (label, key, options) => select(label, query.get(key) ?? "", [["", text.all], ...options], (value) => narrow({ [key]: value || null }))
    const [policy, note] = [el("div"), el("div")]
    void all(v1`protectionPolicies`, { select: "id,displayName" }, { signal: page.signal }).then((policies) =>
      fill(policy, choice(text.policy, "policy", [["none", text.noPolicy], ...policies.map((one) => /** @type {[string, string]} */ ([one.id, one.displayName]))])), () => {})
    return el("div", { class: "filters", role: "search" },
      searchField(text.search, query.get("search") ?? "", (search) => narrow({ search })),
      choice(text.state, "state", unitStates.map((state) => [state, words.states.names[state]])), policy,
      choice(text.kind, "kind", Object.entries(words.workloads)),
      waitingButton(text.exportCsv, text.exporting, acting(note)(async () =>
        saveCsv(`holdfast-accounts-${today()}`, [text.csv, ...(await unitLines(query, page.signal))]))), note)
  }

  return {
    title: () => text.title,
    needs: "Configuration.Read",
    heading: () => title,
    render: () => {
      shown = makeList()
      page.keys(listKeys(shown))
      page.every(renewSeconds, () => void shown?.refresh())
      return [filters(), selectionBar, shown]
    },
    command: () => {
      const [state, search] = ["state", "search"].map((key) => query.get(key))
      return `holdfast unit list${state ? ` --is ${state}` : ""}${search ? ` --search ${shell(search)}` : ""}`
    },
  }
}
