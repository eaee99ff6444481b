// Pure functions of the pages for restores, files and policies.

import assert from "node:assert/strict"
import { test } from "node:test"

globalThis.localStorage = { getItem: () => null, setItem: () => {} }
globalThis.location = { pathname: "/portal/", search: "", href: "http://localhost/portal/", origin: "http://localhost" }
const { csv } = await import("../../Sources/Portal/Files/parts/form.js")
const { lines } = await import("../../Sources/Portal/Files/parts/diff.js")
const scope = await import("../../Sources/Portal/Files/views/rollback-scope.js")
const save = await import("../../Sources/Portal/Files/views/policy-save.js")
const api = await import("../../Sources/Portal/Files/api.js")
const { withoutWorkload } = await import("../../Sources/Portal/Files/views/unit-parts.js")
const { default: health } = await import("../../Sources/Portal/Files/text/en/health.js")

const joined = (a, b) => lines(a, b).map((line) => line.sign + line.text).join("|")

test("A difference of lines keeps both texts in order", () => {
  assert.equal(joined(["a", "b", "c"], ["a", "x", "c"]), " a|-b|+x| c")
  assert.equal(joined([], ["a"]), "+a")
  assert.equal(joined(["a"], ["a"]), " a")
  for (const [a, b] of [[["1", "2", "3", "4"], ["2", "3", "5"]], [["x", "y"], ["y", "x"]], [["a", "a", "b"], ["a", "b", "b"]]]) {
    const found = lines(a, b)
    assert.deepEqual(found.filter((line) => line.sign !== "+").map((line) => line.text), a)
    assert.deepEqual(found.filter((line) => line.sign !== "-").map((line) => line.text), b)
  }
})

test("CSV quotes what must be quoted and disarms formulas", () => {
  assert.equal(csv([["a", 'say "hi"', null, -4], ["=1+1", "x,y", "-4.5", "@me"]]), 'a,"say ""hi""",,-4\r\n\'=1+1,"x,y",-4.5,\'@me\r\n')
})

test("A draft of a roll back becomes a request once nothing is missing", () => {
  const draft = scope.draftOf(new URLSearchParams("incident=7"))
  assert.deepEqual(scope.request(draft), { scope: { incidentId: "7" }, moment: { kind: "lastClean" }, destinationType: "inPlace", newerFiles: "remove" })
  const units = scope.draftOf(new URLSearchParams("units=a,b"))
  assert.equal(scope.request(units), null)
  units.at = "2026-11-21T09:40:00Z"
  units.where = "keep"
  assert.deepEqual(scope.request(units), { scope: { unitIds: ["a", "b"] }, moment: { kind: "at", dateTime: "2026-11-21T09:40:00.000Z" }, destinationType: "inPlace", newerFiles: "keep" })
  const filter = scope.draftOf(new URLSearchParams("filter=&at=2026-11-21T09:40:00Z"))
  assert.equal(scope.request(filter).scope.filter, "unitId ne null")
})

test("A plan that is read again gives the draft that it was made of", () => {
  for (const query of ["incident=7", "units=a&at=2026-11-21T09:40:00Z", "filter=state%20eq%20'late'&at=2026-11-21T09:40:00Z"]) {
    const wanted = scope.request(scope.draftOf(new URLSearchParams(query)))
    assert.deepEqual(scope.request(scope.draftOfPlan(wanted)), wanted)
  }
})

test("Addresses are taken out of lines and of columns of a spreadsheet", () => {
  assert.deepEqual(scope.addresses('name;mail\n"Ada";ada@contoso.example\nbob@contoso.example, bob@contoso.example https://contoso.example/sites/hr'),
    ["ada@contoso.example", "bob@contoso.example", "https://contoso.example/sites/hr"])
})

test("A draft of a policy names the workloads it is for", () => {
  const draft = save.newDraft()
  assert.deepEqual(save.workloads(draft), ["oneDriveForBusiness", "sharePoint"])
  assert.deepEqual(save.workloads({ ...draft, kind: "groups" }), ["oneDriveForBusiness"])
  assert.deepEqual(save.workloads({ ...draft, kind: "words" }), ["sharePoint"])
  assert.ok(save.isComplete(draft) && !save.isComplete({ ...draft, kind: "list", list: " \n" }))
})

test("Refusals that are expected are no answer, others stay refusals", async () => {
  const refusal = (status) => Promise.reject(new api.ApiError({ status, message: "", code: "x", call: "GET /" }))
  assert.equal(await api.orNull(Promise.resolve(1), 404), 1)
  assert.equal(await api.orNull(refusal(404), 403, 404), null)
  await assert.rejects(api.orNull(refusal(500), 404), (error) => error.status === 500)
  await assert.rejects(api.orNull(Promise.reject(new Error("x")), 404), /x/)
})

test("Acts and lists of every workload have one name", () => {
  assert.equal(withoutWorkload("oneDriveForBusinessRestoreSessions.create"), "restoreSessions.create")
  assert.equal(withoutWorkload("sharePointProtectionPolicies"), "protectionPolicies")
  assert.equal(withoutWorkload("restorePlans.start"), "restorePlans.start")
})

test("A check that is well says its figures, and nothing where it has none", () => {
  const { figures } = health
  assert.equal(figures.storage({ freeBytes: 2 ** 30, capacityBytes: 2 ** 32 }), "1.0 GiB of 4.0 GiB free")
  assert.equal(figures.storage({ freeBytes: 2 ** 30, capacityBytes: null }), null)
  assert.equal(figures.queue({ jobs: 1 }), "1 job waits")
  assert.equal(figures.certificate({ dateTime: null }), null)
})
