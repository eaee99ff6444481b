// News from the server: one stream for all tabs of a browser.
//
// Over HTTP/1.1 a browser opens only six connections to a host, so the tab that holds the Web Lock
// reads the stream for all and passes events on by BroadcastChannel. Each tab says what it follows. A
// tab that is hidden for a minute follows nothing and gives the lock away. Whoever takes over goes on
// after the last event that any tab saw. Where the server has no place for a stream (503), the
// reading tab asks for the things themselves every five seconds.

import { ApiError, address, get, hf, open, pause } from "./api.js"
import { streamReader } from "./stream.js"

/** @typedef {(change: Api.Change | null) => void} Handler  null: anything may have changed, ask again. */
/** @typedef {"connecting" | "live" | "polling" | "offline"} Connection */

const lockName = "holdfast.events"
const hiddenMilliseconds = 60_000
const pollMilliseconds = 5_000
/** The server says something every 15 s. */
const silentMilliseconds = 40_000
const maximumTopics = 20

const tab = crypto.randomUUID()
const channel = new BroadcastChannel(lockName)
/** @type {Map<string, Set<Handler>>} */
const handlers = new Map()
// What every tab follows, as the reading tab knows it.
/** @type {Map<string, string[]>} */
const wanted = new Map()
/** @type {Set<(state: { connection: Connection, news: number }) => void>} */
const watchers = new Set()
let state = { connection: /** @type {Connection} */ ("connecting"), news: Date.now() }
let last = ""
/** @type {AbortController | null} */
let part = null
/** Makes the reading tab ask anew, because other topics are wanted. */
let reopen = new AbortController()
/** @type {Portal.Timer} */
let hiding
/** @type {Portal.Timer} */
let telling

// Calls `handler` for each change of the topics until the returned function is called. `overview`,
// `incidents`, `restores`, `restores/{id}`, `units/{id}`, `policies`, `health`, `searches/{id}`.
/** @param {readonly string[]} topics @param {Handler} handler @returns {() => void} */
export function follow(topics, handler) {
  for (const topic of topics) handlers.set(topic, (handlers.get(topic) ?? new Set()).add(handler))
  tellTopics()
  return () => {
    for (const topic of topics) {
      handlers.get(topic)?.delete(handler)
      if (handlers.get(topic)?.size === 0) handlers.delete(topic)
    }
    tellTopics()
  }
}

// Calls `watcher` with the state of the connection now and after each change.
/** @param {(state: { connection: Connection, news: number }) => void} watcher */
export function watchConnection(watcher) {
  watchers.add(watcher)
  watcher(state)
}

/** Begins; called once by main.js. */
export function startEvents() {
  channel.addEventListener("message", ({ data }) => take(data))
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding)
    if (document.visibilityState === "visible") join()
    else hiding = setTimeout(leave, hiddenMilliseconds)
  })
  addEventListener("pagehide", leave)
  addEventListener("pageshow", join)
  join()
}

function join() {
  if (part) return
  part = new AbortController()
  const { signal } = part
  tellTopics()
  const lead = () => read(signal).catch(() => {})
  navigator.locks.request(lockName, { signal }, lead).catch(() => {})
}

function leave() {
  part?.abort()
  part = null
  channel.postMessage({ kind: "wanted", tab, topics: [] })
}

function tellTopics() {
  clearTimeout(telling)
  telling = setTimeout(() => {
    if (part) send({ kind: "wanted", tab, topics: [...handlers.keys()] })
  }, 50)
}

/** @param {any} message */
function send(message) {
  channel.postMessage(message)
  take(message)
}

/** @param {any} message */
function take(message) {
  switch (message.kind) {
    case "who":
      return tellTopics()
    case "wanted": {
      const before = topics().join()
      if (message.topics.length > 0) wanted.set(message.tab, message.topics)
      else wanted.delete(message.tab)
      if (topics().join() !== before) reopen.abort()
      return
    }
    case "state":
      state = { connection: message.connection, news: message.news }
      last = message.last
      return watchers.forEach((watcher) => watcher(state))
    case "change":
      last = message.last
      return handlers.get(message.change.topic)?.forEach((handler) => handler(message.change))
    case "reset":
      return new Set([...handlers.values()].flatMap((some) => [...some])).forEach((handler) => handler(null))
  }
}

