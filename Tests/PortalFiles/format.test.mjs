import assert from "node:assert/strict"
import { beforeEach, test } from "node:test"
import * as format from "../../Sources/Portal/Files/format.js"

beforeEach(() => format.setLocale("en-GB", "Europe/Berlin"))
const now = "2026-11-30T11:00:00Z"

test("Sizes are binary with one decimal", () => {
  const cases = { 0: "0 B", 512: "512 B", 1023: "1,023 B", 1024: "1.0 KiB", 13314398618: "12.4 GiB", 1099511627775: "1.0 TiB" }
  for (const [bytes, text] of Object.entries(cases)) assert.equal(format.size(bytes), text)
})

test("Sums of bytes come as text beyond the whole numbers of JSON", () => assert.equal(format.size("5607508139999999999"), "4.9 EiB"))

test("A moment has weekday, date and clock of the zone, and the year where it is another", () => {
  assert.equal(format.moment("2026-11-21T08:40:00Z", now), "Sat 21 Nov, 09:40")
  assert.equal(format.moment("2025-11-30T08:40:00Z", now), "Sun, 30 Nov 2025, 09:40".replace("Sun,", "Sun"))
})

test("The hour that summer time repeats is told apart by UTC only", () => {
  assert.equal(format.clock("2026-10-25T00:30:00Z"), "02:30")
  assert.equal(format.clock("2026-10-25T01:30:00Z"), "02:30")
  assert.notEqual(format.utc("2026-10-25T00:30:00Z"), format.utc("2026-10-25T01:30:00Z"))
})

test("Ages are whole steps that have passed", () => {
  assert.equal(format.ago("2026-11-22T10:00:00Z", now), "8 days ago")
  assert.equal(format.ago("2026-11-30T11:00:40Z", now), "in 40 seconds")
  assert.equal(format.span(240), "4\u202fmin")
  assert.equal(format.span(41 * 86400 + 5), "41\u202fd")
})

test("A share below a thousandth is not nothing", () => {
  assert.equal(format.share(0.0002), "0.1\u00a0%".replace("\u00a0", " "))
  assert.equal(format.share(0), "0 %")
  assert.equal(format.share(0.55), "55 %")
})

test("Durations of the API are read", () => {
  assert.equal(format.isoSeconds("PT1H"), 3600)
  assert.equal(format.isoSeconds("P1DT10M"), 87000)
  assert.ok(Number.isNaN(format.isoSeconds("an hour")))
})

test("Names show their control and direction marks", () => {
  assert.equal(format.printable("a\nb"), "a␊b")
  assert.equal(format.printable("gpj.\u202Eexe"), "gpj.⟨202E⟩exe")
  assert.equal(format.printable("\ud800x"), "⟨D800⟩x")
  assert.equal(format.printable("Budget 📄.xlsx"), "Budget 📄.xlsx")
})

test("Plurals follow the language", () => {
  format.setLocale("pl", "UTC")
  assert.equal(format.plural(3, { one: "konto", few: "konta", other: "kont" }), "konta")
})

test("What is put into a command is one word of it", () => {
  assert.equal(format.shell("ada@contoso.example"), "ada@contoso.example")
  assert.equal(format.shell("it's $(here)"), "'it'\\''s $(here)'")
  assert.equal(format.shell(""), "''")
})

test("A word with values says each as it is to be said", () => {
  assert.equal(format.form`Remove ${"name"}?`("a $& b"), "Remove a $& b?")
  assert.equal(format.form`${format.count} of ${format.size}, ${"rest"}`(1204, "2048", "done"), "1,204 of 2.0 KiB, done")
  assert.equal(format.many({ one: "1 row", other: "all # rows" })(1204), "all 1,204 rows")
})

test("A word for a number has one for none, and says further values as they are", () => {
  const rows = format.many({ none: "no row of %", one: "1 row of %", other: "# rows of %, %" }, format.size, "name")
  assert.equal(rows(0, 2048, "a"), "no row of 2.0 KiB")
  assert.equal(rows(1, 2048, "a"), "1 row of 2.0 KiB")
  assert.equal(rows(1204, "2048", "5 % of # $&"), "1,204 rows of 2.0 KiB, 5 % of # $&")
})
