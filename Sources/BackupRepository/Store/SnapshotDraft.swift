public import FileTree
import ObjectStorage
import ResticFormat

/// The description of a snapshot that is to be stored for a tree which
/// the repository holds already.
public struct SnapshotDraft: Sendable, Hashable {
    /// The root tree, 64 hexadecimal digits.
    public var tree: String
    /// The time that the snapshot bears.
    public var time: Timestamp
    /// What was backed up, as `ArchiveRequest.label` has it.
    public var label: String
    public var hostname: String
    /// Free words without commas.
    public var tags: [String]
    /// The ID of the snapshot that it stands for.
    public var original: String

    public init(tree: String, time: Timestamp, label: String, hostname: String, tags: [String], original: String) {
        self.tree = tree
        self.time = time
        self.label = label
        self.hostname = hostname
        self.tags = tags
        self.original = original
    }
}

extension Repository {
    /// The root trees among some beneath which everything can be read, as far as the index tells.
    /// - Parameter trees: 64 hexadecimal digits each.
    /// - Throws: `RepositoryError`: `storage`.
    public func wholeTrees(among trees: Set<String>) async throws -> Set<String> {
        guard !trees.isEmpty else { return [] }
        let finder = LossFinder(repository: self, index: try await index(skippingDamaged: true))
        var whole = Set<String>()
        for tree in trees {
            if let id = ObjectID(hex: tree), try await finder.losses(of: id).isEmpty { whole.insert(tree) }
        }
        return whole
    }

    /// Stores the description of a snapshot whose tree is there.
    /// - Parameter announcing: called with the IDs of the snapshot and of its tree
    ///   before it is stored.
    /// - Returns: the snapshot's ID, 64 hexadecimal digits.
    /// - Throws: `RepositoryError`: `damaged` where no tree can have that ID, `storage`, `locked`.
    public func store(
        _ draft: SnapshotDraft, announcing: @escaping @Sendable (_ id: String, _ tree: String) async throws -> Void
    ) async throws -> String {
        guard let tree = ObjectID(hex: draft.tree) else {
            throw RepositoryError.damaged("snapshots/\(draft.original)", "its tree has no valid ID")
        }
        var snapshot = Snapshot(
            time: NodeTime(draft.time), tree: tree, paths: ["/" + draft.label], hostname: draft.hostname,
            username: environment.username,
            tags: draft.tags)
        snapshot.original = ObjectID(hex: draft.original)
        snapshot.programVersion = "holdfast"
        let bytes = snapshot.encoded()
        return try await withLock(exclusive: false) {
            let name = try await self.storeUnpacked(bytes, as: .snapshots) { name in
                try await announcing(ObjectNames.id(of: name)?.hex ?? name, draft.tree)
            }
            return ObjectNames.id(of: name)?.hex ?? name
        }
    }
}
