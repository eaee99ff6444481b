import BackupTesting
import Catalog
import FileTree
import Foundation
import ProtectionRules
import ProtectionService
import SampleData
import Testing

/// A service over drives in memory: real backups by real jobs, ten minutes from one to the next.
final class Trial {
    let fixture: ServiceFixture
    private let tenant = MemoryTenant()
    private var units: [(unit: ProtectionUnit, drive: TrialDrive)] = []
    /// What was true of a drive when a point of it was taken, by the point's id.
    private var truths: [String: Truth] = [:]
    private(set) var points = 0

    struct Truth {
        var unitID: String
        var damage: Int
        var isTouched: Bool
        var edits: Int
        /// How many points of the unit there were before.
        var number: Int
    }

    init() async throws {
        fixture = try await ServiceFixture(tenant: tenant) { dependencies in
            dependencies.worker.engineWidth = 1
            dependencies.intervals.verifyPeriodDays = 0
        }
        let tenantID = fixture.service.tenantID
        let policy = ProtectionPolicy(
            id: "policy", workload: .oneDriveForBusiness, displayName: "all", status: .active, retentionDays: 365,
            createdDateTime: fixture.clock.now()
        ).with {
            $0.activatedDateTime = fixture.clock.now()
        }
        try await fixture.catalog.write { writer in
            try writer.save(ServiceState(id: tenantID, status: .enabled))
            try writer.insert(policy)
        }
    }

    var drives: [TrialDrive] { units.map(\.drive) }

    func protect(_ drive: TrialDrive) async throws {
        let unit = ProtectionUnit(
            id: "unit-\(units.count)", workload: .oneDriveForBusiness, sourceId: "source-\(units.count)",
            status: .protectRequested, protectionSources: [], createdDateTime: fixture.clock.now()
        ).with {
            $0.policyId = "policy"
            $0.nextBackupDateTime = fixture.clock.now()
        }
        tenant.add(userID: unit.sourceId, drive: drive.tree)
        try await fixture.catalog.write { try $0.insert(unit) }
        units.append((unit, drive))
    }

    /// Ten minutes later: a point of each drive.
    func takePoints() async throws {
        fixture.clock.turn(seconds: 600)
        try await fixture.settle()
        for (unit, drive) in units {
            let newest = Query<RestorePoint>(
                where: .equal("unitId", unit.id), order: [.init("protectionDateTime", ascending: false)], limit: 1)
            let point = try #require(try await fixture.catalog.page(newest).first)
            guard truths[point.id] == nil else { continue }
            let number = try await fixture.catalog.count(Query<RestorePoint>(where: .equal("unitId", unit.id)))
            truths[point.id] = Truth(
                unitID: unit.id, damage: drive.damage, isTouched: drive.isTouched || drive.damage > 0,
                edits: drive.edits, number: number)
            points += 1
        }
    }

    func incidents() async throws -> [Incident] { try await fixture.service.incidents.list() }

    /// What the service proposes for each unit that it found, beside what is true.
    func proposals(_ incident: Incident) async throws -> [(drive: TrialDrive, point: Truth?, best: Truth?)] {
        try await fixture.service.incidents.units(ofIncident: incident.id).map { entry in
            let found = entry.unit
            let drive = try #require(units.first { $0.unit.id == found.unitId }).drive
            let point = found.lastCleanPointId.flatMap { truths[$0] }
            return (drive, point, best(of: found.unitId))
        }
    }

    /// The last point before the attacker came.
    private func best(of unitID: String) -> Truth? {
        truths.values.filter { $0.unitID == unitID && !$0.isTouched }.max { $0.number < $1.number }
    }
}
