// The list below a timeline: whatever is drawn with a mark is said here in words, newest first.

import { el } from "../dom.js"
import { words } from "../words.js"
import { moment, plain, quiet } from "./small.js"
import { changeText } from "./sentence.js"
import { mark as shape } from "./states.js"
import { marks } from "./timeline-marks.js"

const shapes = { notable: "failing", incident: "failing", missed: "waiting", damaged: "damaged", partial: "partial", undo: "running", proven: "ok", weekly: "ok" }

/** @typedef {{ compare?: (notable: Api.Notable) => void, browse?: (moment: number) => void, rollBack?: (moment: number) => void }} Acts */

/** @param {readonly Api.ChangeSeries[]} series @param {Acts} act */
export function changeList(series, act) {
  const text = words.timeline.list
  const all = marks(series).reverse()
  const weekly = all.filter((mark) => mark.kind === "weekly")
  const shown = all.filter((mark) => mark.kind !== "weekly")
  const open = shown.length > 0
  return el("details", { class: "changes", open },
    el("summary", null, text.title),
    shown.length === 0 ? quiet(text.none) : el("table", { class: "plain-table" },
      el("thead", null, el("tr", null, [text.when, text.what, text.share, text.actions].map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", null, shown.map((mark) => el("tr", { class: mark.kind },
        el("td", null, moment(mark.from)),
        el("td", null, shape(shapes[mark.kind]), " ", el("b", null, text.kinds[mark.kind]), " ", el("span", null, said(mark))),
        el("td", { class: "end" }, mark.notable ? text.shareOf(mark.notable.share) : ""),
        el("td", { class: "acts" }, actions(mark, act)))))),
    weekly.length > 0 && quiet(text.weeklies(weekly.length)))
}

/** @param {Parts.Mark} mark */
function said(mark) {
  const text = words.timeline.list
  switch (mark.kind) {
    case "notable":
    case "incident": return mark.notable && changeText(mark.notable)
    case "missed": return text.missed(mark.count ?? 0)
    default: return text[mark.kind]
  }
}

/** @param {Parts.Mark} mark @param {Acts} act */
function actions({ notable, from, kind }, act) {
  const text = words.timeline.list
  if (kind === "missed") return null
  return [
    notable?.pointBefore && act.compare && plain(text.whatWasThat, () => act.compare?.(notable)),
    act.browse && plain(text.browse, () => act.browse?.(from)),
    notable && act.rollBack && plain(text.rollBack, () => act.rollBack?.(from)),
  ]
}
