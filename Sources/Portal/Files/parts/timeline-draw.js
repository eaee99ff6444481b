// Draws a timeline as SVG: each series is one path, so the number of elements does not grow with the points.

import { el, svg } from "../dom.js"
import { clock, count, day as dayText, moment as momentText, share as shareText, size } from "../format.js"
import { words } from "../words.js"
import { barPath, columns, day, layout, lines, logarithm, squareRoot, ticks } from "./timeline-scale.js"

export const height = 236
const top = 56
const baseline = 172
const upward = baseline - top
const downward = 28
const axis = 206
const glyphs = { damaged: "✕", undo: "↺", proven: "✓", partial: "◐" }
let number = 0

// Hairlines lie on whole pixels.
/** @param {number} at */
const crisp = (at) => Math.round(at) + 0.5

// Makes the drawing; `where` has its scales.
/** @param {Parts.Picture} picture */
export function draw(picture) {
  const where = layout(picture.width, picture.right, picture.left)
  const id = (number += 1)
  const series = picture.left ? [picture.left, picture.right] : [picture.right]
  const all = series.map((one) => columns(one, picture.measure))
  const scale = scaleOf(picture.measure, all.flat())
  const cleanX = picture.lastClean === null ? null : where.x(picture.lastClean)
  const node = svg("svg", { class: "drawing", viewBox: `0 0 ${picture.width} ${height}`, width: picture.width, height, "aria-hidden": "true", focusable: "false" },
    hatches(id), grid(where, scale), bands(picture.marks, where, id),
    all.map((some) => bars(some, where, scale, cleanX)),
    picture.isMany && picture.measure === "share" && series.map((one) => wholeLine(one, where)),
    axisStrip(picture, where, id), momentLines(picture, where), notableLabels(picture.marks, where, scale, all.flat(), cleanX))
  return { node, where, all: all.flat() }
}

/** @typedef {ReturnType<typeof layout>} Where */
/** @typedef {{ of: (value: number) => number, lines: { at: number, text: string }[] }} Scale */
/** @param {Parts.Measure} measure @param {readonly Parts.Bar[]} all @returns {Scale} */
function scaleOf(measure, all) {
  if (measure === "share") {
    return { of: squareRoot, lines: [0.01, 0.1, 0.5, 1].map((at) => ({ at: squareRoot(at), text: shareText(at) })) }
  }
  const greatest = Math.max(1, ...all.map((column) => column.up + column.added))
  const of = (/** @type {number} */ value) => logarithm(value, greatest)
  const steps = measure === "files" ? [1, 10, 100, 1000, 10_000, 100_000] : [1024, 1024 ** 2, 1024 ** 3, 1024 ** 4]
  return { of, lines: steps.filter((step) => step <= greatest * 1.5).map((step) => ({ at: of(step), text: measure === "files" ? count(step) : size(step).replace(".0", "") })) }
}

