import BackupTesting
import Catalog
import ProtectionRules
import ProtectionService
import Testing

@Suite struct PolicyCreationTests {
    private func draft(
        _ people: [String] = [], name: String? = "P", retention: [RetentionSetting]? = nil
    ) -> PolicyDraft {
        PolicyDraft(
            workload: .oneDriveForBusiness, displayName: name, unitKeys: people.map(Console.person),
            retentionSettings: retention)
    }

    @Test func `a new policy is inactive, keeps points for a year and notes who made it`() async throws {
        let console = try await Console()
        let policy = try await console.service.policies.create(draft(), Console.caller)
        #expect(policy.status == .inactive)
        #expect(policy.retentionDays == 365)
        #expect(policy.createdBy == Console.caller.identitySet)
        #expect(policy.createdDateTime == console.now)
        #expect(policy.activatedDateTime == nil)
        #expect(try await console.find(ProtectionPolicy.self, policy.id) == policy)
    }

    @Test func `units of a new policy are unprotected, chosen by hand and not due`() async throws {
        let console = try await Console()
        let policy = try await console.service.policies.create(draft(["adele", "diego"]), Console.caller)
        let units = try await console.units(of: policy.id)
        #expect(Set(units.keys) == [Console.person("adele"), Console.person("diego")])
        #expect(units.values.allSatisfy { $0.status == .unprotected })
        #expect(units.values.allSatisfy { $0.protectionSources == .manual })
        #expect(units.values.allSatisfy { $0.nextBackupDateTime == nil })
        #expect(units.values.allSatisfy { $0.retentionDays == 365 })
    }

    @Test func `a unit takes its names from the directory`() async throws {
        let console = try await Console()
        let policy = try await console.service.policies.create(draft(["adele"]), Console.caller)
        let unit = try #require(try await console.units(of: policy.id)[Console.person("adele")])
        #expect(unit.displayName == "Adele")
        #expect(unit.email == "adele.mail@contoso.example")
        #expect(unit.createdBy == Console.caller.identitySet)
    }

    @Test(arguments: [1, 1023, 1024])
    func `a name may have up to 1024 characters`(length: Int) async throws {
        let console = try await Console()
        let name = String(repeating: "x", count: length)
        #expect(try await console.service.policies.create(draft(name: name), Console.caller).displayName == name)
    }

    @Test(arguments: [
        nil, "", " ", " \t\n", String(repeating: "x", count: 1025),
        // Two scalars each: an accent counts.
        String(repeating: "e\u{301}", count: 513),
    ])
    func `a name that is missing, blank or too long is refused`(name: String?) async throws {
        let console = try await Console()
        try await console.expectRefused(.invalidDisplayName) {
            try await console.service.policies.create(draft(name: name), Console.caller)
        }
    }

