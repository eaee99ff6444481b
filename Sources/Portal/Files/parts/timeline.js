// The timeline of restore points: its drawing, its overview strip, its keys.

import { el } from "../dom.js"

/** @typedef {{
 *   right: Api.ChangeSeries,
 *   left?: Api.ChangeSeries | null,
 *   level: import("./timeline-scale.js").Level,
 *   chosen?: { a: string | null, b: string | null },
 *   lastClean?: string | null,
 *   incident?: { from: string, to: string } | null,
 *   points?: { id: string, at: string }[],
 *   label: string,
 *   onChoose?: (which: "a" | "b", moment: string) => void,
 *   onLevel?: (level: import("./timeline-scale.js").Level, end: string | null) => void,
 *   act?: { browse?: (moment: string) => void, compare?: (a: string, b: string) => void, rollBack?: (moment: string) => void },
 * }} Timeline  `left`: weeks before the right part; `points`: of the span in view, oldest first, for snapping. */

/**
 * @param {Timeline} what
 * @returns {{ node: HTMLElement, update: (now: Partial<Timeline>) => void, dispose: () => void }}
 */
export function timeline(what) {
  return { node: el("figure", { class: "timeline", "aria-label": what.label }), update: () => {}, dispose: () => {} }
}
