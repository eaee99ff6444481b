// Scales and reductions of the timeline; pure functions of values, tested under Node.

/** @typedef {"all" | "3d" | "day" | "6h" | "year"} Level */
/** @typedef {{ from: number, to: number, text: string, share: number, added: number, changed: number, removed: number,
 *   replaced: number, pointBefore: string | null, pointAfter: string, isIncident: boolean }} NotableMark  Moments in ms. */

const hour = 3_600_000

/** The levels: length of the right part in hours, and a column's seconds. */
export const levels = /** @type {Record<Level, { hours: number, seconds: number, buckets: number }>} */ ({
  all: { hours: 336, seconds: 3600, buckets: 336 },
  "3d": { hours: 72, seconds: 600, buckets: 432 },
  day: { hours: 24, seconds: 600, buckets: 144 },
  "6h": { hours: 6, seconds: 600, buckets: 36 },
  year: { hours: 8784, seconds: 86400, buckets: 366 },
})

/**
 * What to ask A3 for, so that a level can be drawn.
 * @param {Level} level @param {number} end @param {number} [oldest]
 */
export function questions(level, end, oldest) {
  const { hours, buckets } = levels[level]
  const start = end - hours * hour
  const right = { start: new Date(start).toISOString(), end: new Date(end).toISOString(), buckets }
  if (level === "year" || oldest === undefined || oldest >= start) return { right, left: null }
  const from = Math.max(oldest, start - 366 * 24 * hour)
  const weeks = Math.max(1, Math.ceil((start - from) / (7 * 24 * hour)))
  return { right, left: { start: new Date(start - weeks * 7 * 24 * hour).toISOString(), end: right.start, buckets: weeks } }
}
