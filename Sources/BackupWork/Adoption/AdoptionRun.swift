import BackupRepository
import Catalog
import FileTree
import Foundation
import Logging
import ObjectStorage
import ProtectionRules
import ProtectionService

/// One adoption, under the only lock of the repository.
///
/// First everything is looked at, then written: what lies beside, the place, the unit's password, the
/// descriptions of snapshots, the rows, at last the beginning of the ledger. Where an earlier run was
/// cut off before the rows, the next one takes back what that left, and begins again.
struct Adoption: Sendable {
    /// A snapshot that becomes a point.
    private struct Candidate {
        var snapshot: SnapshotInfo
        /// The tree of the drive in it.
        var tree: String
    }

    private let context: ServiceContext
    private let unit: ProtectionUnit
    private let request: AdoptionRequest
    private let repository: Repository
    private let root: TreePath
    private var dependencies: ServiceDependencies { context.dependencies }
    private var keeper: LedgerKeeper { LedgerKeeper(dependencies, unit: unit, repository: repository) }

    init(
        _ context: ServiceContext, unit: ProtectionUnit, request: AdoptionRequest, repository: Repository,
        root: TreePath
    ) {
        (self.context, self.unit, self.request) = (context, unit, request)
        (self.repository, self.root) = (repository, root)
    }

    func run() async throws -> AdoptionReport {
        try await requireSound()
        try await requireFree()
        let snapshots = try await repository.snapshots()
        var report = AdoptionReport(unit: unit)
        let candidates = try await candidates(among: snapshots, &report)
        do {
            report.points = try await take(candidates)
        } catch {
            // The first failure is told. What cannot be undone either, the next try replaces.
            try? await undo(unit.id)
            throw error
        }
        return report
    }

    private func refusal(_ reason: String) -> ServiceError {
        ServiceError(
            .operationNotAllowed, "'\(request.place.address)' cannot be taken over: \(reason). Nothing was changed.")
    }

    // MARK: Looking

    /// Refuses what is a repository of Holdfast already.
    private func requireFree() async throws {
        if let attachment = try request.place.attachment() {
            guard try await dependencies.catalog.find(UnitRepository.self, id: attachment) == nil else {
                throw refusal("it is the repository of unit \(attachment) already")
            }
            guard try await isUnfinished(attachment) else {
                throw refusal(
                    "it is the repository of unit \(attachment), which the catalogue does not know; run 'holdfast "
                        + "catalog rebuild'")
            }
            try await undo(attachment)
        }
        let ours = try await repository.snapshots().first {
            $0.tags.contains(Repository.adoptedTag) || PointTag.pointID(in: $0.tags) != nil
        }
        if let ours { throw refusal("another installation of Holdfast uses it (snapshot \(ours.id))") }
    }

    /// Whether an earlier run was cut off: one that ended has begun a ledger.
    private func isUnfinished(_ location: String) async throws -> Bool {
        let beside = dependencies.repositoryStore(BesideRepository.location(location))
        guard try await beside.stat(BesideRepository.adopted) != nil else { return false }
        return try await beside.list(prefix: BesideRepository.ledger).isEmpty
    }

    private func requireSound() async throws {
        let report = try await Checker(repository: repository).check(readsData: false)
        guard !report.isSound else { return }
        let first = report.errors.prefix(3).map(\.description).joined(separator: "; ")
        throw refusal(
            "it is damaged (\(report.errors.count) errors: \(first)); repair it with 'restic repair', and try again")
    }

    /// The snapshots that become points, in the order in which they were made.
    private func candidates(
        among snapshots: [SnapshotInfo], _ report: inout AdoptionReport
    ) async throws -> [Candidate] {
        guard let newest = snapshots.last else { throw refusal("it has no snapshots") }
        var found: [Candidate] = []
        for snapshot in snapshots.inOrder {
            if let tree = try await repository.tree(of: root, in: snapshot) {
                found.append(Candidate(snapshot: snapshot, tree: tree))
            } else {
                report.skipped.append((snapshot.id, "it has no folder '\(Self.text(root))'"))
            }
        }
        guard found.isEmpty else { return found }
        let common = Self.text(try await repository.commonFolder(of: newest))
        throw refusal("no snapshot has a folder '\(Self.text(root))'; what the newest one holds is in '\(common)'")
    }

