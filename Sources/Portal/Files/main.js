// Starts the portal and moves between its pages. The contract with views: Types/portal.d.ts.

import { hooks, pageKey } from "./api.js"
import { el, fill } from "./dom.js"
import { follow, startEvents } from "./events.js"
import { makeFrame, places } from "./frame.js"
import { help, setPageKeys, startKeyboard } from "./keyboard.js"
import { overview } from "./live.js"
import { copyBar } from "./parts/copy.js"
import { failure, heading, isAbort, noRight, skeleton } from "./parts/states.js"
import { match, to } from "./routes.js"
import { holds, loadMe, noteCall, watchSession } from "./session.js"
import { loadLanguage, loadWords, words } from "./words.js"

const skeletonMilliseconds = 150
const stillAskingMilliseconds = 5000

/** @typedef {{ route: import("./routes.js").Route, view: Portal.View<any> | null, page: Portal.Page, stop: AbortController }} Shown */

const asked = new URLSearchParams(location.search).get("language")
// The first page's files, and what the frame shows of the whole, come while the server is asked who this is.
match(location)?.route.view().catch(() => {})
const known = loadMe()
if (pageKey()) overview().catch(() => {})
const [me] = await Promise.all([known, loadLanguage(asked ? [asked] : navigator.languages)])
const frame = makeFrame({ me, go, help: () => void help(places()) })
/** @type {string[]} */
let calls = []
/** @type {(() => string) | null} */
let command = null
const bar = copyBar({ command: () => command?.() ?? null, calls: () => calls.join("\n\n") })
fill(frame.foot, bar.node)
/** @type {Shown | null} */
let shown = null
// Pages whose loading a person ended.
/** @type {WeakSet<AbortController>} */
const cancelled = new WeakSet()

hooks.called = ({ method, path, body }) => {
  noteCall()
  const lines = [`${method} ${location.origin}/${path}`, ...(body === undefined ? [] : ["Content-Type: application/json", "", JSON.stringify(body, null, 2)])]
  const text = lines.join("\n")
  if (!calls.includes(text)) calls = [...calls.slice(-29), text]
}
startEvents()
startKeyboard(places(), go, () => frame.search.focus())
watchSession(me, frame.warnOfEnd)
document.addEventListener("click", followLink)
addEventListener("popstate", () => void show({ isBack: true }))
history.scrollRestoration = "manual"
/** @param {string} address */
function go(address) {
  history.replaceState({ ...history.state, y: scrollY }, "")
  history.pushState(null, "", address)
  void show({})
}

// Links to pages are followed here; all others, and those for a new tab, by the browser.
/** @param {MouseEvent} event */
function followLink(event) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = /** @type {Element} */ (event.target).closest?.("a[href]")
  if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return
  const url = new URL(link.href)
  const isPage = url.origin === location.origin && /^\/portal(\/|$)/.test(url.pathname) && !/^\/portal\/(api|sign-in|sign-out)\b/.test(url.pathname)
  if (!isPage || (url.hash && url.pathname === location.pathname && url.search === location.search)) return
  event.preventDefault()
  for (const open of document.querySelectorAll("[popover]:popover-open")) /** @type {any} */ (open).hidePopover()
  go(url.pathname + url.search)
}

