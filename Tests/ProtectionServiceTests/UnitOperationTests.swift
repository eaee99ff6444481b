import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct UnitOperationTests {
    /// What a client does to a unit without a policy.
    enum Action: String, CaseIterable, Sendable {
        case offboard, cancelOffboard, changeBilling

        func perform(_ id: String, _ console: Console, _ caller: Caller = Console.caller) async throws {
            let service = console.service
            switch self {
            case .offboard: _ = try await service.units.offboard(id: id, caller)
            case .cancelOffboard: _ = try await service.units.cancelOffboard(id: id, caller)
            case .changeBilling:
                _ = try await service.units.changeBilling(
                    id: id, workload: nil, { BillingChange(id: Console.unknownID) }, caller)
            }
        }

        /// A status that allows it.
        var status: ProtectionUnitStatus { self == .cancelOffboard ? .offboardRequested : .unprotected }
    }

    private func unit(_ status: ProtectionUnitStatus, _ console: Console) async throws -> ProtectionUnit {
        try await console.insertUnit(status)
    }

    @Test(arguments: Action.allCases)
    func `the id of a unit is a GUID that a unit has`(action: Action) async throws {
        let console = try await Console()
        try await console.expectRefused(.invalidProtectionUnitID) { try await action.perform("x", console) }
        try await console.expectRefused(.protectionUnitNotFound) {
            try await action.perform(Console.unknownID, console)
        }
    }

    @Test(arguments: Action.allCases)
    func `only the controller of an enabled service acts on a unit`(action: Action) async throws {
        let console = try await Console()
        let id = try await unit(action.status, console).id
        try await console.expectRefused(.appNotController) {
            try await action.perform(id, console, Console.stranger)
        }
        try await console.set(.protectionChangeLocked)
        try await console.expectRefused(.serviceNotEnabled) { try await action.perform(id, console) }
    }

    @Test(arguments: [Action.offboard, .changeBilling])
    func `a unit with a policy is left to the policy`(action: Action) async throws {
        let console = try await Console()
        let policy = try await console.policy()
        let id = try await console.insertUnit(.unprotected, policyID: policy).id
        try await console.expectRefused(.operationNotAllowed) { try await action.perform(id, console) }
    }

    @Test(arguments: ProtectionUnitStatus.allCases.filter { $0 != .unprotected })
    func `only the backups of an unprotected unit are asked away`(status: ProtectionUnitStatus) async throws {
        let console = try await Console()
        let id = try await unit(status, console).id
        try await console.expectRefused(.operationNotAllowed) { try await Action.offboard.perform(id, console) }
    }

    @Test(arguments: ProtectionUnitStatus.allCases.filter { $0 != .offboardRequested })
    func `only a deletion that was asked for is called off`(status: ProtectionUnitStatus) async throws {
        let console = try await Console()
        let id = try await unit(status, console).id
        try await console.expectRefused(.operationNotAllowed) {
            try await Action.cancelOffboard.perform(id, console)
        }
    }

    @Test func `a unit notes when the deletion of its backups was asked for, and by whom`() async throws {
        let console = try await Console()
        let id = try await unit(.unprotected, console).id
        let unit = try await console.service.units.offboard(id: id.uppercased(), Console.caller)
        #expect(unit.status == .offboardRequested)
        #expect(unit.offboardRequestedDateTime == console.now)
        #expect(unit.lastModifiedBy == Console.caller.identitySet)
        #expect(try await console.find(ProtectionUnit.self, id) == unit)
    }

    @Test func `a deletion that was called off settles, and keeps the moment when it was asked for`() async throws {
        let console = try await Console()
        let id = try await unit(.unprotected, console).id
        let asked = try await console.service.units.offboard(id: id, Console.caller).offboardRequestedDateTime
        console.fixture.clock.turn(days: 29)
        let unit = try await console.service.units.cancelOffboard(id: id.uppercased(), Console.caller)
        #expect(unit.status == .cancelOffboardRequested)
        #expect(unit.offboardRequestedDateTime == asked)
        try await console.fixture.work()
        #expect(try await console.find(ProtectionUnit.self, id).status == .unprotected)
    }

    @Test func `backups go when the undo period is over, and not a moment before`() async throws {
        let console = try await Console()
        let unit = try await unit(.unprotected, console)
        _ = try await console.service.units.offboard(id: unit.id, Console.caller)
        console.fixture.clock.turn(seconds: 30 * 86_400 - 1)
        try await console.fixture.settle()
        #expect(try await console.find(ProtectionUnit.self, unit.id).status == .offboardRequested)
        console.fixture.clock.turn(seconds: 601)
        try await console.fixture.settle()
        #expect(try await console.find(ProtectionUnit.self, unit.id).status == .offboarded)
    }

    @Test(arguments: [Console.unknownID, Console.unknownID.uppercased()])
    func `a unit is charged to a billing policy under its one form`(id: String) async throws {
        let console = try await Console()
        let unit = try await unit(.unprotected, console)
        let changed = try await console.service.units.changeBilling(
            id: unit.id, workload: .oneDriveForBusiness, { BillingChange(id: id) }, Console.caller)
        #expect(changed.billingPolicyId == Console.unknownID)
    }

    @Test func `a billing policy is taken away by null and kept by silence`() async throws {
        let console = try await Console()
        var unit = try await unit(.unprotected, console)
        unit.billingPolicyId = Console.unknownID
        try await console.update(unit)
        let kept = try await console.service.units.changeBilling(
            id: unit.id, workload: nil, { nil }, Console.caller)
        #expect(kept.billingPolicyId == Console.unknownID)
        let cleared = try await console.service.units.changeBilling(
            id: unit.id, workload: nil, { BillingChange(id: nil) }, Console.caller)
        #expect(cleared.billingPolicyId == nil)
    }

    @Test func `a billing policy that is no GUID is refused`() async throws {
        let console = try await Console()
        let id = try await unit(.unprotected, console).id
        try await console.expectRefused(.badRequest) {
            try await console.service.units.changeBilling(
                id: id, workload: nil, { BillingChange(id: "x") }, Console.caller)
        }
    }

    @Test func `a unit is found under its own workload only`() async throws {
        let console = try await Console()
        let id = try await unit(.unprotected, console).id
        try await console.expectRefused(.protectionUnitNotFound) {
            try await console.service.units.changeBilling(
                id: id, workload: .sharePoint, { BillingChange(id: nil) }, Console.caller)
        }
    }

    @Test func `of many who ask one unit's backups away exactly one succeeds`() async throws {
        let console = try await Console()
        let id = try await unit(.unprotected, console).id
        let race = try await Race(6) { _ in _ = try await console.service.units.offboard(id: id, Console.caller) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .operationNotAllowed, count: 5))
    }

    @Test(arguments: 0..<4)
    func `of a deletion that is asked for and a policy that takes the unit exactly one wins`(
        round: Int
    ) async throws {
        let console = try await Console()
        let unit = try await unit(.unprotected, console)
        let draft = PolicyDraft(workload: .oneDriveForBusiness, displayName: "P", unitKeys: [unit.sourceId])
        let race = try await Race(2) { number in
            if (number + round) % 2 == 0 {
                _ = try await console.service.units.offboard(id: unit.id, Console.caller)
            } else {
                _ = try await console.service.policies.create(draft, Console.caller)
            }
        }
        #expect(race.winners.count == 1)
        #expect(race.codes == [.operationNotAllowed])
        let isAsked = try await console.find(ProtectionUnit.self, unit.id).status == .offboardRequested
        #expect(try await console.all(ProtectionPolicy.self).isEmpty == isAsked)
    }
}
