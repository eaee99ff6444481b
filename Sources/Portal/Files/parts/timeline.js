// The timeline of restore points: one tab stop with keys of its own, and buttons for all that can be dragged.

import { el, fill, set } from "../dom.js"
import { words } from "../words.js"
import { plain } from "./small.js"
import { draw, height, legend } from "./timeline-draw.js"
import { timelineKeys } from "./timeline-keys.js"
import { marks, pointAt } from "./timeline-marks.js"
import { levels, nextLevel, order } from "./timeline-scale.js"
import { strip } from "./timeline-strip.js"

const narrowPixels = 640

/** @param {Parts.Timeline} first */
export function timeline(first) {
  const what = { ...first }
  /** @type {Parts.Measure} */
  let measure = "share"
  /** @type {number | null} */
  let cursor = null
  /** @type {ReturnType<typeof draw> | null} */
  let shown = null
  let width = 0
  /** @type {{ at: number }[] | null} */
  let points = null
  /** @type {Promise<unknown> | null} */
  let asked = null
  /** @type {Portal.Timer} */
  let saying

  const canvas = el("div", { class: "canvas", role: what.fixed ? "img" : "slider", tabindex: what.fixed ? null : 0, "aria-label": what.label, style: { "min-height": `${height}px` } })
  const reading = el("p", { class: "reading quiet" })
  const controls = el("div", { class: "controls" })
  const overview = strip({ onMove: (end) => what.onLevel?.(what.level, end) })
  const node = el("figure", { class: "timeline" }, !what.fixed && controls, canvas, !what.fixed && reading, overview.node, legend())
  const observer = new ResizeObserver(([entry]) => {
    width = Math.floor(entry.contentRect.width)
    node.classList.toggle("narrow", width < narrowPixels)
    show()
  })
  observer.observe(node)
  what.signal.addEventListener("abort", () => observer.disconnect(), { once: true })
  drawControls()

  const parsed = (/** @type {string | null | undefined} */ text) => (text ? Date.parse(text) : null)
  const moments = () => ({ a: parsed(what.chosen?.a), b: parsed(what.chosen?.b), clean: parsed(what.lastClean) })
  // Where one is: at the cursor, else at the chosen or the last clean moment, else at the newest point.
  const here = () => cursor ?? moments().a ?? moments().clean ?? stops().at(-1)?.at ?? Date.parse(what.right.end)
  const series = () => (what.left ? [what.left, what.right] : [what.right])

  function show() {
    if (width === 0) return
    const { a, b, clean } = moments()
    const left = what.left ?? null
    if (width >= narrowPixels) {
      shown = draw({ right: what.right, left, measure, marks: marks(series()), width, isMany: what.many === true, lastClean: clean, chosen: { a, b }, cursor })
      fill(canvas, shown.node)
    } else shown = null
    canvas.hidden = reading.hidden = width < narrowPixels
    overview.node.hidden = Boolean(what.fixed) && width >= narrowPixels
    const whole = what.whole ?? { right: what.right, left }
    overview.show(whole.right, whole.left, { from: Date.parse(what.right.start), to: Date.parse(what.right.end) }, width)
    if (cursor === null) fill(reading, what.fixed ? null : words.timeline.hint)
    value()
  }

  function drawControls() {
    const level = el("div", { class: "segmented", role: "group", "aria-label": words.timeline.level }, order.map((one) =>
      el("button", { type: "button", "aria-pressed": String(one === what.level), on: { click: () => changeLevel(one) } }, words.timeline.levels[one])))
    const pick = el("label", { class: "measure" }, words.timeline.measure, " ", el("select", { value: measure, on: { change: (event) => { measure = event.target.value; show() } } },
      Object.entries(words.timeline.measures).map(([value, text]) => el("option", { value }, text))))
    const span = levels[what.level].hours * 3_600_000
    fill(controls, level, el("div", { class: "moves" },
      plain("◀", () => shift(-span / 2), words.timeline.earlier), plain("▶", () => shift(span / 2), words.timeline.later),
      plain("+", () => changeLevel(nextLevel(what.level, 1)), words.timeline.nearer), plain("−", () => changeLevel(nextLevel(what.level, -1)), words.timeline.farther)), pick)
  }

  /** @param {Parts.Level} level */
  function changeLevel(level) {
    const middle = cursor ?? moments().a ?? moments().clean
    const half = (levels[level].hours * 3_600_000) / 2
    what.onLevel?.(level, middle === null ? Date.now() : Math.min(Date.now(), middle + half))
  }

  /** @param {number} by */
  function shift(by) {
    what.onLevel?.(what.level, Math.min(Date.now(), Date.parse(what.right.end) + by))
  }

  /** Columns that have a point, where the points themselves are not known. */
  const stops = () => points ?? series().flatMap((one) =>
    one.points.flatMap((count, index) => (count > 0 ? [{ at: Date.parse(one.start) + index * one.bucketSeconds * 1000 }] : [])))

  /** @param {number} moment */
  const columnAt = (moment) => shown?.all.find((column) => column.from <= moment && moment < column.to)

  /** @param {number} moment */
  const filesAt = (moment) => {
    const one = series().find((one) => moment < Date.parse(one.end)) ?? what.right
    const index = Math.floor((moment - Date.parse(one.start)) / one.bucketSeconds / 1000)
    return one.files[Math.max(0, Math.min(one.files.length - 1, index))] ?? 0
  }

  /** What a screen reader says of the place of the cursor. */
  function value() {
    if (what.fixed) return
    const { a, b, clean } = moments()
    const all = stops()
    const now = here()
    const near = marks(series()).filter((mark) => mark.from <= now && now <= mark.to)
    const more = [
      now === clean ? words.timeline.valueLastClean : "", now === a ? words.timeline.valueChosen("A") : "", now === b ? words.timeline.valueChosen("B") : "",
      near.some((mark) => mark.notable) ? words.timeline.valueNotable : "", near.some((mark) => mark.kind === "missed") ? words.timeline.valueMissing : "",
    ].filter(Boolean)
    clearTimeout(saying)
    saying = setTimeout(() => set(canvas, {
      "aria-valuemin": 0, "aria-valuemax": Math.max(0, all.length - 1), "aria-valuenow": Math.max(0, pointAt(all, now)),
      "aria-valuetext": words.timeline.value(now, columnAt(now)?.total ?? 0, filesAt(now), more),
    }), 150)
  }

  /** @param {number} moment */
  function read(moment) {
    const column = columnAt(moment)
    fill(reading, column && words.timeline.reading(column.from, column.to, column.total, filesAt(moment)))
  }

  /** @param {number} moment */
  function moveTo(moment) {
    cursor = moment
    const [from, to] = [Date.parse(series()[0].start), Date.parse(what.right.end)]
    if ((moment < from || moment > to) && what.level !== "all") shift(moment < from ? moment - from - (to - from) / 4 : moment - to + (to - from) / 4)
    show()
    read(moment)
  }

  /** @param {number} moment @param {"a" | "b"} which */
  async function choose(moment, which) {
    // Seen at once; the point itself follows when the points are known.
    cursor = moment
    show()
    read(moment)
    await need()
    const all = stops()
    const point = all[pointAt(all, moment)]
    if (!point) return fill(reading, words.timeline.noPoint(moment))
    cursor = point.at
    what.chosen = { ...(what.chosen ?? { a: null, b: null }), [which]: new Date(point.at).toISOString() }
    show()
    fill(reading, words.timeline.snapped(moment, point.at))
    what.onChoose?.(which, new Date(point.at).toISOString())
  }

  async function need() {
    if (points || !what.askPoints) return
    asked ??= what.askPoints().then((found) => (points = found), () => (asked = null))
    await asked
  }

  if (!what.fixed) {
    const momentOf = (/** @type {PointerEvent | MouseEvent} */ event) =>
      shown?.where.moment(event.clientX - canvas.getBoundingClientRect().left) ?? 0
    set(canvas, { on: {
      focus: () => void need(),
      pointerenter: () => void need(),
      pointermove: (event) => read(momentOf(event)),
      pointerleave: () => { if (cursor !== null) read(cursor); else fill(reading, words.timeline.hint) },
      click: (event) => void choose(momentOf(event), event.shiftKey ? "b" : "a"),
      keydown: timelineKeys({
        stops, marks: () => marks(series()), moveTo, choose: (moment, which) => void choose(moment, which),
        now: here, clean: () => moments().clean, level: (step) => changeLevel(step === 0 ? "all" : nextLevel(what.level, step)), act: () => what.act ?? {},
      }),
    } })
  }
  return Object.assign(node, {
    /** @param {Partial<Parts.Timeline>} now */
    update: (now) => {
      const isOtherLevel = now.level !== undefined && now.level !== what.level
      Object.assign(what, now)
      if (isOtherLevel) drawControls()
      show()
    },
  })
}
