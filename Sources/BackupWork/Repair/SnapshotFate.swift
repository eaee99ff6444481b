import BackupRepository
import Catalog
import ProtectionService

/// What became of a snapshot that restore points name and that is not there any more.
///
/// Stock restic replaces the description of a snapshot by one with another ID: `tag`, `rewrite` and
/// `repair snapshots` do. `forget` removes it. What a point gives back is a tree, so the point is
/// whole as long as that tree is, whatever describes it.
enum SnapshotFate: Hashable, Sendable {
    /// Another snapshot holds exactly the same.
    case found(id: String)
    /// No snapshot holds it, but everything is still there: a description of the tree
    /// can be stored again.
    case describable(tree: String)
    /// Another program rewrote the snapshot with other content, and what it held is
    /// not there any more.
    case changed(id: String)
    /// Nothing of it is left.
    case gone

    /// The snapshot that stands for it now.
    var successor: String? {
        switch self {
        case .found(let id), .changed(let id): id
        case .describable, .gone: nil
        }
    }
}

extension SnapshotFate {
    /// What became of it and what to do, for a person.
    var explanation: String {
        switch self {
        case .found(let id):
            "\(id) holds the same ('restic tag' leaves it so); 'holdfast repository repair' leads its restore points "
                + "there, and nothing is lost"
        case .describable:
            "it was removed, but all that it held is still there; 'holdfast repository repair' brings it back"
        case .changed(let id):
            """
            another program stored it anew as \(id) with other content; what its restore points gave back is lost \
            in part
            """
        case .gone: "it was removed, and what it held is not there any more; its restore points are lost"
        }
    }
}

/// A snapshot that points name and that is not there.
struct MissingSnapshot: Hashable, Sendable {
    var id: String
    /// The tree that it had, where the ledger tells.
    var tree: String?
    /// The points that name it.
    var pointIDs: Set<String> = []

    /// What became of it, as far as the descriptions of the snapshots that are there tell.
    /// - Parameter isWhole: whether everything beneath `tree` is there.
    func fate(present: [SnapshotInfo], isWhole: Bool) -> SnapshotFate {
        let claimants = present.filter {
            $0.original == id || PointTag.pointID(in: $0.tags).map(pointIDs.contains) == true
        }
        guard let tree else {
            // No ledger tells what it held: who edits a description alone leaves no
            // mark of changed content.
            guard let claimant = claimants.last else { return .gone }
            return claimant.bearsMarkOfChange ? .changed(id: claimant.id) : .found(id: claimant.id)
        }
        if let same = (claimants + present).first(where: { $0.tree == tree }) { return .found(id: same.id) }
        if isWhole { return .describable(tree: tree) }
        return claimants.last.map { .changed(id: $0.id) } ?? .gone
    }
}

extension SnapshotInfo {
    /// Whether the snapshot is of a unit's drive. Owners may keep backups of their own in the
    /// repository, which are not ours to forget.
    func isOf(unitID: String) -> Bool { paths.contains("/" + unitID) }

    /// Tags of snapshots that hold other content than their originals: `restic rewrite`'s, `restic
    /// repair snapshots`', our own repair's.
    private static let marksOfChange: Set<String> = ["rewrite", "repaired", Repairer.mendedTag]

    /// Whether a tag says that the content is not the original's.
    var bearsMarkOfChange: Bool { !Self.marksOfChange.isDisjoint(with: tags) }

    /// Whether the snapshot holds something else than what it stands for, as far as the ledger
    /// and its tags tell.
    func isChanged(knownTrees: [String: String]) -> Bool {
        if let stored = knownTrees[id] ?? original.flatMap({ knownTrees[$0] }) { return stored != tree }
        return original != nil && bearsMarkOfChange
    }
}

extension LedgerKeeper {
    /// What became of the snapshots that rows of the catalogue name and that are not there.
    /// - Parameter unreadable: snapshots that are there and cannot be read, which is no better.
    func fates(unreadable: [String] = []) async throws -> [MissingSnapshot: SnapshotFate] {
        let missing = try await relied().subtracting(Set(try await repository.snapshotIDs()).subtracting(unreadable))
        guard !missing.isEmpty else { return [:] }
        let trees = try await knownTrees()
        let present = try await repository.readableSnapshots().filter { $0.isOf(unitID: unit.id) }
        let whole = try await repository.wholeTrees(among: Set(missing.compactMap { trees[$0] }))
        var fates: [MissingSnapshot: SnapshotFate] = [:]
        for id in missing {
            let naming = Query<RestorePoint>(where: .and([.equal("unitId", unit.id), .equal("snapshotId", id)]))
            let points = try await dependencies.catalog.page(naming).map(\.id)
            let snapshot = MissingSnapshot(id: id, tree: trees[id], pointIDs: Set(points))
            fates[snapshot] = snapshot.fate(present: present, isWhole: snapshot.tree.map(whole.contains) ?? false)
        }
        return fates
    }
}