/** @param {number} id */
const hatches = (id) => svg("defs", null,
  [["incident", 45], ["missing", -45]].map(([name, angle]) =>
    svg("pattern", { id: `${name}-${id}`, class: `hatch ${name}`, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
      svg("path", { d: "M0 0V6" }))))

/** @param {Where} where @param {Scale} scale */
const grid = (where, scale) => [
  svg("path", { class: "grid", d: scale.lines.map(({ at }) => where.parts.map((part) => `M${part.x0} ${crisp(baseline - at * upward)}H${part.x1}`).join("")).join("") }),
  scale.lines.map(({ at, text }) => svg("text", { class: "scale", x: where.x0 - 6, y: baseline - at * upward + 4, "text-anchor": "end" }, text)),
  svg("path", { class: "axis", d: where.parts.map((part) => `M${part.x0} ${baseline + 0.5}H${part.x1}`).join("") }),
  where.breakAt !== null && svg("path", { class: "break", d: `M${where.breakAt - 3} ${baseline + 8}l4 -16M${where.breakAt + 1} ${baseline + 8}l4 -16` }),
]

/** @param {readonly Parts.Mark[]} marks @param {Where} where @param {number} id */
const bands = (marks, where, id) => marks.filter((mark) => mark.kind === "incident").map((mark) => {
  const [from, to] = [where.x(mark.from), where.x(mark.to)]
  const width = Math.max(14, to - from)
  return svg("rect", { class: "band", x: (from + to - width) / 2, y: top - 10, width, height: axis - top + 10, fill: `url(#incident-${id})` })
})

/** @param {readonly Parts.Bar[]} all @param {Where} where @param {Scale} scale @param {number | null} cleanX */
function bars(all, where, scale, cleanX) {
  const place = (/** @type {Parts.Bar} */ column) => {
    const x = where.x(column.from)
    const full = where.x(column.to - 1) - x
    // A gap where there is room for one.
    return { x, width: Math.max(2, full > 4 ? full - 1 : full) }
  }
  const tall = (/** @type {number} */ value) => scale.of(value) * upward
  // Notable ones are drawn by themselves, wider.
  const plain = all.filter((column) => !column.isNotable)
  const up = plain.map((column) => ({ ...place(column), y: baseline, height: tall(column.up) }))
  const added = plain.map((column) => {
    const below = tall(column.up)
    const gap = below > 3 ? 1 : 0
    return { ...place(column), y: baseline - below - gap, height: Math.max(0, tall(column.up + column.added) - below - gap) }
  })
  const down = all.map((column) => ({ ...place(column), y: baseline + 1 + scale.of(column.down) * downward, height: scale.of(column.down) * downward }))
  const notable = all.filter((column) => column.isNotable).map((column) => {
    const { x, width } = place(column)
    const wide = Math.max(8, width)
    // Beside the line of the last clean moment, never beneath it.
    const left = x + width / 2 - wide / 2
    const isUnder = cleanX !== null && left < cleanX + 2 && left + wide > cleanX - 2
    return { x: isUnder ? cleanX + 2 : left, width: wide, y: baseline, height: tall(column.up + column.added) }
  })
  return [["changed", up], ["added", added], ["removed", down], ["notable", notable]].map(([name, some]) =>
    svg("path", { class: /** @type {string} */ (name), d: barPath(/** @type {any} */ (some)) }))
}

// The share of all files, beside the share of the accounts hit.
/** @param {Api.ChangeSeries} series @param {Where} where */
function wholeLine(series, where) {
  const points = columns(series, "files").map((column, index) => {
    const part = squareRoot(column.total / Math.max(1, series.files[index]))
    return `${Math.round(where.x((column.from + column.to) / 2) * 10) / 10} ${Math.round((baseline - part * upward) * 10) / 10}`
  })
  return svg("path", { class: "whole", d: `M${points.join("L")}` })
}

// Points that are special or missing, and the moments.
/** @param {Parts.Picture} picture @param {Where} where @param {number} id */
function axisStrip({ marks, right, left }, where, id) {
  const weekly = marks.filter((mark) => mark.kind === "weekly").map((mark) => `M${crisp(where.x(mark.from))} ${axis - 4}v8`).join("")
  const missing = marks.filter((mark) => mark.kind === "missed").map((mark) => {
    const [from, to] = [where.x(mark.from), where.x(mark.to)]
    return svg("rect", { class: "missing", x: from, y: axis - 4, width: Math.max(6, to - from), height: 9, fill: `url(#missing-${id})` })
  })
  const special = marks.filter((mark) => mark.kind in glyphs).map((mark) =>
    svg("text", { class: ["special", mark.kind], x: where.x(mark.from), y: axis + 5, "text-anchor": "middle" }, glyphs[/** @type {keyof typeof glyphs} */ (mark.kind)]))
  const part = where.parts[where.parts.length - 1]
  const labels = ticks(part.from, part.to, Math.floor((part.x1 - part.x0) / 76))
  const old = left ? ticks(where.parts[0].from, where.parts[0].to, Math.floor((where.parts[0].x1 - where.parts[0].x0) / 76)) : []
  const label = (/** @type {{ at: number, isDay: boolean }} */ tick) => {
    const x = where.x(tick.at)
    if (where.parts.some((part) => x <= part.x1 && x > part.x1 - 70)) return null
    return [svg("path", { class: "tick", d: `M${crisp(x)} ${axis + 10}v4` }),
      svg("text", { class: ["time", tick.isDay && "day"], x: x + 3, y: axis + 24 }, tick.isDay ? shortDay(tick.at, right) : clock(tick.at))]
  }
  return [svg("path", { class: "axis-line", d: where.parts.map((part) => `M${part.x0} ${axis + 10.5}H${part.x1}`).join("") }),
    svg("path", { class: "weekly", d: weekly }), missing, special, labels.map(label), old.map(label)]
}

/** @param {number} at @param {Api.ChangeSeries} right */
const shortDay = (at, right) => (Date.parse(right.end) - at < 300 * day ? dayText(at, at) : momentText(at).split(",")[0])

// Last clean moment, and the chosen ones.
/** @param {Parts.Picture} picture @param {Where} where */
function momentLines({ lastClean, chosen, cursor, right, left }, where) {
  const first = Date.parse((left ?? right).start)
  const inView = (/** @type {number | null} */ moment) => moment !== null && moment >= first && moment <= Date.parse(right.end)
  const parts = []
  if (inView(lastClean)) {
    const x = crisp(where.x(/** @type {number} */ (lastClean)))
    parts.push(svg("g", { class: "clean" }, svg("path", { class: "dashed", d: `M${x} 22V${axis + 8}` }), svg("path", { class: "handle", d: `M${x - 6} 18h12l-6 8z` }),
      labelAt(x, 14, words.timeline.lastCleanLabel(clock(/** @type {number} */ (lastClean))), where)))
  }
  for (const [letter, moment] of /** @type {[string, number | null][]} */ ([["A", chosen.a], ["B", chosen.b]])) {
    if (!inView(moment)) continue
    const x = crisp(where.x(/** @type {number} */ (moment)))
    parts.push(svg("g", { class: "chosen" }, svg("path", { d: `M${x - 1.5} 34V${axis + 8}M${x + 1.5} 34V${axis + 8}` }),
      svg("rect", { x: x - 8, y: 28, width: 16, height: 15, rx: 3 }), svg("text", { x, y: 39.5, "text-anchor": "middle" }, letter)))
  }
  if (inView(cursor)) parts.push(svg("path", { class: "cursor", d: `M${crisp(where.x(/** @type {number} */ (cursor)))} ${top - 8}V${axis + 8}` }))
  return parts
}

// A text that stays within the drawing.
/** @param {number} x @param {number} y @param {string} text @param {Where} where */
function labelAt(x, y, text, where) {
  const isRight = x > (where.x0 + where.x1) / 2
  return svg("text", { x: isRight ? x - 10 : x + 10, y, "text-anchor": isRight ? "end" : "start" }, text)
}

// ▲ on each notable change, words on at most three.
/** @param {readonly Parts.Mark[]} marks @param {Where} where @param {Scale} scale @param {readonly Parts.Bar[]} all @param {number | null} cleanX */
function notableLabels(marks, where, scale, all, cleanX) {
  const notable = marks.filter((mark) => mark.kind === "notable" || mark.kind === "incident")
  const worded = [...notable].sort((one, other) => (other.notable?.share ?? 0) - (one.notable?.share ?? 0)).slice(0, 3)
  const texts = notable.filter((mark) => worded.includes(mark)).map((mark) => {
    const text = `${mark.kind === "incident" ? `${words.timeline.incident} ` : ""}${shareText(mark.notable?.share ?? 0)}`
    const width = text.length * 7.2
    const x = where.x((mark.from + mark.to) / 2)
    // Beside the line of the last clean moment.
    const isNear = cleanX !== null && Math.abs(x - cleanX) < width
    const right = Math.max(x, cleanX ?? 0) + 9
    const left = !isNear ? x - width / 2 : right + width <= where.x1 ? right : Math.min(x, cleanX) - 9 - width
    return { mark, text, width, x: Math.min(where.x1 - width, Math.max(where.x0, left)) }
  })
  const line = lines(texts)
  return [
    notable.map((mark) => {
      const x = where.x((mark.from + mark.to) / 2)
      const tallest = Math.max(0, ...all.filter((column) => column.from < mark.to && column.to > mark.from).map((column) => scale.of(column.up + column.added)))
      const y = Math.max(top - 4, baseline - tallest * upward - 5)
      return svg("path", { class: "peak", d: `M${x - 5} ${y}h10l-5 -8z` })
    }),
    texts.map((one, index) => line[index] >= 0 && svg("text", { class: "peak-words", x: one.x, y: top - 14 - line[index] * 13 }, one.text)),
  ]
}

/** What the shapes mean. */
export const legend = () => el("ul", { class: "legend" },
  Object.entries({ changed: "▇", added: "▇", removed: "▇", notable: "▲", missing: "▨", weekly: "╷" }).map(([name, glyph]) =>
    el("li", null, el("span", { class: `sample ${name}`, "aria-hidden": "true" }, glyph), words.timeline.legend[/** @type {"changed"} */ (name)])))