    /// Source: types.md, retentionSetting.
    @Test(arguments: [90, 180, 365, 730, 1095, 1460, 1825, 2190, 2555, 2920, 3285, 3650])
    func `weekly points can be kept for the published periods`(days: Int) async throws {
        let console = try await Console()
        let setting = RetentionSetting(interval: "R/P1W", periodDays: days)
        #expect(
            try await console.service.policies.create(draft(retention: [setting]), Console.caller).retentionDays == days
        )
    }

    @Test(arguments: [
        [("R/P1W", 0)], [("R/P1W", 89)], [("R/P1W", 91)], [("R/P1W", 364)], [("R/P1W", 366)], [("R/P1W", 3651)],
        [("R/P1W", -365)], [("R/P1D", 365)], [("", 365)], [("R/PT10M", 13)], [("R/PT10M", 15)],
        [("R/P1W", 365), ("R/P1W", 365)], [("R/PT10M", 14), ("R/P1W", 1)],
    ])
    func `other retentions are refused`(settings: [(interval: String, days: Int)]) async throws {
        let console = try await Console()
        let retention = settings.map { RetentionSetting(interval: $0.interval, periodDays: $0.days) }
        try await console.expectRefused(.invalidCreateRequest) {
            try await console.service.policies.create(draft(retention: retention), Console.caller)
        }
    }

    @Test func `what a client reads of the retention it may send back`() async throws {
        let console = try await Console()
        let first = try await console.service.policies.create(
            draft(retention: [RetentionSetting(interval: "R/P1W", periodDays: 730)]), Console.caller)
        let read = console.service.policies.retentionSettings(of: first)
        #expect(read.map(\.period) == ["P14D", "P730D"])
        let second = try await console.service.policies.create(draft(retention: read), Console.caller)
        #expect(second.retentionDays == 730)
    }

    @Test func `as many units as a request may have are accepted, and one more is refused`() async throws {
        let console = try await Console { $0.unitsPerPolicyRequest = 3 }
        try await console.expectRefused(.protectionUnitsLimitBreached) {
            try await console.service.policies.create(draft(ContosoTenant.people), Console.caller)
        }
        let policy = try await console.service.policies.create(draft(["adele", "diego", "grady"]), Console.caller)
        #expect(try await console.units(of: policy.id).count == 3)
    }

    @Test func `a unit that is named twice is refused, in whatever letter case`() async throws {
        let console = try await Console { $0.unitsPerPolicyRequest = 1 }
        var twice = draft(["adele"])
        twice.unitKeys.append(Console.person("adele").uppercased())
        // The list is too long as well; what is wrong with its entries comes first.
        try await console.expectRefused(.duplicateProtectionUnitInList) { [twice] in
            try await console.service.policies.create(twice, Console.caller)
        }
    }

    @Test(arguments: [
        "", "x", "0a1b2c3d-0001-4000-8000-00000000000", "0a1b2c3d-0001-4000-8000-0000000000011",
        "0a1b2c3d000140008000000000000001", "{0a1b2c3d-0001-4000-8000-000000000001}",
        "0a1b2c3d-0001-4000-8000-00000000000g", "00000000-0000-0000-0000-000000000000", Console.unknownID,
        ContosoTenant.siteID, ContosoTenant.finance,
    ])
    func `a key that names no drive is refused`(key: String) async throws {
        let console = try await Console()
        let draft = PolicyDraft(workload: .oneDriveForBusiness, displayName: "P", unitKeys: [key])
        try await console.expectRefused(.invalidProtectionUnitID) {
            try await console.service.policies.create(draft, Console.caller)
        }
    }

    @Test(arguments: [
        ContosoTenant.siteID, ContosoTenant.siteID.uppercased(),
        "contoso.example,\(ContosoTenant.siteID),\(Console.unknownID)",
        ",\(ContosoTenant.siteID),\(Console.unknownID)",
    ])
    func `a site is named by its id, alone or between host and web`(key: String) async throws {
        let console = try await Console()
        let draft = PolicyDraft(workload: .sharePoint, displayName: "S", unitKeys: [key])
        let policy = try await console.service.policies.create(draft, Console.caller)
        #expect(try await console.units(of: policy.id)[ContosoTenant.siteID]?.siteName == "The Legal Team")
    }

    @Test(arguments: [
        "contoso.example,\(ContosoTenant.siteID)", "contoso.example,\(ContosoTenant.siteID),x",
        "contoso.example,x,\(ContosoTenant.siteID)", "a,\(ContosoTenant.siteID),\(ContosoTenant.siteID),b",
        Console.person("adele"),
    ])
    func `other forms name no site`(key: String) async throws {
        let console = try await Console()
        let draft = PolicyDraft(workload: .sharePoint, displayName: "S", unitKeys: [key])
        try await console.expectRefused(.invalidProtectionUnitID) {
            try await console.service.policies.create(draft, Console.caller)
        }
    }

    @Test func `an active policy of the workload is in the way of another`() async throws {
        let console = try await Console()
        _ = try await console.policy(["adele"], isActive: true)
        try await console.expectRefused(.policyCreationNotAllowed) {
            try await console.service.policies.create(draft(["diego"]), Console.caller)
        }
        let elsewhere = PolicyDraft(workload: .sharePoint, displayName: "S")
        #expect(try await console.service.policies.create(elsewhere, Console.caller).workload == .sharePoint)
    }

    @Test(arguments: [[String](), ["adele"]])
    func `an inactive policy, or one without units, is in nobody's way`(people: [String]) async throws {
        let console = try await Console()
        // Without units a policy that is switched on still reads as inactive.
        let first = try await console.policy(people, isActive: people.isEmpty)
        #expect(try await console.find(ProtectionPolicy.self, first).status == .inactive)
        #expect(try await console.service.policies.create(draft(["diego"]), Console.caller).id != first)
    }

    @Test func `a unit of another policy is refused with everything that came with it`() async throws {
        let console = try await Console()
        _ = try await console.policy(["adele"])
        try await console.expectRefused(.protectionUnitAlreadyExists) {
            try await console.service.policies.create(draft(["diego", "adele"]), Console.caller)
        }
    }

    @Test(arguments: [ProtectionUnitStatus.removeRequested, .offboardRequested, .cancelOffboardRequested])
    func `a unit that waits for something else is refused`(status: ProtectionUnitStatus) async throws {
        let console = try await Console()
        _ = try await console.insertUnit(status)
        try await console.expectRefused(.operationNotAllowed) {
            try await console.service.policies.create(draft(["adele"]), Console.caller)
        }
    }

    @Test func `a unit that was protected before keeps its id and its points`() async throws {
        let console = try await Console()
        let unit = try await console.insertUnit(.offboarded)
        let point = try await console.insertPoint(of: unit)
        let policy = try await console.service.policies.create(draft(["adele"]), Console.caller)
        let taken = try #require(try await console.units(of: policy.id)[unit.sourceId])
        #expect(taken.id == unit.id)
        #expect(taken.status == .unprotected)
        #expect(try await console.find(RestorePoint.self, point.id) == point)
    }

    @Test func `of many policies over one unit exactly one is created`() async throws {
        let console = try await Console()
        let draft = draft(["adele"])
        let race = try await Race(8) { _ in _ = try await console.service.policies.create(draft, Console.caller) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .protectionUnitAlreadyExists, count: 7))
        #expect(try await console.all(ProtectionPolicy.self).count == 1)
        #expect(try await console.all(ProtectionUnit.self).count == 1)
    }

    @Test func `where the catalogue fails the client may send the policy again`() async throws {
        let console = try await Console()
        console.writes.fail()
        let error = try await console.expectRefused(.policySaveFailed) {
            try await console.service.policies.create(draft(["adele"]), Console.caller)
        }
        #expect(error.isRetryable)
        console.writes.fail(false)
        #expect(try await console.service.policies.create(draft(["adele"]), Console.caller).status == .inactive)
    }
}
