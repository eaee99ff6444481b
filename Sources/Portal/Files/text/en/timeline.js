// Words of the timeline, its sentence and its list.

import { clock, count, day, duration, form, listed, many, moment, share, spoken } from "../../format.js"
import { around } from "../../words.js"

const files = many({ one: "1 file", other: "# files" })

export default {
  levels: { year: "Year", all: "All", "3d": "3 days", day: "Day", "6h": "6 hours" },
  level: "Span",
  measure: "Show",
  measures: { share: "Share of files", files: "Files", bytes: "Bytes" },
  earlier: "Earlier",
  later: "Later",
  nearer: "Nearer",
  farther: "Farther",
  lastClean: "last clean",
  lastCleanLabel: form`last clean ${"time"}`,
  chosen: form`${"letter"} ${"time"}`,
  incident: "incident",
  hint: "Arrow keys move by points, [ and ] by notable changes, Enter chooses, ? shows all keys.",
  /** Names of keys with blanks between, and what they do while the timeline has the focus. */
  keys: {
    "← →": "Timeline: previous and next point", "Shift ← →": "Timeline: an hour earlier and later", "PageDown PageUp": "Timeline: a day earlier and later",
    "Home End": "Timeline: oldest and newest point", "[ ]": "Timeline: previous and next notable change", l: "Timeline: last clean moment",
    "+ - 0": "Timeline: nearer, farther, all", Enter: "Timeline: choose this moment", "Shift Enter": "Timeline: choose a second moment, to compare",
    b: "Timeline: browse files", c: "Timeline: compare", r: "Timeline: roll back",
  },
  legend: {
    changed: "changed or replaced", added: "added", removed: "removed", notable: "notable", missing: "point missing",
    weekly: "weekly point", all: "of all files",
  },
  /** What a column says. */
  reading: (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ touched, /** @type {number} */ total) => {
    const time = to - from > 86_400_000 ? `Week from ${day(from)}` : `${moment(from)}–${clock(to)}`
    return touched === 0 ? `${time}: nothing changed.` : `${time}: ${count(touched)} of ${files(total)} changed.`
  },
  snapped: form`${clock} → point of ${moment}`,
  noPoint: form`${moment}: no point was taken.`,
  value: (/** @type {number} */ at, /** @type {number} */ touched, /** @type {number} */ total, /** @type {string[]} */ more) =>
    [`${spoken(at)}: ${touched === 0 ? "nothing changed" : `${count(touched)} of ${files(total)} changed`}.`, ...more].join(" "),
  valueLastClean: "Last clean moment.",
  valueNotable: "Notable change.",
  valueMissing: "Point missing.",
  valueChosen: form`Chosen as ${"letter"}.`,
  /** The sentence above the drawing. */
  usual: form`Usually up to ${files} an hour.`,
  quiet: "Hardly anything changes.",
  notable: (/** @type {number} */ from, /** @type {number} */ to, /** @type {string} */ text) =>
    day(from) !== day(to) ? `Between ${moment(from)} and ${moment(to)}, ${lower(text)}`
      : clock(from) === clock(to) ? `On ${day(from)} at ${clock(from)}, ${lower(text)}` : `On ${day(from)} between ${clock(from)} and ${clock(to)}, ${lower(text)}`,
  touched: many({ one: "1 file was added, changed or removed.", other: "# files were added, changed or removed." }),
  moreNotable: many({ one: "There is one more notable change.", other: "There are # more notable changes." }),
  lastBefore: around`Last clean point: ${"point"}.`,
  points: (/** @type {number | null} */ fine, /** @type {number | null} */ weekly, /** @type {number | null} */ cadence) => {
    const often = cadence === null ? "Points exist" : `Points exist every ${duration(cadence)}`
    if (fine !== null && weekly !== null && weekly < fine) return `${often} since ${day(fine)} and weekly since ${day(weekly)}.`
    if (fine !== null) return `${often} since ${day(fine)}.`
    return weekly !== null ? `Points exist weekly since ${day(weekly)}.` : "There is no point in this span."
  },
  missed: (/** @type {{ day: number, count: number }[]} */ days) => {
    const shown = days.slice(-3).map((one) => `${count(one.count)} on ${day(one.day)}`)
    const total = days.reduce((sum, one) => sum + one.count, 0)
    return days.length > 3
      ? many({ one: "1 point was missed.", other: "# points were missed on % days." }, count)(total, days.length)
      : `Missed points: ${listed(shown)}.`
  },
  damaged: many({ one: "1 point is damaged.", other: "# points are damaged." }),
  list: {
    title: "Notable changes and special points",
    none: "Nothing notable happened in this span.",
    when: "When", what: "What", share: "Share", actions: "Look",
    kinds: {
      notable: "Notable change", incident: "Incident", missed: "Missed points", weekly: "Weekly point", damaged: "Damaged point",
      partial: "Incomplete point", undo: "Undo point", proven: "Proven point",
    },
    missed: many({ one: "1 point was due and not taken.", other: "# points were due and not taken." }),
    damaged: "The point cannot be restored whole.",
    partial: "Some items could not be read when it was taken.",
    undo: "The state before a restore.",
    proven: "A drill restored it.",
    weekly: "Kept for longer than 14 days.",
    weeklies: many({ one: "1 weekly point", other: "# weekly points" }),
    shareOf: form`${share}`,
    whatWasThat: "What was that?",
    browse: "Browse before",
    rollBack: "Roll back to before",
  },
}

// As the end of a sentence, whatever the server's text begins and ends with.
/** @param {string} text */
const lower = (text) => (/^\p{Lu}\p{Ll}/u.test(text) ? text[0].toLowerCase() + text.slice(1) : text) + (/[.!?]$/.test(text) ? "" : ".")
