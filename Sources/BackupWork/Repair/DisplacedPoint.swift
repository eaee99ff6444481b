import BackupRepository
public import Catalog
import FileTree
import Foundation
import ProtectionService

/// A restore point whose snapshot another program removed or rewrote.
public struct DisplacedPoint: Sendable, Hashable {
    /// What became of it.
    public enum Fate: String, Sendable, Hashable {
        /// Its content is described by another snapshot, or will be again: nothing is lost.
        case whole
        /// What holds its place has other content, and what it gave back is not there any more.
        case changed
        /// Nothing of it is left.
        case gone
    }

    /// The point as it was before the repair.
    public var point: RestorePoint
    /// What became of it.
    public var fate: Fate

    /// Whether it gives back everything that it should.
    public var isWhole: Bool { fate == .whole }
}

extension RepositoryOperations {
    /// The points of missing snapshots, oldest first.
    func displaced(_ fates: [MissingSnapshot: SnapshotFate], unitID: String) async throws -> [DisplacedPoint] {
        var displaced: [DisplacedPoint] = []
        for (snapshot, fate) in fates {
            let naming = Query<RestorePoint>(
                where: .and([.equal("unitId", unitID), .equal("snapshotId", snapshot.id)]))
            displaced += try await catalog.page(naming).map {
                DisplacedPoint(point: $0, fate: DisplacedPoint.Fate(fate))
            }
        }
        return displaced.sorted {
            ($0.point.protectionDateTime, $0.point.id) < ($1.point.protectionDateTime, $1.point.id)
        }
    }

    /// Leads the points of missing snapshots to what holds their content now. Those of which
    /// nothing is left stay as they are.
    ///
    /// A description that is stored here is found by the next repair if this one is interrupted.
    func lead(
        _ fates: [MissingSnapshot: SnapshotFate], of unit: ProtectionUnit, in repository: Repository,
        keeper: LedgerKeeper
    ) async throws {
        for (snapshot, fate) in fates {
            let successor: String
            switch fate {
            case .found(let id): successor = id
            case .describable(let tree):
                successor = try await describe(
                    snapshot, tree: tree, tags: [], of: unit, in: repository, keeper: keeper)
            case .changed(let id):
                // The mark says in the repository itself that points of this snapshot do
                // not give back everything.
                let found = try await repository.snapshot(id)
                guard !found.tags.contains(Repairer.mendedTag) else {
                    successor = id
                    break
                }
                successor = try await describe(
                    snapshot, tree: found.tree, tags: [Repairer.mendedTag], of: unit, in: repository, keeper: keeper)
            case .gone: continue
            }
            try await change { writer in
                let points = RowPredicate.and([.equal("unitId", unit.id), .equal("snapshotId", snapshot.id)])
                try writer.update(RestorePoint.self, where: points, set: ["snapshotId": successor.sqlValue])
                let last = RowPredicate.and([.equal("id", unit.id), .equal("lastSnapshotId", snapshot.id)])
                try writer.update(UnitRepository.self, where: last, set: ["lastSnapshotId": successor.sqlValue])
            }
        }
    }

    private func describe(
        _ snapshot: MissingSnapshot, tree: String, tags: [String], of unit: ProtectionUnit,
        in repository: Repository, keeper: LedgerKeeper
    ) async throws -> String {
        let naming = RowPredicate.and([.equal("unitId", unit.id), .equal("snapshotId", snapshot.id)])
        let points = try await catalog.page(
            Query<RestorePoint>(where: naming, order: [.init("protectionDateTime")]))
        let first = points.first
        // It bears the mark only where all of them were taken before restores.
        let sessionID = points.contains { $0.undoSessionId == nil } ? nil : first?.undoSessionId
        let draft = SnapshotDraft(
            tree: tree, time: Timestamp(first?.protectionDateTime ?? now), label: unit.id, hostname: unit.hostname,
            tags: (first.map { PointTag.texts($0.id, before: sessionID) } ?? []) + tags, original: snapshot.id)
        return try await repository.store(draft) { try await keeper.append(.archived, added: [$0], trees: [$0: $1]) }
    }
}

extension DisplacedPoint.Fate {
    init(_ fate: SnapshotFate) {
        switch fate {
        case .found, .describable: self = .whole
        case .changed: self = .changed
        case .gone: self = .gone
        }
    }
}
