// Fourteen numbers as a line of bars, with their words for those who do not see them.

import { svg } from "../dom.js"

const [width, height, bar] = [84, 20, 5]

/** @param {readonly number[]} values @param {string} label @param {boolean} [isAlarming]  The last peak is part of an incident. */
export function spark(values, label, isAlarming = false) {
  const greatest = Math.max(1, ...values)
  const heights = values.map((value) => (value <= 0 ? 0 : Math.max(2, Math.sqrt(value / greatest) * height)))
  const path = (/** @type {(index: number) => boolean} */ wanted) =>
    heights.map((tall, index) => (tall > 0 && wanted(index) ? `M${index * (bar + 1)} ${height}v${-Math.round(tall)}h${bar}v${Math.round(tall)}z` : "")).join("")
  const peak = values.indexOf(greatest)
  return svg("svg", { class: "spark", viewBox: `0 0 ${width} ${height + 1}`, width, height: height + 1, role: "img", "aria-label": label },
    svg("path", { class: "floor", d: `M0 ${height + 0.5}H${width}` }),
    svg("path", { class: "changed", d: path((index) => !isAlarming || index !== peak) }),
    isAlarming && svg("path", { class: "notable", d: path((index) => index === peak) }))
}