    private static func text(_ folder: TreePath) -> String { folder.isRoot ? "/" : "/\(folder)" }

    // MARK: Writing

    private func take(_ candidates: [Candidate]) async throws -> [RestorePoint] {
        let beside = dependencies.repositoryStore(BesideRepository.location(unit.id))
        try await beside.write(BesideRepository.adopted, Array(request.place.address.utf8))
        try request.place.attach(as: unit.id)
        try await repository.addPassword(dependencies.secrets.repositoryPassword(unitID: unit.id), origin: .derived)
        try await keeper.writeOpening()
        var points: [RebuiltPoint] = []
        for candidate in candidates { points.append(try await point(of: candidate)) }
        let ordered = RebuiltPoint.inOrder(points)
        try await record(ordered)
        try await keeper.append(.began)
        return ordered.map(\.point)
    }

    /// Describes a snapshot as a point of the unit.
    private func point(of candidate: Candidate) async throws -> RebuiltPoint {
        let draft = SnapshotDraft(
            tree: candidate.tree, time: candidate.snapshot.time, label: unit.id, hostname: unit.hostname,
            tags: [PointTag.text(dependencies.makeID()), Repository.adoptedTag], original: candidate.snapshot.id)
        let id = try await repository.store(draft) { _, _ in }
        let snapshot = try await repository.snapshot(id)
        return RebuiltPoint(.made(from: snapshot, of: unit, dependencies), snapshot, unread: [])
    }

    private func record(_ points: [RebuiltPoint]) async throws {
        let row = UnitRepository(
            id: unit.id, createdDateTime: context.now,
            sealedMasterKey: try dependencies.secrets.seal(repository.masterKey.secretBytes, context: unit.id),
            location: unit.id
        ).with {
            $0.lastSnapshotId = points.last?.snapshot.id
        }
        // Its bytes were never read here: the verification of what was taken over is due first.
        let health = RepositoryHealth(
            id: unit.id, verifiedDateTime: Date(timeIntervalSince1970: 0), storedBytes: try await repository.packBytes()
        )
        let names = context.job(.indexNames, unit.id)
        let isOurs = try await context.change { [unit, makeID = dependencies.makeID] writer in
            guard try writer.find(UnitRepository.self, id: unit.id) == nil,
                try writer.find(RepositoryCreation.self, id: unit.id) == nil
            else { return false }
            if try writer.find(ProtectionUnit.self, id: unit.id) == nil { try writer.insert(unit) }
            try writer.insert(row)
            try writer.save(health)
            try RebuiltPointRows(writer).insert(points, makeID: makeID)
            _ = try writer.addJob(names)
            return true
        }
        guard isOurs else {
            throw refusal("'\(unit.knownName)' was backed up for the first time meanwhile")
        }
    }

    /// Takes back what was written for a unit, the last first. Not where the rows are there.
    private func undo(_ unitID: String) async throws {
        guard try await dependencies.catalog.find(UnitRepository.self, id: unitID) == nil else { return }
        let ours = try await repository.snapshots().filter {
            $0.isOf(unitID: unitID) && $0.tags.contains(Repository.adoptedTag)
        }
        try await repository.forget(ours.map(\.id))
        try await repository.removePassword(dependencies.secrets.repositoryPassword(unitID: unitID))
        try request.place.detach(from: unitID)
        let beside = dependencies.repositoryStore(BesideRepository.location(unitID))
        for object in try await beside.list(prefix: "") { try await beside.delete(object.name) }
    }
}