/** @param {{ isBack?: boolean, isFirst?: boolean, again?: boolean }} how */
async function show({ isBack = false, isFirst = false, again = false }) {
  const found = match(location)
  leave()
  calls = []
  command = null
  bar.showCommand(false)
  setPageKeys({})
  frame.here(found?.route.menu ?? null)
  frame.search.value = found?.route.page === "search" ? found.place.query.get("q") ?? "" : ""
  if (!found) return settle(words.states.notFound, el("p", null, el("a", { href: to`` }, words.states.toOverview)), isFirst)
  const stop = new AbortController()
  const { route } = found
  const page = makePage(found.place, stop)
  const mine = (shown = { route, view: /** @type {Portal.View<any> | null} */ (null), page, stop })
  const waiting = setTimeout(() => fill(frame.main, waitingNode(mine.view)), skeletonMilliseconds)
  const long = setTimeout(() => frame.main.append(stillAsking(stop)), stillAskingMilliseconds)
  try {
    const [module] = await Promise.all([route.view(), loadWords(route.words)])
    if (stop.signal.aborted) return
    mine.view = /** @type {Portal.View<any>} */ (module.default(page))
    const { view } = mine
    document.title = words.title(view.title())
    if (view.needs && !page.can(view.needs)) return settle(view.title(), noRight(view.needs, me), isFirst)
    const data = await view.load?.()
    if (stop.signal.aborted) return
    const [title, head, content] = [view.title(data), view.heading?.(data), view.render(data)]
    if (view.command) {
      command = () => view.command?.(data) ?? ""
      bar.showCommand(true)
    }
    settle(title, content, isFirst || again, { head, page: route.page })
    if (isBack) scrollTo(0, history.state?.y ?? 0)
  } catch (error) {
    if (shown !== mine || (isAbort(error) && stop.signal.aborted && !cancelled.has(stop))) return
    const title = mine.view?.title() ?? words.product
    const trouble = isAbort(error) ? el("p", null, el("button", { type: "button", on: { click: reload } }, words.states.again)) : failure(error, reload)
    settle(title, trouble, isFirst)
  } finally {
    clearTimeout(waiting)
    clearTimeout(long)
  }
}

function reload() {
  void show({ again: true })
}

// Shows what is final below its heading, names it, and gives it the focus.
/** @param {string} title @param {Portal.Child} content @param {boolean} keepsFocus @param {{ head?: Portal.Child, page?: string }} how */
function settle(title, content, keepsFocus, { head = title, page } = {}) {
  fill(frame.main, el("article", { "data-page": page }, heading(head), content))
  document.title = words.title(title)
  if (keepsFocus) return
  scrollTo(0, 0)
  frame.main.querySelector("h1")?.focus({ preventScroll: true })
}

function leave() {
  shown?.stop.abort(new DOMException("left", "AbortError"))
  shown = null
}

/** @param {Portal.View<any> | null} view */
const waitingNode = (view) =>
  el("article", { "aria-busy": "true" }, heading(view?.title() ?? words.states.loading), skeleton(view?.columns))

/** @param {AbortController} stop */
function stillAsking(stop) {
  const cancel = () => {
    cancelled.add(stop)
    stop.abort(new DOMException("cancelled", "AbortError"))
  }
  return el("p", { class: "state still-asking", role: "status" }, words.states.stillAsking, " ",
    el("button", { type: "button", on: { click: cancel } }, words.states.cancel))
}

/** @param {HTMLElement} region @param {string} text */
function speak(region, text) {
  fill(region)
  setTimeout(() => fill(region, text), 50)
}

/** @param {import("./routes.js").Place} place @param {AbortController} stop @returns {Portal.Page} */
function makePage(place, stop) {
  const { signal } = stop
  let spoken = 0
  return {
    place, signal, me,
    can: (permission) => holds(me, permission),
    follow: (topics, handler) => {
      const end = follow(topics, handler)
      signal.addEventListener("abort", end, { once: true })
    },
    every: (seconds, tick) => {
      const timer = setInterval(() => document.visibilityState === "visible" && tick(), seconds * 1000)
      signal.addEventListener("abort", () => clearInterval(timer), { once: true })
    },
    setQuery: (changes) => {
      for (const [key, value] of Object.entries(changes)) {
        if (value === null || value === "") place.query.delete(key)
        else place.query.set(key, value)
      }
      const text = place.query.toString()
      history.replaceState(history.state, "", place.path + (text ? `?${text}` : ""))
    },
    go, reload,
    announce: (text) => {
      if (Date.now() - spoken < 15_000) return
      spoken = Date.now()
      speak(frame.polite, text)
    },
    alarm: (text) => speak(frame.urgent, text),
    keys: setPageKeys,
  }
}

await show({ isFirst: true })
