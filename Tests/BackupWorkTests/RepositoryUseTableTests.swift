import BackupTesting
import Catalog
import Foundation
import ProtectionService
import Testing

@testable import BackupWork

@Suite struct RepositoryUseTableTests {
    /// What waits, what runs or waits in its way, and whether it waits for that.
    @Test(arguments: [
        (JobKind.backup, JobKind.prune, JobState.running, true), (.backup, .prune, .waiting, false),
        (.backup, .deleteRepository, .waiting, true), (.backup, .verify, .running, false),
        (.verify, .prune, .running, true), (.verify, .backup, .running, false), (.prune, .backup, .running, true),
        (.prune, .backup, .waiting, true), (.prune, .verify, .running, false),
        (.deleteRepository, .backup, .running, true), (.deleteRepository, .backup, .waiting, false),
        (.indexNames, .prune, .running, true), (.indexNames, .backup, .running, false),
        (.indexNames, .deleteRepository, .waiting, true), (.prune, .indexNames, .running, true),
        (.prune, .indexNames, .waiting, false), (.backup, .indexNames, .running, false),
        (.deleteRepository, .indexNames, .running, true), (.searchFiles, .deleteRepository, .running, false),
        (.backup, .sweep, .running, true), (.backup, .sweep, .waiting, false), (.sweep, .backup, .waiting, true),
        (.sweep, .prune, .running, true), (.prune, .sweep, .running, true), (.verify, .sweep, .running, true),
        (.sweep, .deleteRepository, .waiting, true), (.deleteRepository, .sweep, .running, true),
        (.renewLocks, .prune, .running, true), (.renewLocks, .backup, .running, false),
        (.renewLocks, .deleteRepository, .waiting, true), (.prune, .renewLocks, .running, false),
        (.deleteRepository, .renewLocks, .running, true), (.backup, .renewLocks, .running, false),
        (.deleteRepository, .verify, .running, true), (.settle, .deleteRepository, .running, false),
    ])
    func `a job waits for others of its repository as the table says`(
        kind: JobKind, other: JobKind, state: JobState, isBlocked: Bool
    ) async throws {
        let catalog = try await TemporaryCatalog.make()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let job = Job(id: "a", kind: kind.rawValue, subjectId: "u", runAfterDateTime: now, createdDateTime: now)
        var inTheWay = Job(
            id: "b", kind: other.rawValue, subjectId: "u", runAfterDateTime: now, createdDateTime: now
        ).with {
            $0.state = state
        }
        if state == .running {
            inTheWay.leaseOwner = "holder"
            inTheWay.leaseExpiresDateTime = now.addingTimeInterval(60)
        }
        try await catalog.store.write { [inTheWay] in try $0.insert(inTheWay) }
        #expect(try await catalog.store.read { try RepositoryUse($0).isBlocked(job, now: now) } == isBlocked)
        let elsewhere = Job(id: "c", kind: kind.rawValue, subjectId: "v", runAfterDateTime: now, createdDateTime: now)
        #expect(try await catalog.store.read { try !RepositoryUse($0).isBlocked(elsewhere, now: now) })
    }

    @Test(arguments: [
        (JobKind.planUnit, JobKind.prune, true), (.planUnit, .deleteRepository, true), (.planUnit, .backup, false),
        (.prune, .planUnit, true), (.planUnit, .sweep, true), (.sweep, .planUnit, true),
        (.deleteRepository, .planUnit, false),
    ])
    func `a plan of a unit uses its repository as a restore does`(
        kind: JobKind, other: JobKind, isBlocked: Bool
    ) async throws {
        let catalog = try await TemporaryCatalog.make()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        var plan = RestorePlanRecord()
        plan.id = "plan"
        var planned = PlanUnit()
        (planned.id, planned.planId, planned.unitId) = ("planned", "plan", "u")
        let subject = { (kind: JobKind) in kind == .planUnit ? "planned" : "u" }
        let job = Job(
            id: "a", kind: kind.rawValue, subjectId: subject(kind), runAfterDateTime: now, createdDateTime: now)
        let inTheWay = Job(
            id: "b", kind: other.rawValue, subjectId: subject(other), runAfterDateTime: now, createdDateTime: now
        ).with {
            $0.state = .running
            $0.leaseOwner = "holder"
            $0.leaseExpiresDateTime = now.addingTimeInterval(60)
        }
        try await catalog.store.write { [plan, planned] writer in
            try writer.insert(plan)
            try writer.insert(planned)
            try writer.insert(inTheWay)
        }
        #expect(try await catalog.store.read { try RepositoryUse($0).isBlocked(job, now: now) } == isBlocked)
    }

    @Test func `a prune yields to no backup where the worker does none`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let prune = Job(id: "a", kind: "prune", subjectId: "u", runAfterDateTime: now, createdDateTime: now)
        let backup = Job(id: "b", kind: "backup", subjectId: "u", runAfterDateTime: now, createdDateTime: now)
        try await catalog.store.write { try $0.insert(backup) }
        #expect(
            try await catalog.store.read {
                try !RepositoryUse($0).isBlocked(prune, now: now, yieldsToBackups: false)
            })
    }
}
