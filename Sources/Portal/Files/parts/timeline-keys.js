// The keys of the timeline. Letters act only while it has the focus.

import { words } from "../words.js"
import { pointAt } from "./timeline-marks.js"

const hour = 3_600_000

/** What the help of a page with a timeline says of its keys. */
export const timelineHelp = () => Object.fromEntries(Object.entries(words.timeline.keys).map(([keys, text]) => [keys, { words: text }]))

/**
 * @param {{
 *   stops: () => readonly { at: number }[],
 *   marks: () => readonly Parts.Mark[],
 *   now: () => number,
 *   clean: () => number | null,
 *   moveTo: (moment: number) => void,
 *   choose: (moment: number, which: "a" | "b") => void,
 *   level: (step: number) => void,
 *   act: () => Parts.TimelineActs,
 * }} line
 * @returns {(event: KeyboardEvent) => void}
 */
export function timelineKeys(line) {
  // The point `by` points on.
  /** @param {number} by */
  const step = (by) => {
    const stops = line.stops()
    const index = Math.max(0, Math.min(stops.length - 1, pointAt(stops, line.now()) + by))
    if (stops[index]) line.moveTo(stops[index].at)
  }
  // The point at or before a moment.
  /** @param {number} moment */
  const near = (moment) => {
    const stops = line.stops()
    const stop = stops[Math.max(0, pointAt(stops, moment))]
    if (stop) line.moveTo(stop.at)
  }
  /** @param {boolean} isForward */
  const notable = (isForward) => {
    const now = line.now()
    const places = line.marks().filter((mark) => mark.notable).map((mark) => mark.from)
    const next = isForward ? places.find((at) => at > now) : places.reverse().find((at) => at < now)
    if (next !== undefined) line.moveTo(next)
  }
  const text = () => new Date(line.now()).toISOString()
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => step(-1), ArrowRight: () => step(1), ArrowDown: () => step(-1), ArrowUp: () => step(1),
    "Shift+ArrowLeft": () => near(line.now() - hour), "Shift+ArrowRight": () => near(line.now() + hour),
    PageDown: () => near(line.now() - 24 * hour), PageUp: () => near(line.now() + 24 * hour),
    Home: () => step(-Infinity), End: () => step(Infinity),
    "[": () => notable(false), "]": () => notable(true),
    l: () => { const clean = line.clean(); if (clean !== null) line.moveTo(clean) },
    "+": () => line.level(1), "-": () => line.level(-1), 0: () => line.level(0),
    Enter: () => line.choose(line.now(), "a"), "Shift+Enter": () => line.choose(line.now(), "b"),
    b: () => line.act().browse?.(text()), c: () => line.act().compare?.(), r: () => line.act().rollBack?.(text()),
  }
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const key = event.shiftKey && (event.key.startsWith("Arrow") || event.key === "Enter") ? `Shift+${event.key}` : event.key
    if (!(key in keys)) return
    event.preventDefault()
    event.stopPropagation()
    keys[key]()
  }
}
