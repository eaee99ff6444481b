import BackupAPI
import BackupTesting
import Catalog
import Connectors
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Testing

/// The lists and the overview of the additions, through the API.
@Suite struct UnitStateSurfaceTests {
    private let surface: ProtectionAPI

    init() async throws {
        surface = try await ProtectionAPI()
        try await surface.settle()
    }

    private func ask(
        _ target: String, method: String = "GET", _ body: JSONValue? = nil,
        as principal: Principal = ProtectionAPI.person, prefer: String? = nil
    ) async -> APIAnswer {
        await surface.served.ask(method, "/holdfast/v1.0/\(target)", body, prefer: prefer, as: principal)
    }

    /// A policy over every drive, with a first point of each.
    private func protectEverything() async throws -> String {
        let id = try await surface.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "protectionMode": "fullServiceBackup"])
        try await surface.settle(ticks: 3)
        return id
    }

    @Test func `what nobody protects is listed`() async throws {
        let list = await ask("unitStates?$count=true")
        let sources = try surface.service.dependencies.tenant.sources()
        #expect(list["@odata.count"] == .int(Int64(sources.count)))
        #expect(list.values.allSatisfy { $0.text("state") == "notProtected" })
        #expect(list.values.allSatisfy { $0["unitId"] == .null })
        let first = try #require(list.values.first)
        let id = try #require(first.text("id"))
        #expect(id.hasPrefix("none:"))
        let one = await ask("unitStates/\(id)")
        #expect(one["sourceId"] == first["sourceId"])
        #expect(await ask("unitStates/$count").text == "\(sources.count)")
    }

    @Test func `a protected unit shows its points and sizes`() async throws {
        let policy = try await protectEverything()
        let list = await ask("unitStates?$filter=state eq 'protected' and policyId eq '\(policy)'".encoded)
        let units = try await surface.units(of: policy)
        #expect(list.values.count == units.count)
        #expect(!units.isEmpty)
        for unit in list.values {
            #expect(unit["id"] == unit["unitId"])
            #expect(unit["pointCount"] == .int(1))
            #expect(unit["newestPointDateTime"] == unit["oldestPointDateTime"])
            #expect(unit["sizeInBytes"]?.stringValue.flatMap { Int($0) } != nil)
            #expect(unit["fileCount"] != .null)
            #expect(unit["storedInBytes"]?.stringValue != nil)
            #expect(unit["error"] == .null)
        }
    }

    @Test func `the last change and those of 14 days are shown`() async throws {
        _ = try await protectEverything()
        let id = ContosoTenant.personID("adele")
        func unit() async -> JSONValue? {
            await ask("unitStates?$filter=sourceId eq '\(id)'".encoded).values.first
        }
        #expect(await unit()?["recentChange"] == .array(Array(repeating: .int(0), count: 14)))
        for name in ["new", "newer"] {
            try surface.tenant.write("drives/adele@contoso.example/\(name).txt", "a \(name) file")
        }
        surface.clock.turn(seconds: Double(surface.service.dependencies.intervals.cadenceSeconds))
        try await surface.settle()
        let changed = await unit()
        #expect(changed?["lastChange"]?["added"] == .int(2))
        #expect(changed?["lastChange"]?["removed"] == .int(0))
        #expect(changed?["lastChange"]?["dateTime"] == changed?["newestPointDateTime"])
        #expect(changed?["recentChange"]?.arrayValue?.last == .int(2))
        surface.clock.turn(days: 1)
        #expect(await unit()?["recentChange"]?.arrayValue?.suffix(2) == [.int(2), .int(0)])
    }

    @Test(arguments: [("state eq 'protected' and fileCount gt 0", 201), ("state eq 'lost'", 400)])
    func `a restore plan chooses units by a filter of their states`(filter: String, status: Int) async throws {
        let policy = try await protectEverything()
        let plan = await ask(
            "restorePlans", method: "POST",
            [
                "displayName": "P", "scope": ["filter": .string(filter)],
                "moment": ["kind": "at", "dateTime": .string(DateTimeOffset.text(surface.clock.now()))],
                "destinationType": "inPlace",
            ])
        #expect(plan.status == status, "\(plan)")
        guard plan.status == 201 else { return }
        let chosen = await ask("restorePlans/\(plan.id)/units").values
        #expect(chosen.count == (try await surface.units(of: policy)).count)
    }

    @Test func `a unit of an open incident names it, and the overview counts it`() async throws {
        _ = try await protectEverything()
        let id = try #require(await ask("unitStates?$filter=state eq 'protected'".encoded).values.first?.text("id"))
        let now = surface.clock.now()
        try await surface.fixture.catalog.write { writer in
            try writer.insert(
                Incident().with { ($0.id, $0.beganBefore, $0.detectedDateTime, $0.unitCount) = ("7", now, now, 1) })
            try writer.insert(UnitHold(unitId: id, incidentId: "7", until: now))
        }
        #expect(await ask("unitStates/\(id)")["incidentId"] == "7")
        let overview = await ask("overview")
        #expect(overview["openIncidents"] == .int(1))
        #expect(overview["toDo"]?.arrayValue?.first?["kind"] == "incident")
    }

    @Test func `a unit without new points is late after two cadences`() async throws {
        _ = try await protectEverything()
        surface.clock.turn(seconds: 3 * Double(surface.service.dependencies.intervals.cadenceSeconds))
        let late = await ask("unitStates?$filter=state eq 'late'".encoded)
        #expect(!late.values.isEmpty)
        #expect(await ask("unitStates?$filter=state in ('protected','failing')".encoded).values.isEmpty)
        let newest = try #require(late.values.first?.text("newestPointDateTime")).utf8.count
        #expect(newest > 0)
        let overview = await ask("overview")
        let states = overview["workloads"]?.arrayValue?.compactMap { $0["states"]?["late"]?.intValue } ?? []
        #expect(states.reduce(0, +) == Int64(late.values.count))
    }

    @Test func `a search finds parts of names in any letter case`() async throws {
        let name = try #require(await ask("unitStates").values.compactMap { $0.text("email") }.first)
        let part = name.prefix { $0 != "@" }.uppercased()
        let found = await ask("unitStates?$search=\(part)")
        #expect(found.values.contains { $0.text("email") == name })
        #expect(await ask("unitStates?$search=\(part)%20nobody").values.isEmpty)
        #expect(await ask("unitStates?$search=%25").values.isEmpty)
        #expect(await ask("unitStates?$search=").values.count > 1)
    }

    @Test func `pages lead from one to the next without a loss`() async throws {
        var target: String? = "unitStates?$top=2&$orderby=displayName%20desc"
        var ids: [String] = []
        while let next = target {
            let page = await ask(next)
            #expect(page.status == 200, "\(page)")
            ids += page.values.compactMap { $0.text("id") }
            target = page.body?["@odata.nextLink"]?.stringValue.map {
                String($0.dropFirst("https://backup.example/holdfast/v1.0/".count))
            }
        }
        let all = await ask("unitStates")
        #expect(Set(ids) == Set(all.values.compactMap { $0.text("id") }))
        #expect(ids.count == all.values.count)
    }

    @Test func `an application sees no names of people, and cannot search or order by them`() async throws {
        let list = await ask("unitStates", as: ProtectionAPI.program)
        let people = list.values.filter { $0.text("workload") != "sharePoint" }
        #expect(!people.isEmpty)
        #expect(people.allSatisfy { $0["displayName"] == .null })
        #expect(list.values.allSatisfy { $0["email"] == .null })
        let name = try #require(await ask("unitStates").values.compactMap { $0.text("email") }.first)
        #expect(await ask("unitStates?$search=\(name)", as: ProtectionAPI.program).values.isEmpty)
        let filter = "unitStates?$filter=email eq '\(name)'".encoded
        #expect(await ask(filter, as: ProtectionAPI.program).values.isEmpty)
        #expect(await ask("unitStates?$orderby=displayName", as: ProtectionAPI.program).status == 400)
    }

    @Test(arguments: [
        "unitStates/00000000-0000-4000-8000-00000000dead", "unitStates/none:sharePoint:x", "unitStates/none:",
        "unitStates/'",
    ])
    func `an unknown id is 404`(target: String) async {
        let answer = await ask(target)
        #expect(answer.status == 404)
        #expect(answer.code == ServiceErrorCode.protectionUnitNotFound.rawValue)
    }

    @Test(arguments: [
        ("unitStates?$filter=state%20eq%20'lost'", 400), ("unitStates?$filter=searchText%20eq%20'a'", 400),
        ("unitStates?$orderby=state", 400), ("unitStates?$select=standing", 400), ("overview?x=1", 400),
        ("overview?$filter=x", 400), ("unitStates?$skiptoken=abc", 400), ("unitStates/x/y", 400),
    ])
    func `wrong questions are refused`(target: String, status: Int) async {
        #expect(await ask(target).status == status)
    }

    @Test func `the overview counts what the list lists`() async throws {
        let before = await ask("overview")
        #expect(before.text("sentence")?.hasSuffix("not protected yet.") == true)
        #expect(before["toDo"]?.arrayValue?.map { $0["kind"] } == [.string("notProtected")])
        _ = try await protectEverything()
        let overview = await ask("overview")
        for entry in overview["workloads"]?.arrayValue ?? [] {
            let workload = entry.text("workload") ?? ""
            for state in ProtectionState.allCases {
                let filter = "unitStates?$count=true&$filter=workload eq '\(workload)' and state eq '\(state.rawValue)'"
                #expect(
                    await ask(filter.encoded)["@odata.count"] == entry["states"]?[state.rawValue],
                    "\(workload) \(state)")
            }
        }
        #expect(overview["damagedPoints"] == .int(0))
        let ages = overview["ages"]?.arrayValue ?? []
        #expect(ages.first?["upTo"] == .string("PT1200S"))
        #expect(ages.compactMap { $0["units"]?.intValue }.reduce(0, +) == ages.first?["units"]?.intValue)
        let sizes = await ask("unitStates").values.compactMap { $0.text("sizeInBytes").flatMap { Int($0) } }
        #expect(overview.text("protectedBytes") == String(sizes.reduce(0, +)))
    }

    @Test(arguments: ["unitStates", "unitStates/x", "overview", "unitStates/$count"])
    func `a caller without the permission is refused`(target: String) async {
        let caller = Principal(applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Restore.Read.All"])
        #expect(await ask(target, as: caller).status == 403)
    }

    @Test(arguments: [
        ("unitStates", "GET"), ("unitStates/x", "GET"), ("overview", "GET"), ("policyPreviews", "POST"),
        ("restorePoints/x/unreadItems", "GET"), ("restorePoints/x", "GET"),
    ])
    func `methods that are not offered are 405`(target: String, allow: String) async {
        let answer = await ask(target, method: "DELETE")
        #expect(answer.status == 405)
        #expect(answer.headers["Allow"] == allow)
    }
}

extension APIAnswer {
    /// A member of the body as text.
    fileprivate func text(_ name: String) -> String? { self[name]?.stringValue }
}

extension String {
    /// With the blanks of a query encoded.
    fileprivate var encoded: String { replacing(" ", with: "%20") }
}
