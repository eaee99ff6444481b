// What a page or a section shows when it is empty, loading, refused or incomplete.

import { ApiError } from "../api.js"
import { el, fill } from "../dom.js"
import { words } from "../words.js"
import { copyButton } from "./copy.js"
import { shape } from "./icons.js"
import { actions, button, maker, para, quiet } from "./small.js"

// The one `h1` of a page. main.js moves the focus to it.
export const heading = maker("h1", { tabindex: -1 })

// The sentence that answers the page's question; stands below the heading.
export const lead = maker("p", { class: "lead" })

// One sentence why there is nothing, and what changes that.
/** @param {Portal.Child} sentence @param {...Portal.Child} steps */
export const empty = (sentence, ...steps) =>
  el("div", { class: "state empty" }, para(sentence), actions(...steps))

// Data is incomplete: what is missing, and which figures that touches.
/** @param {...Portal.Child} sentence */
export const partial = (...sentence) => el("p", { class: "state partial", role: "note" }, mark("partial"), ...sentence)

// Something is wrong with what the page shows; the page itself is well.
/** @param {...Portal.Child} sentence */
export const trouble = (...sentence) => el("p", { class: "state failure" }, mark("failing"), ...sentence)

export const said = maker("p", { class: "state said", role: "status" })

// The page exists, but this person may not see it.
/** @param {string} permission @param {Api.Me | null} me */
export const noRight = (permission, me) =>
  el("div", { class: "state no-right" }, para(words.states.noRight(permission, me?.roles ?? [])), quiet(words.states.askAdministrator))

// What was asked, the server's message, the next step, and what support needs.
/** @param {unknown} error @param {() => void} [again] */
export function failure(error, again) {
  const isRefusal = error instanceof ApiError
  if (!isRefusal && !isAbort(error)) console.error(error)
  const support = isRefusal ? [error.call, error.status, error.code, error.requestId].filter(Boolean).join(" · ") : ""
  return el("div", { class: "state failure", role: "alert" },
    el("p", { class: "what" }, mark("failing"), isRefusal ? words.errors.what(error) : words.states.brokenPage),
    isRefusal && [error.message && para(error.message), para(words.errors.next(error))],
    actions(again && button(words.states.again, again), isRefusal && copyButton(words.states.copyForSupport, () => support)),
    isRefusal && el("p", { class: "quiet code" }, support))
}

// Makes listeners that act: `then` follows, unless a dialog was closed (null); a failure stands in `note`.
/** @param {Element} note @param {() => void} [then] */
export const acting = (note, then) => (/** @type {() => Promise<unknown>} */ act) => {
  const run = async () => {
    fill(note)
    try {
      if ((await act()) !== null) then?.()
    } catch (error) {
      fill(note, failure(error, run))
    }
  }
  return run
}

// Grey bars in the form of the page, after 150 ms.
/** @param {readonly string[]} [columns] */
export const skeleton = (columns = []) =>
  el("div", { class: "skeleton", "aria-hidden": "true" },
    columns.length > 0 && el("div", { class: "heads" }, columns.map((head) => el("span", null, head))),
    Array.from({ length: 6 }, () => el("div", { class: "bar" })))

/**
 * A section that asks by itself: shows the skeleton, then what `draw` makes, or the failure with "Try
 * again", while the rest of the page stays alive. `ask()` again by calling the node's `again`.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => Portal.Child} draw
 * @param {{ class?: string, columns?: string[] }} [how]
 *
 */
export function later(ask, draw, how = {}) {
  const node = el("div", { class: ["later", how.class], "aria-busy": "true" })
  let turn = 0
  const again = async () => {
    const mine = (turn += 1)
    const timer = setTimeout(() => node.childElementCount === 0 && fill(node, skeleton(how.columns)), 150)
    try {
      const answer = await ask()
      if (mine === turn) fill(node, draw(answer))
    } catch (error) {
      if (mine === turn && !isAbort(error)) fill(node, failure(error, again))
    } finally {
      clearTimeout(timer)
      if (mine === turn) node.removeAttribute("aria-busy")
    }
  }
  again()
  return Object.assign(node, { again })
}

/** @param {unknown} error */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError"

/** @type {Api.State[]} */
export const unitStates = ["protected", "late", "failing", "paused", "requested", "notProtected", "excluded", "leaving", "deleted"]

/** @type {Record<string, string>} */
const shapes = {
  protected: "full", ok: "full", done: "tick", late: "half", warning: "half", partial: "half", failing: "triangle", failed: "triangle",
  error: "triangle", damaged: "cross", cancelled: "cross", notProtected: "ring", excluded: "ring", unknown: "ring", waiting: "dots",
  paused: "bars", requested: "dashes", running: "turning", leaving: "out", deleted: "bars", notice: "pencil",
}

/** @param {string} state */
export const mark = (state) => el("span", { class: ["mark", `is-${state}`], "aria-hidden": "true" }, shape(shapes[state] ?? "ring"))

/** @param {string} state @param {string} [word] */
export const stateMark = (state, word = words.states.names[state] ?? state) =>
  el("span", { class: ["state-mark", `is-${state}`] }, mark(state), " ", word)
