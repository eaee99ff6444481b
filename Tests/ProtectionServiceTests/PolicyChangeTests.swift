import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct PolicyChangeTests {
    private typealias Units = [DeltaOutcome<ProtectionUnit>]

    private func change(_ id: String, _ change: PolicyChange, _ console: Console) async throws -> Units {
        try await console.service.policies.change(id: id, workload: .oneDriveForBusiness, change, Console.caller).units
    }

    private func additions(_ people: [String]) -> PolicyChange {
        PolicyChange(unitDelta: people.map { .add(key: Console.person($0)) })
    }

    private func refusal(_ outcome: DeltaOutcome<ProtectionUnit>?) -> EntryRefusal? {
        if case .refused(let refusal) = outcome { refusal } else { nil }
    }

    private func accepted(_ outcome: DeltaOutcome<ProtectionUnit>?) -> ProtectionUnit? {
        if case .accepted(let unit) = outcome { unit } else { nil }
    }

    @Test(arguments: [(1, true), (1024, true), (0, false), (1025, false)])
    func `a new name has 1 to 1024 characters`(length: Int, isAccepted: Bool) async throws {
        let console = try await Console()
        let id = try await console.policy()
        let rename = PolicyChange(displayName: String(repeating: "é", count: length))
        if isAccepted {
            _ = try await change(id, rename, console)
            #expect(try await console.find(ProtectionPolicy.self, id).displayName.count == length)
        } else {
            try await console.expectRefused(.invalidDisplayName) { try await change(id, rename, console) }
        }
    }

    @Test func `a policy is found under its own workload only`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.policyNotFound) {
            try await console.service.policies.change(
                id: id, workload: .sharePoint, PolicyChange(displayName: "Q"), Console.caller)
        }
    }

    @Test(arguments: [ProtectionPolicyStatus.inactive, .updating, .active, .activeWithErrors])
    func `a policy is changed while it lives`(status: ProtectionPolicyStatus) async throws {
        let console = try await Console()
        let id = try await policy(status, console)
        _ = try await change(id, PolicyChange(displayName: "Q"), console)
        #expect(try await console.find(ProtectionPolicy.self, id).displayName == "Q")
    }

    @Test(arguments: [ProtectionPolicyStatus.offboardRequested, .offboarded])
    func `a policy that is being offboarded is not changed`(status: ProtectionPolicyStatus) async throws {
        let console = try await Console()
        let id = try await policy(status, console)
        try await console.expectRefused(.policyActionNotAllowed) {
            try await change(id, PolicyChange(displayName: "Q"), console)
        }
    }

    private func policy(_ status: ProtectionPolicyStatus, _ console: Console) async throws -> String {
        let id = try await console.policy()
        var policy = try await console.find(ProtectionPolicy.self, id)
        policy.status = status
        try await console.update(policy)
        return id
    }

    @Test func `a new retention shows in the units as a change to come`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        let setting = RetentionSetting(interval: RetentionSetting.weekly, periodDays: 90)
        _ = try await change(id, PolicyChange(retentionSettings: [setting]), console)
        let unit = try #require(try await console.units(of: id).values.first)
        #expect(try await console.find(ProtectionPolicy.self, id).retentionDays == 90)
        #expect(unit.retentionDays == 365)
        #expect(unit.retentionChange == RetentionChange(targetDays: 90, effective: console.now))
    }

    @Test func `the retention that a policy has is no change`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        let setting = RetentionSetting(interval: RetentionSetting.weekly, periodDays: 365)
        _ = try await change(id, PolicyChange(retentionSettings: [setting]), console)
        #expect(try await console.units(of: id).values.first?.retentionChange == nil)
    }

    @Test func `a retention that is not published is refused together with the new name`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        let setting = RetentionSetting(interval: RetentionSetting.weekly, periodDays: 91)
        try await console.expectRefused(.invalidCreateRequest) {
            try await change(id, PolicyChange(displayName: "Q", retentionSettings: [setting]), console)
        }
    }

    @Test func `a unit that is added to a policy that is off is not due`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let unit = accepted(try await change(id, additions(["adele"]), console).first)
        #expect(unit?.status == .unprotected)
        #expect(unit?.nextBackupDateTime == nil)
        #expect(unit?.policyId == id)
    }

    @Test func `a unit that is added to a policy that is on is due at once`() async throws {
        let console = try await Console()
        let id = try await console.policy(["diego"], isActive: true)
        let unit = accepted(try await change(id, additions(["adele"]), console).first)
        #expect(unit?.status == .protectRequested)
        #expect(unit?.nextBackupDateTime == console.now)
        #expect(try await console.find(ProtectionPolicy.self, id).status == .updating)
    }

    @Test func `outcomes come in the order of the request, and a refused entry does not stop the others`()
        async throws
    {
        let console = try await Console()
        let other = try await console.policy(["diego"])
        let id = try await console.policy()
        let delta: [UnitDelta] = [
            .add(key: Console.person("diego")), .add(key: Console.unknownID), .add(key: Console.person("adele")),
            .remove(id: Console.unknownID),
        ]
        let outcomes = try await change(id, PolicyChange(unitDelta: delta), console)
        #expect(
            outcomes.map { refusal($0)?.code } == [
                .protectionUnitAlreadyExists, .invalidArtifactID, nil, .protectionUnitNotFound,
            ])
        #expect(outcomes.map { refusal($0)?.attempt } == [.add, .add, nil, .remove])
        #expect(try await console.units(of: id).keys.sorted() == [Console.person("adele")])
        #expect(try await console.units(of: other).count == 1)
    }

    @Test func `a refused entry names what it wanted and the status that it would have had`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let delta = PolicyChange(unitDelta: [.remove(id: Console.unknownID.uppercased())])
        let refused = refusal(try await change(id, delta, console).first)
        #expect(refused?.id == Console.unknownID)
        #expect(refused?.responseCode == 409)
        #expect(refused.map { UUID(uuidString: $0.contentID) } != nil)
    }

    @Test func `a unit that is added twice over two requests is the same unit`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let first = accepted(try await change(id, additions(["adele"]), console).first)
        let second = accepted(try await change(id, additions(["adele"]), console).first)
        #expect(first?.id == second?.id)
        #expect(try await console.units(of: id).count == 1)
    }

    @Test func `as many entries as a request may have are done, and one more is refused`() async throws {
        let console = try await Console { $0.unitsPerPolicyRequest = 2 }
        let id = try await console.policy()
        try await console.expectRefused(.protectionUnitsLimitBreached) {
            try await change(id, additions(["adele", "diego", "grady"]), console)
        }
        #expect(try await change(id, additions(["adele", "diego"]), console).count == 2)
    }

    @Test func `an entry that stands twice is refused, in whatever letter case`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let key = Console.person("adele")
        let twice = PolicyChange(unitDelta: [.add(key: key), .add(key: key.uppercased())])
        try await console.expectRefused(.duplicateProtectionUnitInList) { try await change(id, twice, console) }
    }

    @Test func `the same unit is not added and removed at once`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        let unit = try #require(try await console.units(of: id).values.first)
        let both = PolicyChange(unitDelta: [.add(key: unit.sourceId), .remove(id: unit.id)])
        try await console.expectRefused(.duplicateProtectionUnitInList) { try await change(id, both, console) }
    }

    @Test(arguments: [UnitDelta.add(key: "x"), .remove(id: "x"), .add(key: "00000000-0000-0000-0000-000000000000")])
    func `an entry without a GUID refuses the whole request`(entry: UnitDelta) async throws {
        let console = try await Console()
        let id = try await console.policy()
        let change = PolicyChange(displayName: "Q", unitDelta: [.add(key: Console.person("adele")), entry])
        try await console.expectRefused(.invalidProtectionUnitID) { try await self.change(id, change, console) }
    }

    @Test func `what a dynamic rule holds is not removed by hand`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        var unit = try await console.insertUnit(.protected, policyID: id)
        unit.protectionSources = [.manual, .dynamicRule]
        try await console.update(unit)
        let removal = PolicyChange(displayName: "Q", unitDelta: [.remove(id: unit.id)])
        try await console.expectRefused(.protectionUnitActionNotAllowed) { try await change(id, removal, console) }
    }

    @Test(arguments: [ProtectionUnitStatus.protected, .unprotected, .protectRequested, .unprotectRequested])
    func `a unit that is removed waits for the job that lets it go`(status: ProtectionUnitStatus) async throws {
        let console = try await Console()
        let id = try await console.policy()
        let unit = try await console.insertUnit(status, policyID: id)
        let removed = accepted(
            try await change(id, PolicyChange(unitDelta: [.remove(id: unit.id.uppercased())]), console).first)
        #expect(removed?.status == .removeRequested)
        #expect(try await console.openJobs(of: id) == ["settle"])
        try await console.fixture.work()
        #expect(try await console.find(ProtectionUnit.self, unit.id).policyId == nil)
    }

    @Test func `a unit that is being removed is not removed again`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let unit = try await console.insertUnit(.removeRequested, policyID: id)
        let outcome = try await change(id, PolicyChange(unitDelta: [.remove(id: unit.id)]), console).first
        #expect(refusal(outcome)?.code == .operationNotAllowed)
    }

    @Test func `of many policies that take one unit at once exactly one gets it`() async throws {
        let console = try await Console()
        var ids: [String] = []
        for _ in 0..<5 { ids.append(try await console.policy()) }
        let outcomes = try await withThrowingTaskGroup(of: DeltaOutcome<ProtectionUnit>?.self) { group in
            for id in ids { group.addTask { try await change(id, additions(["adele"]), console).first } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.compactMap(accepted).count == 1)
        #expect(outcomes.compactMap { refusal($0)?.code } == Array(repeating: .protectionUnitAlreadyExists, count: 4))
        #expect(try await console.all(ProtectionUnit.self).count == 1)
    }
}

