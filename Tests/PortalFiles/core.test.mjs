import assert from "node:assert/strict"
import { test } from "node:test"
import { match, atAddress, compareAddress, rollBackAddress, to } from "../../Sources/Portal/Files/routes.js"
import { streamReader } from "../../Sources/Portal/Files/stream.js"
import { cell, soon } from "../../Sources/Portal/Files/parts/form.js"
import { address } from "../../Sources/Portal/Files/dom.js"

globalThis.location = new URL("https://backup.example/portal/")
globalThis.localStorage = { getItem: () => "key" }
const api = await import("../../Sources/Portal/Files/api.js")

/** Reads a text cut into pieces of `size` bytes. */
function read(text, size) {
  const events = []
  const feed = streamReader((event) => events.push(event))
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) feed(bytes.subarray(at, at + size))
  return events
}

test("Events are read however they are cut", () => {
  const text = 'retry: 2000\nid: 5\n\nid: 6\nevent: changed\ndata: {"name":"Díaz 📄"}\n\n: quiet\n\nevent: reset\ndata: {}\n\n'
  for (const size of [1, 2, 3, 7, 1000]) {
    const events = read(text, size).filter((event) => event.event !== "quiet")
    assert.deepEqual(events.map((event) => [event.id, event.event, event.data]), [["5", "number", ""], ["6", "changed", '{"name":"Díaz 📄"}'], ["6", "number", ""], ["6", "reset", "{}"]])
  }
})

test("Lines may end by CR, LF or both, also across pieces", () => {
  for (const size of [1, 4, 100]) {
    assert.deepEqual(read("id: 1\r\ndata: a\r\ndata: b\r\n\r\ndata: c\n\n", size).filter((event) => event.event === "message").map((event) => event.data), ["a\nb", "c"])
  }
})

test("Paths encode what is put in", () => {
  assert.equal(api.hf`unitStates/${"none:sharePoint:a/b?c#d"}`, "holdfast/v1.0/unitStates/none%3AsharePoint%3Aa%2Fb%3Fc%23d")
  assert.equal(api.address(api.v1`restorePoints`, { top: 5, filter: "a eq 'b c'", unitId: "x&y" }), "v1.0/solutions/backupRestore/restorePoints?$top=5&$filter=a%20eq%20'b%20c'&unitId=x%26y")
})

test("Texts in filters are quoted, moments are not", () =>
  assert.equal(api.where`a eq ${"O'Hara"} and b ge ${new Date(0)} and c gt ${3}`, "a eq 'O''Hara' and b ge 1970-01-01T00:00:00.000Z and c gt 3"))

test("A read that the server puts off is repeated after its time; a write is not", async () => {
  const answers = [[503, { "Retry-After": "0" }], [200, {}]]
  let asked = 0
  globalThis.fetch = async () => {
    const [status, headers] = answers[Math.min(asked++, 1)]
    return new Response(JSON.stringify(status === 200 ? { ok: true } : { error: { code: "serviceNotAvailable", message: "Busy.", innerError: { "request-id": "r1" } } }), { status, headers: { "Content-Type": "application/json", ...headers } })
  }
  assert.deepEqual(await api.get(api.hf`overview`), { ok: true })
  assert.equal(asked, 2)
  asked = 0
  await assert.rejects(api.post(api.hf`restorePlans`, {}), (error) => error.status === 503 && error.code === "serviceNotAvailable" && error.requestId === "r1" && error.message === "Busy.")
  assert.equal(asked, 1)
})

test("A step-up that succeeds repeats the call once", async () => {
  let asked = 0
  globalThis.fetch = async () => (asked++ === 0
    ? new Response(JSON.stringify({ error: { code: "StepUpRequired", message: "" } }), { status: 403, headers: { "Content-Type": "application/json" } })
    : new Response("{}", { status: 202, headers: { "Content-Type": "application/json" } }))
  api.hooks.stepUp = async () => true
  assert.deepEqual(await api.post(api.hf`restorePlans/${"4"}/start`, { expectedUnits: 2 }), {})
  assert.equal(asked, 2)
})

test("Links of answers are followed below the door", async () => {
  const asked = []
  globalThis.fetch = async (address) => {
    asked.push(address)
    const body = asked.length === 1 ? { value: [1], "@odata.nextLink": "https://backup.example/portal/api/v1.0/x?$skiptoken=a%2Bb" } : { value: [2] }
    return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } })
  }
  assert.deepEqual(await api.all("v1.0/x"), [1, 2])
  assert.equal(asked[1], "/portal/api/v1.0/x?$skiptoken=a%2Bb")
})

test("Every call carries the page key and no credentials of other kinds", async () => {
  let sent
  globalThis.fetch = async (_, options) => ((sent = options), new Response("{}", { headers: { "Content-Type": "application/json" } }))
  await api.get(api.hf`overview`)
  assert.equal(sent.headers["X-Holdfast-Portal"], "key")
  assert.equal(sent.headers.Authorization, undefined)
})

test("Addresses find their page with what stands in them", () => {
  const find = (address) => { const found = match(new URL(address, "https://x")); return found && [found.route.page, found.place.params] }
  assert.deepEqual(find("/portal/"), ["overview", {}])
  assert.deepEqual(find("/portal/accounts"), ["accounts", {}])
  assert.deepEqual(find(to`accounts/${"none:a:b/c"}`), ["account", { id: "none:a:b/c" }])
  assert.equal(find("/portal/nonsense/x"), null)
})

test("Addresses between pages hold moments as RFC 3339", () => {
  assert.equal(atAddress("u", 0, "a b/c"), "/portal/accounts/u/at/1970-01-01T00%3A00%3A00Z/a%20b/c")
  assert.equal(compareAddress("u", 0, "now"), "/portal/accounts/u/compare/1970-01-01T00%3A00%3A00Z/now")
  assert.equal(rollBackAddress({ incident: "7" }), "/portal/restores/new?incident=7")
})

test("A cell of CSV is never a formula", () => {
  assert.equal(cell("=1+1"), "'=1+1")
  assert.equal(cell('a "b", c'), '"a ""b"", c"')
  assert.equal(cell(-5), "-5")
  assert.equal(cell(null), "")
})

test("Links lead to this server, the web, mail and programs that make codes, and nowhere else", () => {
  for (const good of ["/portal/", "?a=b", "#x", "https://x.example/", "mailto:a@b", "otpauth://totp/Holdfast:ada?secret=ABC"]) assert.equal(address(good), good)
  for (const bad of ["javascript:alert(1)", "JAVASCRIPT:x", "data:text/html,x", "//evil.example/", "vbscript:x", " javascript:x"]) assert.equal(address(bad), "#")
})

test("What is typed acts at once, and once more for all that came meanwhile", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const seen = []
  let text = ""
  const act = soon(250, () => seen.push(text))
  for (const typed of ["l", "lo", "lov"]) { text = typed; act() }
  assert.deepEqual(seen, ["l"])
  context.mock.timers.tick(250)
  assert.deepEqual(seen, ["l", "lov"])
  context.mock.timers.tick(1000)
  assert.deepEqual(seen, ["l", "lov"])
})
