// The strip below the timeline: always the whole range, with a window that can be dragged. The buttons above do the same.

import { el, fill, set, svg } from "../dom.js"
import { barPath, columns, layout, squareRoot } from "./timeline-scale.js"

const height = 28

/** @param {{ onMove: (end: number) => void }} what */
export function strip({ onMove }) {
  const node = el("div", { class: "strip" })
  /** @type {ReturnType<typeof layout> | null} */
  let where = null
  let length = 0
  let end = 0
  let latest = 0
  let isWhole = true
  const view = svg("rect", { class: "window", y: 0.5, height: height - 1, rx: 4 })

  const place = (/** @type {number} */ to) => {
    if (!where) return
    const x = isWhole ? where.x0 : where.x(to - length)
    set(view, { x, width: Math.max(6, (isWhole ? where.x1 : where.x(to - 1)) - x) })
  }
  const drag = (/** @type {PointerEvent} */ event) => {
    if (isWhole || !where) return
    const begun = where.moment(event.clientX - node.getBoundingClientRect().left)
    let to = begun < end - length || begun > end ? begun + length / 2 : end
    const offset = to - begun
    node.setPointerCapture(event.pointerId)
    const move = (/** @type {PointerEvent} */ now) => {
      if (!where) return
      to = Math.min(latest, where.moment(now.clientX - node.getBoundingClientRect().left) + offset)
      place(to)
    }
    const stop = () => {
      node.removeEventListener("pointermove", move)
      onMove(Math.min(latest, to))
    }
    node.addEventListener("pointermove", move)
    node.addEventListener("pointerup", stop, { once: true })
    node.addEventListener("pointercancel", stop, { once: true })
    move(event)
  }
  set(node, { on: { pointerdown: drag } })

  return {
    node,
    /** @param {Api.ChangeSeries} right @param {Api.ChangeSeries | null} left @param {{ from: number, to: number }} now @param {number} width */
    show: (right, left, now, width) => {
      const scale = (where = layout(width, right, left))
      latest = Date.parse(right.end)
      length = now.to - now.from
      end = now.to
      isWhole = length >= latest - Date.parse(right.start)
      node.classList.toggle("movable", !isWhole)
      const all = [left, right].flatMap((series) => (series ? columns(series) : []))
      const bars = all.map((column) => ({
        x: Math.min(scale.x(column.from), scale.x1 - 3), width: Math.max(1, scale.x(column.to - 1) - scale.x(column.from)), y: height - 2,
        height: squareRoot(column.up + column.added + column.down) * (height - 5), isNotable: column.isNotable,
      }))
      place(end)
      fill(node, svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", focusable: "false" },
        svg("rect", { class: "floor", x: scale.x0, width: scale.x1 - scale.x0, height, rx: 4 }),
        svg("path", { class: "changed", d: barPath(bars.filter((bar) => !bar.isNotable)) }),
        svg("path", { class: "notable", d: barPath(bars.filter((bar) => bar.isNotable).map((bar) => ({ ...bar, width: Math.max(3, bar.width) }))) }), view))
    },
  }
}
