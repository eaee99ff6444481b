import assert from "node:assert/strict"
import { test } from "node:test"
import * as marks from "../../Sources/Portal/Files/parts/timeline-marks.js"
import * as scale from "../../Sources/Portal/Files/parts/timeline-scale.js"

const start = Date.parse("2026-11-16T00:00:00Z")
const hour = 3_600_000

/** A series of `count` quiet hours with some changes. */
function series(count, changes = {}, more = {}) {
  const zeros = () => new Array(count).fill(0)
  const made = {
    start: new Date(start).toISOString(), end: new Date(start + count * hour).toISOString(), bucketSeconds: 3600,
    added: zeros(), changed: zeros(), removed: zeros(), replaced: zeros(), files: new Array(count).fill(4210), addedBytes: new Array(count).fill("0"),
    storedBytes: new Array(count).fill("0"), maxShare: zeros(), units: zeros(), unitsHit: zeros(), points: new Array(count).fill(6), missed: zeros(), flags: zeros(),
    special: [], notable: [], ...more,
  }
  for (const [column, values] of Object.entries(changes)) for (const [index, value] of Object.entries(values)) made[column][index] = value
  return made
}

test("The questions of a level have whole buckets and never more than 600", () => {
  for (const level of scale.order) {
    const { right, left } = scale.questions(level, Date.parse("2026-11-30T11:03:00Z"), Date.parse("2025-11-30T00:00:00Z"))
    assert.equal((Date.parse(right.end) - Date.parse(right.start)) / right.buckets / 1000, { year: 86400, all: 3600, "3d": 600, day: 600, "6h": 600 }[level])
    assert.ok(right.buckets <= 600)
    assert.ok(Date.parse(right.end) >= Date.parse("2026-11-30T11:03:00Z"))
    assert.equal(left !== null, level === "all")
    if (left) assert.equal((Date.parse(left.end) - Date.parse(left.start)) / left.buckets / 1000, 7 * 86400)
  }
})

test("A young account has no left part", () =>
  assert.equal(scale.questions("all", start + 20 * 24 * hour, start + 18 * 24 * hour).left, null))

test("Encryption that renames goes up as changed, not apart in both directions", () => {
  const [column] = scale.columns(series(1, { added: [3981], removed: [3981], replaced: [3981], maxShare: [0.94] }))
  assert.deepEqual([column.up, column.added, column.down, column.total], [0.94, 0, 0, 3981])
})

test("A share is split as the sums are", () => {
  const [column] = scale.columns(series(1, { added: [10], changed: [20], removed: [10], maxShare: [0.4] }))
  assert.deepEqual([column.up, column.added, column.down].map((value) => Math.round(value * 100)), [20, 10, 10])
})

test("Where nothing changed there is no bar", () => {
  const [column] = scale.columns(series(1))
  assert.equal(scale.barPath([{ x: 0, width: 2, y: 10, height: scale.squareRoot(column.up) * 100 }]), "")
})

test("Daily work stays visible while an attack towers", () => {
  assert.ok(scale.squareRoot(0.001) * 116 >= 3)
  assert.ok(scale.squareRoot(0.55) * 116 >= 80)
})

test("The two speeds of time meet at the break, and a place becomes its moment again", () => {
  const right = series(336)
  const left = { ...series(50), start: new Date(start - 350 * 24 * hour).toISOString(), end: new Date(start).toISOString() }
  const where = scale.layout(1160, right, left)
  assert.ok(where.x(start - 1) < where.breakAt && where.breakAt < where.x(start))
  for (const moment of [start - 100 * 24 * hour, start + 5 * hour, start + 300 * hour]) assert.ok(Math.abs(where.moment(where.x(moment)) - moment) < 60_000)
  assert.ok(where.x(start + hour) - where.x(start) >= 2, "a column is at least 2 px wide")
})

test("A snap takes the point at or before", () => {
  const points = [0, 600, 1200].map((at) => ({ at }))
  assert.deepEqual([-1, 0, 599, 600, 5000].map((moment) => marks.pointAt(points, moment)), [-1, 0, 0, 1, 2])
})

test("Labels that would overlap go up a line, the fourth has none", () =>
  assert.deepEqual(scale.lines([{ x: 0, width: 50 }, { x: 10, width: 50 }, { x: 20, width: 50 }, { x: 30, width: 50 }, { x: 90, width: 5 }]), [0, 1, 2, -1, 0]))

