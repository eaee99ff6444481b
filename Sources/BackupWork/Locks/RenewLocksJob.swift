import BackupRepository
import Catalog
import Foundation
import Logging
import ObjectStorage
import ProtectionService

/// Locks again what the points of a unit need, before its lock runs out, and tells what somebody
/// deleted there, or replaced by other content.
struct RenewLocksJob: JobRunner {
    func run(_ job: Job, _ context: JobContext) async throws -> JobOutcome {
        guard let open = try await context.openRepository(unitID: job.subjectId), open.repository.store.versions != nil
        else { return .nothing }
        let report = try await UnitLocks(context.dependencies, unitID: job.subjectId, open, cache: cache(job, context))
            .renew()
        let metadata: Logger.Metadata = ["unit": "\(job.subjectId)"]
        for tampering in report.tampered.prefix(100) {
            context.logger.error(
                "Somebody changed what is locked. 'holdfast repository rewind' brings it back.",
                metadata: metadata.merging(["object": "\(tampering.name)", "cause": "\(tampering)"]) { $1 })
        }
        context.logger.info(
            "Renewed the locks of a unit's repository.",
            metadata: metadata.merging([
                "renewed": "\(report.renewed)", "kept": "\(report.kept)", "tampered": "\(report.tampered.count)",
            ]) { $1 })
        context.dependencies.lockWatch.note(job.subjectId, tampered: report.tampered.count)
        context.dependencies.lockWatch.tell(context.dependencies.health, at: context.now)
        return .done(result: "\(report.tampered.count) changed") { _ in }
    }

    private func cache(_ job: Job, _ context: JobContext) -> CacheEntry? {
        context.dependencies.memory.cache.map {
            CacheEntry(context.cacheFolder(ofUnit: job.subjectId) + "retention", in: $0)
        }
    }

    func fail(_ job: Job, with failure: JobFailure, context: JobContext, writer: CatalogWriter) throws {
        // The next day adds it again. Two thirds of the days of the lock are left for that.
    }
}

/// The locks of one unit's repository, and of what lies beside it.
struct UnitLocks {
    private let dependencies: ServiceDependencies
    private let unitID: String
    private let repository: Repository
    private let beside: any ObjectStore
    /// Until when versions are locked, so that they need not be asked for it each day.
    private let cache: CacheEntry?

    init(
        _ dependencies: ServiceDependencies, unitID: String, _ open: (repository: Repository, row: UnitRepository),
        cache: CacheEntry?
    ) {
        (self.dependencies, self.unitID, self.cache) = (dependencies, unitID, cache)
        repository = open.repository
        beside = dependencies.storeBeside(open.row)
    }

    func renew() async throws -> LockReport {
        let known = cache?.read().flatMap { try? JSONDecoder().decode([String: Int].self, from: Data($0)) } ?? [:]
        let now = Int(dependencies.clock.now().timeIntervalSince1970)
        var found: [String: Int] = [:]
        var report = LockReport()
        for part in try await parts() {
            var kept = known
            report += try await LockRenewal(part.versions, now: now).run(
                part.objects, in: part.histories, known: &kept)
            found.merge(kept) { $1 }
        }
        if let data = try? JSONEncoder().encode(found) { cache?.write(Array(data)) }
        return report
    }

    /// What somebody changed, as a check tells it. Reads get the right versions, so that nothing else of
    /// a check would find it; stock restic would.
    func problems() async throws -> [CheckProblem] {
        var found: [Tampering] = []
        for part in try await parts() {
            found += try await LockRenewal(part.versions, now: 0).tampering(with: part.objects, in: part.histories)
        }
        return found.map {
            CheckProblem(.error, object: $0.name, message: "it \($0.kind.rawValue): 'holdfast repository rewind'")
        }
    }

    private typealias Needed = (objects: [NeededObject], histories: [String: VersionHistory])
    private typealias Part = (
        versions: any ObjectVersions, objects: [NeededObject], histories: [String: VersionHistory]
    )

    /// The repository and what lies beside it, as far as their stores keep versions.
    private func parts() async throws -> [Part] {
        var parts: [Part] = []
        if let versions = repository.store.versions {
            let needed = try await needed(versions)
            parts.append((versions, needed.objects, needed.histories))
        }
        if let versions = beside.versions {
            let needed = try await neededBeside(versions)
            parts.append((versions, needed.objects, needed.histories))
        }
        return parts
    }

    private func needed(_ versions: any ObjectVersions) async throws -> Needed {
        // The rows come first: what they name is in the list then.
        let relied = try await dependencies.catalog.read { [unitID] in
            try RepositoryRows($0).snapshotsInUse(unitID: unitID, includingDamaged: false)
        }
        let histories = VersionHistory.all(try await versions.list(prefix: ""))
        return (try await repository.neededObjects(for: relied, in: histories), histories)
    }

    /// Whose repository it is, copies of what opens it, and the entries of the ledger that the
    /// catalogue has of its own.
    private func neededBeside(_ versions: any ObjectVersions) async throws -> Needed {
        let (secrets, unitID) = (dependencies.secrets, unitID)
        let rows = try await dependencies.catalog.page(Query<LedgerRow>(where: .equal("unitId", unitID)))
        let histories = VersionHistory.all(try await versions.list(prefix: ""))
        var needed = rows.map { row in
            let entry = Array(row.entry.utf8)
            return NeededObject(BesideRepository.entry(row.sequence)) { $0 == entry }
        }
        guard !rows.isEmpty else { return (needed, histories) }
        needed.append(
            NeededObject(BesideRepository.identity) { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                return SealedText.open(text, as: RepositoryIdentity.self, unitID: unitID, secrets) != nil
            })
        let opening = try await repository.openingObjects()
        for (name, bytes) in opening where histories[BesideRepository.opening + name] != nil {
            needed.append(NeededObject(BesideRepository.opening + name) { $0 == bytes })
        }
        return (needed, histories)
    }
}