/// Exclusions from a policy that covers its workload.
@Suite struct ExclusionChangeTests {
    private func change(
        _ id: String, _ delta: [UnitDelta], _ console: Console
    ) async throws -> [DeltaOutcome<ExclusionUnit>] {
        try await console.service.policies.change(
            id: id, workload: .oneDriveForBusiness, PolicyChange(exclusionDelta: delta), Console.caller
        ).exclusions
    }

    private func additions(_ people: [String]) -> [UnitDelta] { people.map { .add(key: Console.person($0)) } }

    @Test func `an exclusion keeps what the directory says of the person`() async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        _ = try await change(id, additions(["adele"]), console)
        let row = try #require(try await console.all(ExclusionUnit.self).first)
        #expect(row.policyId == id)
        #expect(row.sourceId == Console.person("adele"))
        #expect(row.email == "adele.mail@contoso.example")
        #expect(try await console.openJobs(of: id).contains("coverWorkload"))
    }

    @Test func `what is excluded already stays so under its id`() async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        let first = try await change(id, additions(["adele"]), console)
        #expect(try await change(id, additions(["adele"]), console) == first)
        #expect(try await console.all(ExclusionUnit.self).count == 1)
    }

    @Test func `a policy over chosen units excludes nothing`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.invalidExclusionRequest) {
            try await change(id, additions(["adele"]), console)
        }
    }

    @Test func `as many exclusions as a request may have are made, and none or one more are refused`() async throws {
        let console = try await Console { $0.unitsPerPolicyRequest = 2 }
        let id = try await console.policy(mode: .fullServiceBackup)
        try await console.expectRefused(.invalidExclusionRequest) { try await change(id, [], console) }
        try await console.expectRefused(.invalidExclusionRequest) {
            try await change(id, additions(["adele", "diego", "grady"]), console)
        }
        #expect(try await change(id, additions(["adele", "diego"]), console).count == 2)
    }

    @Test(arguments: [
        [UnitDelta.add(key: "x")], [.remove(id: "x")],
        [.add(key: Console.person("adele")), .add(key: Console.person("adele").uppercased())],
    ])
    func `a malformed or repeated entry refuses the whole list`(delta: [UnitDelta]) async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        try await console.expectRefused(.invalidExclusionRequest) { try await change(id, delta, console) }
    }

    @Test func `an exclusion of nobody, and the removal of none, are refused by themselves`() async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        let delta: [UnitDelta] = [.add(key: Console.unknownID), .remove(id: Console.unknownID)]
        let codes = try await change(id, delta, console).map { outcome in
            if case .refused(let refusal) = outcome { refusal.code } else { ServiceErrorCode?.none }
        }
        #expect(codes == [.invalidArtifactID, .protectionUnitNotFound])
        #expect(try await console.all(ExclusionUnit.self).isEmpty)
    }

    @Test func `what a policy excludes is not added to it by hand`() async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        _ = try await change(id, additions(["adele"]), console)
        let outcome = try await console.service.policies.change(
            id: id, workload: .oneDriveForBusiness,
            PolicyChange(unitDelta: [.add(key: Console.person("adele"))]), Console.caller
        ).units.first
        guard case .refused(let refusal) = outcome else { throw MissingRefusal() }
        #expect(refusal.code == .operationNotAllowed)
    }

    private struct MissingRefusal: Error {}

    @Test func `whoever is not excluded any more is covered again`() async throws {
        let console = try await Console()
        let id = try await console.policy(isActive: true, mode: .fullServiceBackup)
        _ = try await change(id, additions(["adele"]), console)
        try await console.fixture.work()
        #expect(try await console.units(of: id).count == 3)
        let row = try #require(try await console.all(ExclusionUnit.self).first)
        _ = try await change(id, [.remove(id: row.id.uppercased())], console)
        try await console.fixture.work()
        #expect(try await console.units(of: id).count == 4)
    }
}
