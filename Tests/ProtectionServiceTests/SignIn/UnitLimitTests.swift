import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// The help desk restores one account at a time, whichever way it asks.
@Suite struct UnitLimitTests {
    private static let helpDesk = Caller(
        application: Console.caller.application, user: Console.caller.user, unitLimit: 1)

    private func units(_ console: Console) async throws -> [ProtectionUnit] {
        let units = [try await console.insertUnit(.protected), try await console.insertUnit(.protected, of: "diego")]
        for unit in units { _ = try await console.insertPoint(of: unit) }
        return units
    }

    private func draft(_ units: [ProtectionUnit], _ console: Console) -> RestorePlanDraft {
        var scope = RestorePlanScope()
        scope.unitIds = units.map(\.id)
        return RestorePlanDraft(scope: scope, moment: RestorePlanMoment(.at, at: console.now))
    }

    @Test func `a plan of two accounts is refused, and one of one is made`() async throws {
        let console = try await Console()
        let units = try await units(console)
        try await console.expectRefused(.unitLimitExceeded) {
            try await console.service.plans.create(draft(units, console), Self.helpDesk)
        }
        _ = try await console.service.plans.create(draft([units[0]], console), Self.helpDesk)
        _ = try await console.service.plans.create(draft(units, console), Console.caller)
    }

    @Test func `a session of two accounts is not activated, and one of one is`() async throws {
        let console = try await Console()
        var points: [String] = []
        for person in ["adele", "diego"] {
            points.append(try await console.insertPoint(of: try await console.insertUnit(.protected, of: person)).id)
        }
        func session(_ points: [String]) async throws -> String {
            let artifacts = points.map { RestoreArtifactDraft(restorePointID: $0, destinationType: .new) }
            return try await console.service.restores.create(
                RestoreSessionDraft(workload: .oneDriveForBusiness, artifacts: artifacts), Console.caller
            ).id
        }
        let both = try await session(points)
        try await console.expectRefused(.unitLimitExceeded) {
            try await console.service.restores.activate(id: both, Self.helpDesk)
        }
        #expect(try await console.service.restores.unitCount(ofSession: both) == 2)
        let one = try await session([points[0]])
        #expect(try await console.service.restores.activate(id: one, Self.helpDesk).status == .activating)
    }
}
