// What stands out in a series; pure functions. The drawing, the sentence and the list are made of the same marks.

import { columns, isIncident, isNotable } from "./timeline-scale.js"

// Everything that the drawing marks and the list says: both are made of this, oldest first.
/** @param {readonly Api.ChangeSeries[]} series @returns {Parts.Mark[]} */
export function marks(series) {
  /** @type {Parts.Mark[]} */
  const found = []
  for (const one of series) {
    const step = one.bucketSeconds * 1000
    for (const notable of one.notable.length > 0 ? one.notable : flagged(one)) {
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
  found.sort((one, other) => one.from - other.from)
  // A change that two parts know, or several accounts have at a time, is one.
  return found.reduce((/** @type {Parts.Mark[]} */ kept, mark) => {
    const same = kept.find((other) => other.kind === mark.kind && (other.from === mark.from || (mark.notable && other.to > mark.from)))
    if (!same) kept.push(mark)
    else if (same.notable && mark.notable && same.notable.pointAfter !== mark.notable.pointAfter) {
      same.to = Math.max(same.to, mark.to)
      same.notable = merged(same.notable, mark.notable)
    }
    return kept
  }, [])
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

/** @param {readonly Api.ChangeSeries[]} series  Oldest part first; the last has hours or less. */
export function facts(series) {
  const last = series[series.length - 1]
  const found = marks(series)
  const notable = found.filter((mark) => mark.kind === "notable" || mark.kind === "incident")
  const greatest = notable.reduce((/** @type {Parts.Mark | null} */ best, mark) =>
    !best || weight(mark) > weight(best) ? mark : best, null)
  const weekly = found.find((mark) => mark.kind === "weekly")
  const weeklyIn = (/** @type {number} */ index) => found.filter((mark) =>
    mark.kind === "weekly" && mark.from >= bucket(last, index) && mark.from < bucket(last, index + 1)).length
  const firstFine = last.points.findIndex((count, index) => count > weeklyIn(index))
  return {
    usualAnHour: usual(last), greatest, notableCount: notable.length,
    files: last.files[last.files.length - 1] ?? 0,
    cadence: cadence(last), fineSince: firstFine >= 0 && last.bucketSeconds <= 3600 ? bucket(last, firstFine) : null,
    weeklySince: weekly?.from ?? null,
    missed: byDay(found.filter((mark) => mark.kind === "missed")),
    damaged: found.filter((mark) => mark.kind === "damaged").length,
  }
}

// An incident before any other change.
/** @param {Parts.Mark} mark */
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
    // The first snapshot, in which all is new, has no share.
    const isFirst = some.every((column, offset) => column.total === 0 || series.maxShare[index + offset] === 0)
    if (sum > 0 && !isFirst && !some.some((column) => column.isNotable)) hours.push(sum)
  }
  hours.sort((one, other) => one - other)
  return hours.length < 3 ? null : hours[Math.floor(hours.length * 0.95)]
}

// Seconds from point to point, as full buckets have it.
/** @param {Api.ChangeSeries} series */
function cadence(series) {
  const counts = series.points.filter((count) => count > 0).sort((one, other) => one - other)
  const full = counts[Math.floor(counts.length * 0.9)]
  return full === undefined ? null : series.bucketSeconds / full
}

// The changes of two accounts as one, in words made of its counts.
/** @param {Api.Notable} one @param {Api.Notable} other @returns {Api.Notable} */
function merged(one, other) {
  const names = /** @type {const} */ (["added", "changed", "removed", "replaced"])
  const counts = Object.fromEntries(names.map((name) => [name, one.counts[name] + other.counts[name]]))
  return { ...one, share: Math.max(one.share, other.share), text: "", counts: /** @type {Api.Notable["counts"]} */ (counts) }
}

// Changes that the server flags in sums of several accounts, for which it lists none.
/** @param {Api.ChangeSeries} series @returns {Api.Notable[]} */
function flagged(series) {
  /** @type {Api.Notable[]} */
  const found = []
  const at = (/** @type {number} */ index) => new Date(Math.min(bucket(series, index), Date.parse(series.end))).toISOString()
  for (const [index, flags] of series.flags.entries()) {
    if ((flags & (isNotable | isIncident)) === 0) continue
    const before = found[found.length - 1]
    const goesOn = before?.to === at(index)
    const change = goesOn ? before : { from: at(index), to: "", pointBefore: null, pointAfter: "", share: 0, isIncident: false, text: "", counts: { added: 0, changed: 0, removed: 0, replaced: 0 } }
    change.to = at(index + 1)
    change.share = Math.max(change.share, series.maxShare[index])
    change.isIncident ||= (flags & isIncident) !== 0
    for (const name of /** @type {const} */ (["added", "changed", "removed", "replaced"])) change.counts[name] += series[name][index]
    if (!goesOn) found.push(change)
  }
  return found
}

/** @param {readonly Parts.Mark[]} missed @returns {{ day: number, count: number }[]} */
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
