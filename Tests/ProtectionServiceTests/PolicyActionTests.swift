import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// What a client does to a policy as a whole.
enum PolicyAction: String, CaseIterable, Sendable {
    case activate, deactivate, delete

    func perform(_ id: String, _ service: ServiceContext, _ caller: Caller = Console.caller) async throws {
        switch self {
        case .activate: _ = try await service.policies.activate(id: id, caller)
        case .deactivate: _ = try await service.policies.deactivate(id: id, caller)
        case .delete: try await service.policies.delete(id: id, caller)
        }
    }
}

@Suite struct PolicyActionTests {
    /// Source: behaviour.md, section 3; the wider reading of errors.md.
    private static let allowed: [PolicyAction: Set<ProtectionPolicyStatus>] = [
        .activate: [.inactive, .activeWithErrors], .deactivate: [.active, .activeWithErrors], .delete: [.inactive],
    ]

    private func policy(_ status: ProtectionPolicyStatus, _ console: Console) async throws -> String {
        let id = try await console.policy(["adele"])
        var policy = try await console.find(ProtectionPolicy.self, id)
        policy.status = status
        try await console.update(policy)
        return id
    }

    @Test(arguments: PolicyAction.allCases, ProtectionPolicyStatus.allCases)
    func `a policy is acted on only where its status allows it`(
        action: PolicyAction, status: ProtectionPolicyStatus
    ) async throws {
        let console = try await Console()
        let id = try await policy(status, console)
        if try #require(Self.allowed[action]).contains(status) {
            try await action.perform(id, console.service)
            let after = try await console.fixture.catalog.find(ProtectionPolicy.self, id: id)
            #expect((after == nil) == (action == .delete))
        } else {
            let error = try await console.expectRefused(.policyActionNotAllowed) {
                try await action.perform(id, console.service)
            }
            #expect(error.innerCode?.rawValue == (action == .delete ? nil : "invalidStateForActivation"))
        }
    }

    @Test(arguments: PolicyAction.allCases)
    func `the id of a policy is a GUID that a policy has`(action: PolicyAction) async throws {
        let console = try await Console()
        try await console.expectRefused(.invalidPolicyID) { try await action.perform("x", console.service) }
        try await console.expectRefused(.policyNotFound) {
            try await action.perform(Console.unknownID, console.service)
        }
    }

    @Test(arguments: PolicyAction.allCases)
    func `only the controller of an enabled service acts on a policy`(action: PolicyAction) async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        try await console.expectRefused(.appNotController) {
            try await action.perform(id, console.service, Console.stranger)
        }
        try await console.set(.protectionChangeLocked)
        try await console.expectRefused(.serviceNotEnabled) { try await action.perform(id, console.service) }
    }

    @Test func `an activated policy is updating, and its units are due at once`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele", "diego"])
        let policy = try await console.service.policies.activate(id: id.uppercased(), Console.caller)
        let units = try await console.units(of: id)
        #expect(policy.status == .updating)
        #expect(policy.activatedDateTime == console.now)
        #expect(units.values.allSatisfy { $0.status == .protectRequested })
        #expect(units.values.allSatisfy { $0.nextBackupDateTime == console.now })
    }

    @Test func `a policy without units stays inactive when it is switched on`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let policy = try await console.service.policies.activate(id: id, Console.caller)
        #expect(policy.status == .inactive)
        #expect(policy.activatedDateTime == console.now)
    }

    @Test func `of two policies without units the later activation counts`() async throws {
        let console = try await Console()
        let first = try await console.policy(isActive: true)
        let second = try await console.policy(isActive: true)
        #expect(try await console.find(ProtectionPolicy.self, first).activatedDateTime == nil)
        #expect(try await console.find(ProtectionPolicy.self, second).activatedDateTime == console.now)
    }

    @Test func `a second policy of the workload is not activated`() async throws {
        let console = try await Console()
        let second = try await console.policy(["diego"])
        _ = try await console.policy(["adele"], isActive: true)
        try await console.expectRefused(.policyCreationNotAllowed) {
            try await console.service.policies.activate(id: second, Console.caller)
        }
    }

    @Test func `an activation forgets why units could not be backed up`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        var unit = try #require(try await console.units(of: id).values.first)
        unit.error = PublicError(code: "UnknownError", message: "m")
        try await console.update(unit)
        _ = try await console.service.policies.activate(id: id, Console.caller)
        #expect(try await console.find(ProtectionUnit.self, unit.id).error == nil)
    }

    @Test func `a policy that failed in part keeps the time since when it is on`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        var policy = try await console.find(ProtectionPolicy.self, id)
        policy.status = .activeWithErrors
        policy.activatedDateTime = console.now.addingTimeInterval(-1000)
        try await console.update(policy)
        let again = try await console.service.policies.activate(id: id, Console.caller)
        #expect(again.activatedDateTime == policy.activatedDateTime)
    }

    @Test func `a policy that covers its workload does so with a job`() async throws {
        let console = try await Console()
        let id = try await console.policy(isActive: true, mode: .fullServiceBackup)
        #expect(try await console.openJobs(of: id).contains("coverWorkload"))
        #expect(try await console.find(ProtectionPolicy.self, id).status == .updating)
    }

    @Test func `a deactivated policy is off, and no unit of it is due`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"], isActive: true)
        try await console.fixture.settle(looks: 2)
        let policy = try await console.service.policies.deactivate(id: id, Console.caller)
        let unit = try #require(try await console.units(of: id).values.first)
        #expect(policy.status == .updating)
        #expect(policy.activatedDateTime == nil)
        #expect(unit.status == .unprotectRequested)
        #expect(unit.nextBackupDateTime == nil)
    }

    @Test func `after a deactivation has settled the policy is inactive and the points are kept`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"], isActive: true)
        try await console.fixture.settle(looks: 2)
        _ = try await console.service.policies.deactivate(id: id, Console.caller)
        try await console.fixture.work()
        #expect(try await console.find(ProtectionPolicy.self, id).status == .inactive)
        #expect(try await console.units(of: id).values.map(\.status) == [.unprotected])
        #expect(try await console.all(RestorePoint.self).count == 1)
    }

    @Test func `the units of a deleted policy stay, without it`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        var policy = try await console.find(ProtectionPolicy.self, id)
        policy.billingPolicyId = Console.unknownID
        try await console.update(policy)
        try await console.service.policies.delete(id: id.uppercased(), Console.caller)
        let unit = try #require(try await console.all(ProtectionUnit.self).first)
        #expect(unit.policyId == nil)
        #expect(unit.protectionSources == [])
        #expect(unit.billingPolicyId == Console.unknownID)
        #expect(unit.lastModifiedBy == Console.caller.identitySet)
    }

    @Test func `of many activations of one policy exactly one succeeds`() async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        let race = try await Race(8) { _ in _ = try await console.service.policies.activate(id: id, Console.caller) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .policyActionNotAllowed, count: 7))
    }

    @Test func `of two policies that are activated at once exactly one becomes active`() async throws {
        let console = try await Console()
        let ids = [try await console.policy(["adele"]), try await console.policy(["diego"])]
        let race = try await Race(2) { _ = try await console.service.policies.activate(id: ids[$0], Console.caller) }
        #expect(race.winners.count == 1)
        #expect(race.codes == [.policyCreationNotAllowed])
        let loser = ids[1 - (try #require(race.winners.first))]
        #expect(try await console.find(ProtectionPolicy.self, loser).status == .inactive)
    }

    @Test(arguments: 0..<4)
    func `of an activation and a deletion exactly one succeeds`(round: Int) async throws {
        let console = try await Console()
        let id = try await console.policy(["adele"])
        let race = try await Race(2) { number in
            let action: PolicyAction = (number + round) % 2 == 0 ? .activate : .delete
            try await action.perform(id, console.service)
        }
        #expect(race.winners.count == 1)
        let deleted = try await console.fixture.catalog.find(ProtectionPolicy.self, id: id) == nil
        #expect(race.codes == [deleted ? .policyNotFound : .policyActionNotAllowed])
    }
}
