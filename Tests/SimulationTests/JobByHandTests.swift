@testable import BackupWork
import Concurrency
import BackupRepository
import BackupTesting
import Catalog
import Testing

@testable import ProtectionRules
@testable import ProtectionService

/// What a person asked for, and whose job's row goes before its end was seen.
@Suite struct JobByHandTests {
    /// Waits for the job of a kind, and removes its row.
    private func lose(_ kind: JobKind, _ world: World, _ service: ServiceContext) async throws {
        let ofKind = RowPredicate.equal("kind", kind.rawValue)
        let waiting = Query<Job>(where: .and([ofKind, .equal("state", JobState.waiting)]))
        while try await world.catalog.count(waiting) == 0 { await Task.yield() }
        try await world.catalog.write { _ = try $0.delete(Job.self, where: ofKind) }
        service.signal.notify()
    }

    @Test(.timeLimit(.minutes(1))) func `a verification whose job is gone is no clean one`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let asked = Task { try await service.repositories.verify(unitID: unitID) }
        try await lose(.verify, world, service)
        let error = await #expect(throws: ServiceError.self) { try await asked.value }
        #expect(error?.message.contains("not known") == true)
    }

    @Test(.timeLimit(.minutes(1))) func `a prune whose job is gone does not count as done`() async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let asked = Task { try await service.repositories.prune(unitID: unitID) }
        try await lose(.prune, world, service)
        let error = await #expect(throws: ServiceError.self) { try await asked.value }
        #expect(error?.message.contains("not known") == true)
    }

    @Test(.timeLimit(.minutes(1))) func `of a backup whose job is gone nobody says that there is no point`()
        async throws
    {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(1)
        let asked = Task { try await service.backups.takeNow([unitID]) }
        try await lose(.backup, world, service)
        let error = await #expect(throws: ServiceError.self) { try await asked.value }
        #expect(error?.message.contains("not known") == true)
    }
}
