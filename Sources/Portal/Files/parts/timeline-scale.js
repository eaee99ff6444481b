// Scales and reductions of the timeline; pure functions of values, tested under Node. Moments in milliseconds.

/** Bits of `flags`. Source: ChangeFlags in the catalogue. */
export const isNotable = 4
export const isIncident = 8

const hour = 3_600_000
export const day = 24 * hour
const week = 7 * day

// From far to near: hours that the drawing spans, and its columns.
/** @type {Record<Parts.Level, { hours: number, buckets: number }>} */
export const levels = {
  year: { hours: 8784, buckets: 366 },
  all: { hours: 336, buckets: 336 },
  "3d": { hours: 72, buckets: 432 },
  day: { hours: 24, buckets: 144 },
  "6h": { hours: 6, buckets: 36 },
}
export const order = /** @type {Parts.Level[]} */ (Object.keys(levels))

/** @param {Parts.Level} level @param {number} step */
export const nextLevel = (level, step) => order[Math.max(0, Math.min(order.length - 1, order.indexOf(level) + step))]

// What to ask A3 for, so that a level that ends at `end` can be drawn. The left part has a column for each week
// before; only `all` has one.
/** @param {Parts.Level} level @param {number} end @param {number | null} [oldest]  The oldest point. */
export function questions(level, end, oldest = null) {
  const { hours, buckets } = levels[level]
  const bucket = (hours * hour) / buckets
  const last = Math.ceil(end / bucket) * bucket
  const start = last - hours * hour
  const range = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ count) =>
    ({ start: new Date(from).toISOString(), end: new Date(to).toISOString(), buckets: count })
  if (level !== "all" || oldest === null || oldest >= start) return { right: range(start, last, buckets), left: null }
  const weeks = Math.min(52, Math.ceil((start - oldest) / week))
  return { right: range(start, last, buckets), left: range(start - weeks * week, start, weeks) }
}

/** @param {number} share 0…1 @returns {number} 0…1: daily work stays visible, and 55 % towers. */
export const squareRoot = (share) => Math.sqrt(Math.max(0, Math.min(1, share)))

// Symmetric logarithm of a count, against the greatest of the drawing.
/** @param {number} value @param {number} greatest */
export const logarithm = (value, greatest) => (greatest <= 0 ? 0 : Math.log1p(Math.max(0, value)) / Math.log1p(Math.max(greatest, 9)))

// The columns of a series. `replaced` is within added and removed, and goes up as changed: else encryption that
// renames would hide in both directions. A share is the greatest of one snapshot, split as the sums are.
/** @param {Api.ChangeSeries} series @param {Parts.Measure} [measure] @returns {Parts.Bar[]} */
export function columns(series, measure = "share") {
  const start = Date.parse(series.start)
  const step = series.bucketSeconds * 1000
  return series.maxShare.map((share, index) => {
    const replaced = series.replaced[index]
    const [added, removed] = [series.added[index] - replaced, series.removed[index] - replaced]
    const changed = series.changed[index] + replaced
    const total = added + removed + changed
    const from = start + index * step
    const to = Math.min(from + step, Date.parse(series.end))
    const isMarked = total > 0 && ((series.flags[index] & (isNotable | isIncident)) !== 0
      || series.notable.some((one) => Date.parse(one.from) < to && Date.parse(one.to) > from))
    if (measure === "bytes") return { from, to, up: 0, added: Number(series.addedBytes[index]), down: 0, total, isNotable: isMarked }
    const factor = measure === "files" || total === 0 ? 1 : share / total
    return { from, to, up: changed * factor, added: added * factor, down: removed * factor, total, isNotable: isMarked && share > 0.01 }
  })
}

// Where things are. The right part is 14 days, or the whole width where there is no left part.
/** @param {number} width @param {Api.ChangeSeries} right @param {Api.ChangeSeries | null} [left] */
export function layout(width, right, left = null) {
  const [x0, x1] = [44, width - 8]
  const middle = left ? x0 + (x1 - x0) * 0.26 : x0
  /** @type {{ from: number, to: number, x0: number, x1: number }[]} */
  const parts = [{ from: Date.parse(right.start), to: Date.parse(right.end), x0: middle, x1 }]
  if (left) parts.unshift({ from: Date.parse(left.start), to: Date.parse(left.end), x0, x1: middle - 20 })
  const partOf = (/** @type {number} */ moment) => parts.find((part) => moment < part.to) ?? parts[parts.length - 1]
  return {
    parts, x0, x1, breakAt: left ? middle - 10 : null,
    x: (/** @type {number} */ moment) => {
      const part = partOf(moment)
      return part.x0 + Math.max(0, Math.min(1, (moment - part.from) / (part.to - part.from))) * (part.x1 - part.x0)
    },
    moment: (/** @type {number} */ x) => {
      const part = parts.find((part) => x <= part.x1) ?? parts[parts.length - 1]
      return part.from + Math.max(0, Math.min(1, (x - part.x0) / (part.x1 - part.x0))) * (part.to - part.from)
    },
  }
}

// One path for bars that stand on, or hang from, a line.
/** @param {readonly { x: number, width: number, y: number, height: number }[]} bars */
export const barPath = (bars) => bars
  .filter((bar) => bar.height > 0)
  .map(({ x, width, y, height }) => `M${round(x)} ${round(y)}v${round(-height)}h${round(width)}v${round(height)}z`)
  .join("")

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10

// Labels that would overlap go up a line, at most three lines.
/** @param {readonly { x: number, width: number }[]} labels @returns {number[]} the line of each, -1 for none */
export function lines(labels) {
  /** @type {number[]} */
  const ends = [-Infinity, -Infinity, -Infinity]
  return labels.map(({ x, width }) => {
    const line = ends.findIndex((end) => end + 6 <= x)
    if (line >= 0) ends[line] = x + width
    return line
  })
}

// Moments of the axis: each day, or hour.
/** @param {number} from @param {number} to @param {number} atMost @returns {{ at: number, isDay: boolean }[]} */
export function ticks(from, to, atMost) {
  const steps = [hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, week, 2 * week, 4 * week, 13 * week]
  const step = steps.find((step) => (to - from) / step <= atMost) ?? steps[steps.length - 1]
  const found = []
  const first = new Date(from)
  first.setHours(0, 0, 0, 0)
  for (let at = first; at.getTime() < to; ) {
    if (at.getTime() >= from) found.push({ at: at.getTime(), isDay: at.getHours() === 0 })
    // Days by the calendar, because one of them has 23 hours, and one 25.
    if (step >= day) at.setDate(at.getDate() + step / day)
    else at.setHours(at.getHours() + step / hour)
  }
  return found
}
