import BackupTesting
import Catalog
import FileTree
import Foundation
import ProtectionRules
import ProtectionService
import SampleData
import Testing

@testable import BackupRepository
@testable import BackupWork

/// A service over drives in memory, ten minutes from one backup to the next.
final class Trial {
    /// How a point comes to be.
    enum Way: CaseIterable {
        /// Real backups by real jobs.
        case jobs
        /// Nothing is stored: the archiver's functions over what differs, then the rows and rules of
        /// a real backup. Some fifty times as fast.
        case figures
    }

    let way: Way
    let fixture: ServiceFixture
    private let tenant = MemoryTenant()
    private var units: [(unit: ProtectionUnit, drive: TrialDrive)] = []
    private var figures: [TrialFigures] = []
    /// Backups that are not recorded yet.
    private var pending: [Pending] = []

    private struct Pending {
        var backup: TakenBackup
        var unitID: String
        var now: Date
    }
    /// What was true of a drive when a point of it was taken, by the point's id.
    private var truths: [String: Truth] = [:]
    private var numbers: [String: Int] = [:]
    private(set) var points = 0

    struct Truth {
        var unitID: String
        var damage: Int
        var isTouched: Bool
        var edits: Int
        /// Its place among those of the unit.
        var number: Int
    }

    init(_ way: Way) async throws {
        self.way = way
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
        try await fixture.catalog.write { try $0.insert(unit) }
        units.append((unit, drive))
        switch way {
        case .jobs: tenant.add(userID: unit.sourceId, drive: try #require(drive.tree))
        case .figures:
            let repository = UnitRepository(
                id: unit.id, createdDateTime: fixture.clock.now(), sealedMasterKey: [], location: unit.id)
            try await fixture.catalog.write { try $0.insert(repository) }
            figures.append(try TrialFigures())
        }
    }

    /// Makes a drive that a point can be taken of.
    func drive(_ profile: DriveProfile, files: Int, seed: UInt64) throws -> TrialDrive {
        try TrialDrive(profile, files: files, seed: seed, hasTree: way == .jobs)
    }

    /// Ten minutes later: a point of each drive.
    func takePoints() async throws {
        try await addPoints()
        try await record()
    }

    /// The same, but only figures are made at once; rows follow with `record`. For days on which
    /// nobody asks for what the service found.
    func addPoints() async throws {
        fixture.clock.turn(seconds: 600)
        switch way {
        case .jobs:
            try await fixture.settle()
            for (unit, drive) in units {
                let newest = Query<RestorePoint>(
                    where: .equal("unitId", unit.id), order: [.init("protectionDateTime", ascending: false)], limit: 1)
                note(try #require(try await fixture.catalog.page(newest).first).id, unit, drive)
            }
        case .figures:
            for (number, (unit, drive)) in units.enumerated() { try addFigures(of: unit, drive, figures[number]) }
        }
    }

    private func addFigures(of unit: ProtectionUnit, _ drive: TrialDrive, _ figures: TrialFigures) throws {
        let (parent, before) = (figures.snapshot, figures.fileCount)
        let pointID = fixture.service.dependencies.makeID()
        let outcome = try figures.outcome(of: drive, id: pointID)
        let backup = TakenBackup(
            pointID: pointID, start: fixture.clock.now(), snapshotID: outcome.snapshotID, unread: [], parent: parent,
            files: Int(outcome.statistics.totalFiles), bytes: 0, filesBefore: parent == nil ? nil : before,
            change: ChangeStatistics(outcome, pointID: pointID, unitID: unit.id, isFirst: parent == nil),
            viewGeneration: 0)
        pending.append(Pending(backup: backup, unitID: unit.id, now: fixture.clock.now()))
        note(pointID, unit, drive)
    }

    /// Records the backups whose figures were made.
    func record() async throws {
        if pending.isEmpty { return }
        let dependencies = fixture.service.dependencies
        try await fixture.catalog.write { [pending] writer in
            for entry in pending {
                try BackupRows(writer).record(entry.backup, unitID: entry.unitID, dependencies, entry.now)
            }
        }
        pending = []
    }

    private func note(_ pointID: String, _ unit: ProtectionUnit, _ drive: TrialDrive) {
        guard truths[pointID] == nil else { return }
        numbers[unit.id, default: 0] += 1
        truths[pointID] = Truth(
            unitID: unit.id, damage: drive.damage, isTouched: drive.isTouched || drive.damage > 0,
            edits: drive.edits, number: numbers[unit.id, default: 0])
        points += 1
    }

    /// The rows of all backups so far, oldest first.
    func rows() async throws -> [ChangeStatistics] {
        try await fixture.catalog.page(Query<ChangeStatistics>(order: [.init("dateTime"), .init("unitId")]))
    }

    /// The owner says that an incident is none.
    func dismiss(_ incident: Incident) async throws {
        let now = fixture.clock.now()
        try await fixture.catalog.write { writer in
            var incident = incident
            _ = try IncidentEndings(writer).close(&incident, .dismiss, now: now)
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
