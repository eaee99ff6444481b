// What stands around every page: heading bar, menu, the red line of an open incident, running restores.

import { get, hf } from "./api.js"
import { el, fill, set } from "./dom.js"
import { follow, watchConnection } from "./events.js"
import { seconds, share, zoneName } from "./format.js"
import { followOverview, overview } from "./live.js"
import { chooseLook, chosenLook } from "./look-choice.js"
import { icon } from "./parts/icons.js"
import { mark, partial } from "./parts/states.js"
import { button, linkButton, name, plain, quiet } from "./parts/small.js"
import { to } from "./routes.js"
import { signIn, signOut } from "./session.js"
import { words } from "./words.js"

/** @typedef {"overview" | "accounts" | "restores" | "policies" | "activity" | "health" | "settings"} MenuEntry */
// Menu entries with the letter after `g`; the first four are the bar of a phone.
/** @type {[MenuEntry, string | null][]} */
const entries = [
  ["overview", "o"], ["accounts", "a"], ["restores", "r"], ["policies", "p"], ["activity", "i"], ["health", "h"], ["settings", null],
]
const onPhoneBar = 4

/** @param {MenuEntry} entry */
const addressOf = (entry) => (entry === "overview" ? to`` : to`${entry}`)

/** Where `g` and a letter go. */
export const places = () => Object.fromEntries(entries.flatMap(([entry, key]) =>
  key ? [[key, { words: words.menu[entry], address: addressOf(entry) }]] : []))

/** @param {{ me: Api.Me | null, help: () => void, go: (address: string) => void }} with_ */
export function makeFrame({ me, help, go }) {
  const main = el("main", { id: "content", tabindex: -1 })
  const alert = el("div", { class: "incident-line", hidden: true, role: "region", "aria-label": words.frame.seeIncident })
  const badge = el("a", { class: "running", href: to`restores`, hidden: true })
  const connection = el("span", { class: "connection", role: "status" })
  const foot = el("div")
  const ending = el("div", { class: "ending", role: "alert" })
  const polite = el("div", { class: "away", "aria-live": "polite" })
  const urgent = el("div", { class: "away", "aria-live": "assertive" })
  const search = el("input", { type: "search", name: "q", placeholder: words.frame.search, "aria-label": words.frame.search, autocomplete: "off" })
  /** @param {MenuEntry} entry */
  const entryLink = (entry) => el("a", { href: addressOf(entry), data: { entry } }, icon(entry), words.menu[entry])
  const menu = el("nav", { class: "menu", "aria-label": words.menu.label },
    el("ul", null, entries.map(([entry], index) => el("li", { class: [index >= onPhoneBar && "beyond"] }, entryLink(entry))),
      el("li", { class: "more" }, el("button", { type: "button", popovertarget: "more-menu" }, icon("more"), words.menu.more))),
    el("div", { id: "more-menu", popover: "auto", class: "pop" }, el("ul", null, entries.slice(onPhoneBar).map(([entry]) => el("li", null, entryLink(entry))))))
  const tenant = document.querySelector('meta[name="holdfast-tenant"]')?.getAttribute("content") ?? ""
  const node = [
    el("a", { class: "skip", href: "#content" }, words.skip),
    el("header", { class: "top" },
      el("a", { class: "brand", href: to`` }, el("span", { class: "logo", "aria-hidden": "true" }), words.product, tenant && !tenant.includes("{{") && el("span", { class: "tenant" }, tenant)),
      el("form", { role: "search", class: "find", on: { submit: (event) => { event.preventDefault(); go(to`search` + `?q=${encodeURIComponent(search.value)}`) } } }, search),
      badge,
      personMenu(me, help)),
    el("div", { class: "columns" }, menu, el("div", { class: "middle" }, ending, alert, main, el("footer", { class: "foot" }, foot,
      quiet(connection, " ", words.frame.zone(zoneName()))))),
    polite, urgent,
  ]
  document.body.prepend(...node)
  showConnection(connection)
  showNews(alert, badge)
  return {
    main, foot, polite, urgent, search,
    /** @param {"idle" | "whole" | null} ends */
    warnOfEnd: (ends) => fill(ending, ends && partial(words.frame.sessionEnds[ends], " ",
      ends === "idle" ? button(words.frame.stay, () => void get(hf`me`).catch(() => {})) : button(words.stepUp.again, signIn))),
    /** @param {string | null} entry */
    here: (entry) => {
      for (const link of menu.querySelectorAll("a")) {
        set(link, { "aria-current": link.dataset.entry === entry ? "page" : null })
      }
    },
  }
}