test("Missed points that follow each other are one mark with their number", () => {
  const found = marks.marks([series(5, { missed: [0, 2, 1, 0, 3] })])
  assert.deepEqual(found.map((mark) => [mark.kind, mark.count, (mark.to - mark.from) / hour]), [["missed", 3, 2], ["missed", 3, 1]])
})

test("A change that both parts know is one mark", () => {
  const notable = { from: new Date(start).toISOString(), to: new Date(start + hour).toISOString(), share: 0.5, isIncident: true, counts: {}, text: "", pointAfter: "p", pointBefore: null }
  assert.equal(marks.marks([series(2, {}, { notable: [notable] }), series(2, {}, { notable: [notable] })]).length, 1)
})

test("The first snapshot, in which all is new, is not what is usual", () =>
  assert.equal(marks.facts([series(20, { added: { 0: 4210, 3: 5, 4: 5, 5: 5 }, maxShare: { 3: 0.001, 4: 0.001, 5: 0.001 } })]).usualAnHour, 5))

test("Changes that are only flagged in sums become marks, neighbours as one", () => {
  const found = marks.marks([series(6, { changed: { 2: 10, 3: 20 }, flags: { 2: 4, 3: 8, 5: 2 }, maxShare: { 2: 0.3, 3: 0.6 } })])
  assert.deepEqual(found.map((mark) => [mark.kind, (mark.from - start) / hour, (mark.to - start) / hour, mark.notable.share, mark.notable.counts.changed]), [["incident", 2, 4, 0.6, 30]])
})

test("Changes of several accounts at a time are one mark", () => {
  const one = (pointAfter, share) => ({ from: new Date(start).toISOString(), to: new Date(start + hour).toISOString(), share, isIncident: true, counts: { added: 1, changed: 2, removed: 3, replaced: 0 }, text: "x", pointAfter, pointBefore: null })
  const [mark, ...rest] = marks.marks([series(2, {}, { notable: [one("a", 0.3), one("b", 0.9)] })])
  assert.equal(rest.length, 0)
  assert.deepEqual([mark.notable.share, mark.notable.counts.changed, mark.notable.text], [0.9, 4, ""])
})

test("The facts of the sentence: usual, greatest, since when, missed", () => {
  const changed = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [index, index === 50 ? 3957 : 25]))
  const notable = { from: new Date(start + 50 * hour).toISOString(), to: new Date(start + 51 * hour).toISOString(), share: 0.94, isIncident: true, counts: {}, text: "3,957 of 4,210 files were replaced.", pointAfter: "p", pointBefore: "o" }
  const facts = marks.facts([series(100, { changed, missed: { 70: 2 }, maxShare: { ...Object.fromEntries(Array.from({ length: 100 }, (_, index) => [index, 25 / 4210])), 50: 0.94 } }, { notable: [notable], special: [{ dateTime: new Date(start - hour).toISOString(), pointId: "w", kind: "weekly" }] })])
  assert.equal(facts.usualAnHour, 25)
  assert.equal(facts.greatest.notable.text, notable.text)
  assert.equal(facts.missed[0].count, 2)
  assert.equal(facts.fineSince, start)
  assert.equal(facts.weeklySince, start - hour)
})

test("The incident leads the sentence, also before a greater single change", () => {
  const at = (index, more) => ({ from: new Date(start + index * hour).toISOString(), to: new Date(start + (index + 1) * hour).toISOString(), counts: {}, text: "", pointAfter: "p", pointBefore: null, ...more })
  for (const order of [[at(1, { share: 0.3, isIncident: true }), at(5, { share: 0.9, isIncident: false })], [at(1, { share: 0.9, isIncident: false }), at(5, { share: 0.3, isIncident: true })]]) {
    assert.equal(marks.facts([series(9, {}, { notable: order })]).greatest.kind, "incident")
  }
})

test("Days of the axis are those of the calendar, also when summer time ends", () => {
  process.env.TZ = "Europe/Berlin"
  const days = scale.ticks(Date.parse("2026-10-23T22:00:00Z"), Date.parse("2026-10-27T23:00:00Z"), 8).filter((tick) => tick.isDay)
  assert.ok(days.every((tick) => new Date(tick.at).getHours() === 0))
})
