// What stands out in a series; pure functions. The drawing, the sentence and the list are made of the same marks.

import { columns } from "./timeline-scale.js"

/** @typedef {{ kind: "notable" | "incident" | "missed" | "weekly" | "damaged" | "partial" | "undo" | "proven",
 *   from: number, to: number, notable?: Api.Notable, pointId?: string, count?: number }} Mark */

/**
 * Everything that the drawing marks and the list says: both are made of this, oldest first.
 * @param {readonly Api.ChangeSeries[]} series
 * @returns {Mark[]}
 */
export function marks(series) {
  /** @type {Mark[]} */
  const found = []
  for (const one of series) {
    const step = one.bucketSeconds * 1000
    for (const notable of one.notable) {
      found.push({ kind: notable.isIncident ? "incident" : "notable", from: Date.parse(notable.from), to: Date.parse(notable.to), notable })
    }
    for (const point of one.special) found.push({ kind: point.kind, from: Date.parse(point.dateTime), to: Date.parse(point.dateTime), pointId: point.pointId })
    for (const [index, count] of one.missed.entries()) {
      const from = Date.parse(one.start) + index * step
      const before = found[found.length - 1]
      if (count > 0 && before?.kind === "missed" && before.to === from) Object.assign(before, { to: from + step, count: (before.count ?? 0) + count })
      else if (count > 0) found.push({ kind: "missed", from, to: from + step, count })
    }
  }
  // A change that two parts know is one.
  const seen = new Set()
  return found.filter((mark) => {
    const id = `${mark.kind} ${mark.from}`
    return !seen.has(id) && seen.add(id)
  }).sort((one, other) => one.from - other.from)
}

// The point at a moment or the nearest before; -1 where none is.
/** @param {readonly { at: number }[]} points  Oldest first. @param {number} moment */
export function pointAt(points, moment) {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle].at <= moment) low = middle + 1
    else high = middle
  }
  return low - 1
}

// What the sentence says.
/** @param {readonly Api.ChangeSeries[]} series  Oldest part first; the last has hours or less. */
export function facts(series) {
  const last = series[series.length - 1]
  const found = marks(series)
  const notable = found.filter((mark) => mark.kind === "notable" || mark.kind === "incident")
  const greatest = notable.reduce((/** @type {Mark | null} */ best, mark) =>
    !best || weight(mark) > weight(best) ? mark : best, null)
  const weekly = found.find((mark) => mark.kind === "weekly")
  const firstFine = last.points.findIndex((count, index) => count > 0 && !found.some((mark) =>
    mark.kind === "weekly" && mark.from >= bucket(last, index) && mark.from < bucket(last, index + 1)))
  return {
    usualAnHour: usual(last), greatest, notableCount: notable.length,
    files: last.files[last.files.length - 1] ?? 0,
    fineSince: firstFine >= 0 && last.bucketSeconds <= 3600 ? bucket(last, firstFine) : null,
    weeklySince: weekly?.from ?? null,
    missed: byDay(found.filter((mark) => mark.kind === "missed")),
    damaged: found.filter((mark) => mark.kind === "damaged").length,
  }
}

// An incident before any other change.
/** @param {Mark} mark */
const weight = (mark) => (mark.notable?.share ?? 0) + (mark.kind === "incident" ? 1 : 0)

/** @param {Api.ChangeSeries} series @param {number} index */
const bucket = (series, index) => Date.parse(series.start) + index * series.bucketSeconds * 1000

// How many files change in a busy hour: in 95 of 100 hours with a change it is no more. Notable ones do not count.
/** @param {Api.ChangeSeries} series */
function usual(series) {
  const inHour = Math.max(1, Math.round(3600 / series.bucketSeconds))
  /** @type {number[]} */
  const hours = []
  const all = columns(series)
  for (let index = 0; index < all.length; index += inHour) {
    const some = all.slice(index, index + inHour)
    const sum = some.reduce((sum, column) => sum + column.total, 0)
    if (sum > 0 && !some.some((column) => column.isNotable)) hours.push(sum)
  }
  hours.sort((one, other) => one - other)
  return hours.length < 3 ? null : hours[Math.floor(hours.length * 0.95)]
}

/** @param {readonly Mark[]} missed @returns {{ day: number, count: number }[]} */
function byDay(missed) {
  /** @type {Map<string, { day: number, count: number }>} */
  const days = new Map()
  for (const mark of missed) {
    const day = new Date(mark.from).toDateString()
    const before = days.get(day) ?? { day: mark.from, count: 0 }
    days.set(day, { day: before.day, count: before.count + (mark.count ?? 0) })
  }
  return [...days.values()]
}