const topics = () => [...new Set([...wanted.values()].flat())].sort().slice(0, maximumTopics)

/** @param {Connection} connection @param {number} [news] */
const tellState = (connection, news = state.news) => send({ kind: "state", connection, news, last })

/** @param {AbortSignal} signal */
async function read(signal) {
  send({ kind: "who" })
  let failures = 0
  while (!signal.aborted) {
    reopen = new AbortController()
    const asked = topics()
    const ended = either(signal, reopen.signal)
    try {
      if (asked.length === 0) await pause(silentMilliseconds, ended)
      else {
        await readStream(asked, ended, () => (failures = 0))
        await pause(2000, ended)
      }
    } catch (error) {
      if (ended.aborted) continue
      // Refused: no place for a stream, or one of the things is gone. Each is then asked for by itself.
      if (error instanceof ApiError && error.status >= 400) await poll(asked, ended, error.retryAfterSeconds ?? 60).catch(() => {})
      else {
        failures += 1
        tellState("offline")
        await pause(Math.min(30_000, 1000 * 2 ** failures) * (0.5 + Math.random() / 2), ended).catch(() => {})
      }
    }
  }
}

/** @param {string[]} asked @param {AbortSignal} ended @param {() => void} heard */
async function readStream(asked, ended, heard) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "text/event-stream" }
  if (last) headers["Last-Event-ID"] = last
  const silent = new AbortController()
  const signal = either(ended, silent.signal)
  const response = await open("GET", address(hf`events`, { topics: asked.join(",") }), undefined, { headers, signal })
  if (!response.body) return
  const feed = streamReader(takeEvent)
  const reader = response.body.getReader()
  tellState("live", Date.now())
  for (;;) {
    const timer = setTimeout(() => silent.abort(), silentMilliseconds)
    const { done, value } = await reader.read().finally(() => clearTimeout(timer))
    if (done) return
    heard()
    feed(value)
  }
}

/** @param {import("./stream.js").StreamEvent} event */
function takeEvent({ id, event, data }) {
  if (id) last = id
  if (event === "changed") send({ kind: "change", change: JSON.parse(data), last })
  else if (event === "reset") send({ kind: "reset" })
  tellState("live", Date.now())
}

/** @param {string} topic @returns {string[]} */
function paths(topic) {
  const [kind, id] = topic.split("/")
  switch (kind) {
    case "units": return [hf`unitStates/${id}`]
    case "searches": return [hf`fileSearches/${id}`]
    case "restores":
      return id ? [hf`restorePlans/${id}/progress`, hf`restoreSessions/${id}/progress`] : [hf`restorePlans`]
    case "policies": return ["v1.0/solutions/backupRestore/protectionPolicies"]
    default: return [hf`${kind}`]
  }
}

// For as long as the server says, which is short while it starts; then the stream is tried again.
/** @param {string[]} asked @param {AbortSignal} signal @param {number} seconds */
async function poll(asked, signal, seconds) {
  /** @type {Map<string, string>} */
  const seen = new Map()
  for (let left = seconds * 1000; left > 0; left -= pollMilliseconds) {
    for (const topic of asked) {
      for (const path of paths(topic)) {
        const body = await get(path, {}, { signal }).catch(() => undefined)
        if (body === undefined) continue
        const text = JSON.stringify(body)
        const [thing, id] = topic.split("/")
        if (seen.has(topic) && seen.get(topic) !== text) send({ kind: "change", change: { topic, thing, id, body }, last })
        seen.set(topic, text)
        tellState("polling", Date.now())
        break
      }
    }
    await pause(pollMilliseconds, signal)
  }
}

// Aborted as soon as one of two is, and kept by neither. TypeScript 4.8 does not know it.
/** @param {AbortSignal} first @param {AbortSignal} second @returns {AbortSignal} */
const either = (first, second) => /** @type {any} */ (AbortSignal).any([first, second])
