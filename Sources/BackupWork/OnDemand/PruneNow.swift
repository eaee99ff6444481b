public import BackupRepository
import Catalog
import Concurrency
import Foundation
import ProtectionRules
import ProtectionService

extension RepositoryOperations {
    /// What a prune of a unit's repository would do now, without changing anything.
    /// - Returns: the snapshots that no restore point names, and what becomes of
    ///   the packs without them.
    /// - Throws: `protectionUnitNotFound`; `RepositoryError`.
    public func planPrune(unitID: String) async throws -> (forgotten: [String], plan: PrunePlan) {
        let row = try await context.units.repositoryRow(unitID: unitID)
        guard let open = try await RepositoryOpener(dependencies).open(unitID: row.id) else {
            throw ServiceError(.protectionUnitNotFound, "There is no repository of a unit '\(unitID)'.")
        }
        // Their points come back before a prune.
        let keeper = try await LedgerKeeper.find(
            unitID: row.id, repository: open.repository, dependencies)
        let missed = try await keeper?.missed() ?? []
        let kept = LedgerEntry.snapshots(after: missed.map(\.entry)).union(
            try await keeper?.fates().values.compactMap(\.successor) ?? [])
        let snapshots = try await open.repository.snapshots().filter { $0.isOf(unitID: row.id) }.map(\.id)
        let named = try await look { reader in
            Set(try reader.groupedCount(Query<RestorePoint>(where: .equal("unitId", row.id)), by: "snapshotId").keys)
        }
        let forgotten = snapshots.filter { !named.contains($0.sqlValue) && !kept.contains($0) }
        let pruner = Pruner(repository: open.repository, options: .fitting(open.repository.store))
        return (forgotten, try await pruner.plan(forgetting: Set(forgotten)))
    }

    /// Prunes a unit's repository as soon as a worker of this process or another gets to it, and
    /// returns when that is done.
    /// - Throws: `protectionUnitNotFound`; `unknownError` where it failed.
    public func prune(unitID: String) async throws {
        let row = try await context.units.repositoryRow(unitID: unitID)
        let (job, now) = (job(.prune, row.id), now)
        let waiting = RowPredicate.and([
            .equal("kind", job.kind), .equal("subjectId", row.id), .equal("state", JobState.waiting),
        ])
        try await runNow(job) { writer in
            _ = try writer.update(Job.self, where: waiting, set: ["runAfterDateTime": now.sqlValue])
        }
    }

    /// Verifies a unit's repository in full as a job, and returns when that is done.
    /// - Returns: how many problems there are.
    /// - Throws: `protectionUnitNotFound`; `unknownError` where it failed, or where nobody
    ///   knows how it ended.
    public func verify(unitID: String) async throws -> Int {
        let row = try await context.units.repositoryRow(unitID: unitID)
        let job = try await runNow(job(.verify, row.id)) { _ in }
        // Of damage in what is stored alone the repository's health tells.
        return job.result.flatMap { $0.split(separator: " ").first.flatMap { Int($0) } } ?? 0
    }

    /// Adds a job, or takes the open one of its kind and subject, and waits for its end.
    /// - Returns: the job at its end.
    /// - Throws: `unknownError` where it failed, or where its row is gone: nobody knows
    ///   how it ended then.
    @discardableResult
    private func runNow(
        _ job: Job, bringForward: @escaping @Sendable (CatalogWriter) throws -> Void
    ) async throws -> Job {
        let id = try await change(makesDue: false) { writer -> String in
            if try writer.addJob(job) { return job.id }
            try bringForward(writer)
            let open = Query<Job>(
                where: .and([
                    .equal("kind", job.kind), .equal("subjectId", job.subjectId),
                    .oneOf("state", [JobState.waiting, .running]),
                ]))
            return try writer.first(open)?.id ?? job.id
        }
        while true {
            let seen = signal.generation
            guard let job = try await catalog.find(Job.self, id: id) else {
                throw ServiceError(
                    .unknownError,
                    "How the job ended is not known: its record is gone, as that of every job some days after its end. "
                        + "Ask for it again.")
            }
            switch job.state {
            case .done: return job
            case .failed: throw ServiceError(.unknownError, job.error?.message ?? "The job failed; no reason is known.")
            case .waiting, .running:
                try await dependencies.clock.sleep(until: now.addingTimeInterval(0.2), orAfter: [(signal, seen)])
            }
        }
    }
}
