// The sentence above a timeline: the usual, the unusual, the last clean point, what exists, what is missing.

import { el } from "../dom.js"
import { words } from "../words.js"
import { moment } from "./small.js"
import { facts } from "./timeline-marks.js"

/**
 * @param {readonly Api.ChangeSeries[]} series  Oldest part first.
 * @param {{ lastClean?: string | null, address?: (notable: Api.Notable) => string | null }} [more]  `address`: of a page that shows what a change was.
 */
export function seriesSentence(series, more = {}) {
  const text = words.timeline
  const { usualAnHour, greatest, notableCount, fineSince, weeklySince, cadence, missed, damaged } = facts(series)
  /** @param {{ from: number, to: number }} at @param {Api.Notable} notable */
  const change = (at, notable) => {
    const [sentence, href] = [text.notable(at.from, at.to, changeText(notable)), more.address?.(notable)]
    return el("strong", null, href ? el("a", { href }, sentence) : sentence)
  }
  const parts = [
    usualAnHour === null ? text.quiet : text.usual(usualAnHour),
    greatest?.notable && change(greatest, greatest.notable),
    notableCount > 1 && text.moreNotable(notableCount - 1),
    more.lastClean && text.lastBefore(el("strong", null, moment(more.lastClean))),
    text.points(fineSince, weeklySince, cadence),
    missed.length > 0 && text.missed(missed),
    damaged > 0 && text.damaged(damaged),
  ]
  return el("p", { class: "lead series" }, parts.filter(Boolean).flatMap((part) => [part, " "]))
}

// The server's words for a change, or those made of its counts where it sums several accounts.
/** @param {Api.Notable} notable */
export function changeText({ text, counts }) {
  return text || words.timeline.touched(counts.added + counts.changed + counts.removed - counts.replaced)
}