/** @param {Api.Me | null} me @param {() => void} help */
function personMenu(me, help) {
  return el("div", { class: "person" },
    el("button", { type: "button", popovertarget: "person-menu", "aria-label": words.frame.account, class: "plain" }, name(me?.name ?? "·")),
    el("div", { id: "person-menu", popover: "auto", class: "pop" },
      el("label", null, words.frame.look, el("select", { value: chosenLook(), on: { change: (event) => chooseLook(event.target.value) } },
        Object.entries(words.frame.looks).map(([value, text]) => el("option", { value }, text)))),
      plain(words.frame.shortcuts, help),
      plain(words.frame.signOut, () => void signOut())))
}

/** @param {HTMLElement} node */
function showConnection(node) {
  let now = { connection: /** @type {import("./events.js").Connection} */ ("connecting"), news: Date.now() }
  const show = () => {
    const silent = Math.round((Date.now() - now.news) / 1000)
    const isStale = now.connection === "offline" || silent > 45
    document.documentElement.toggleAttribute("data-stale", isStale)
    node.className = `connection is-${isStale ? "offline" : now.connection}`
    fill(node, isStale ? words.frame.lastNews(silent)
      : now.connection === "live" ? `${words.frame.asOf(seconds(now.news))} ● ${words.frame.live}`
      : now.connection === "polling" ? words.frame.polling : words.frame.connecting)
  }
  watchConnection((state) => { now = state; show() })
  setInterval(show, 10_000)
}

/** @param {HTMLElement} alert @param {HTMLElement} badge */
function showNews(alert, badge) {
  /** @type {Map<string, Api.Progress>} */
  const running = new Map()
  let runningCount = 0
  const showBadge = () => {
    badge.hidden = runningCount === 0
    const all = [...running.values()]
    const done = all.reduce((sum, one) => sum + Number(one.bytes.done), 0)
    const total = all.reduce((sum, one) => sum + Number(one.bytes.total), 0)
    const part = total > 0 ? share(Math.floor((done / total) * 100) / 100) : ""
    set(badge, { "aria-label": words.frame.runningLabel(runningCount, part) })
    fill(badge, mark("running"), " ", words.frame.running(runningCount), part && el("b", null, part))
  }
  const showIncidents = async (/** @type {number} */ count) => {
    alert.hidden = count === 0
    if (count === 0) return
    /** @type {Api.Page<Api.Incident> | null} */
    const open = await get(hf`incidents`, { filter: "status in ('open','contained')", top: 2 }).catch(() => null)
    const [first] = open?.value ?? []
    fill(alert, mark("failing"), el("span", { class: "words" }, first ? words.incident.sentence(first) : words.frame.incidentFallback(count)),
      first && linkButton(to`incidents/${first.id}`, words.frame.seeIncident))
  }
  let shownIncidents = -1
  const show = (/** @type {Api.Overview} */ now) => {
    runningCount = now.runningRestores
    if (runningCount === 0) running.clear()
    showBadge()
    if (now.openIncidents !== shownIncidents) void showIncidents((shownIncidents = now.openIncidents))
  }
  overview().then(show, () => {})
  followOverview(show)
  follow(["incidents"], () => { shownIncidents = -1; overview().then(show, () => {}) })
  follow(["restores"], (change) => {
    if (change?.thing !== "progress" || !change.id) return
    if (change.body && change.body.phase !== "done") running.set(change.id, change.body)
    else running.delete(change.id)
    showBadge()
  })
}
