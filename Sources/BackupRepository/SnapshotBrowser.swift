public import FileTree
import ResticFormat

/// Looks around in one snapshot without keeping more than one tree's text in memory. Safe to use from many tasks at once.
public struct SnapshotBrowser: Sendable {
    /// A folder of the snapshot.
    public struct Folder: Sendable, Hashable {
        let tree: ObjectID
    }

    /// One entry of a folder.
    public struct Entry: Sendable {
        /// The raw bytes of its name, a valid one.
        public var name: [UInt8]
        /// What it is.
        public var kind: ItemKind
        /// Content length in bytes; 0 for everything but files.
        public var size: UInt64
        /// Time of the last change of content.
        public var modified: Timestamp
        /// What is below it; nil for everything but folders.
        public var folder: Folder?
    }

    /// The snapshot's root.
    public let root: Folder
    /// Content bytes of all files in the snapshot; nil where its writer did not record them.
    public let totalBytes: UInt64?
    private let trees: TreeReader

    /// Opens a snapshot.
    /// - Throws: `RepositoryError`: `snapshotNotFound`, `damaged`, `storage`.
    public init(_ repository: Repository, snapshot id: String) async throws {
        let info = try await repository.snapshot(id)
        root = Folder(tree: try repository.treeID(of: info))
        totalBytes = info.statistics?.totalBytes
        trees = TreeReader(repository: repository, index: try await repository.index())
    }

    /// Goes through the entries of a folder, in the order of the snapshot (sorted by name as restic and Holdfast write them).
    /// Entries with impossible names are left out.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    public func visit(_ folder: Folder, _ body: (Entry) -> Void) async throws {
        try await trees.visit(folder.tree) { node in
            guard TreePath.isValidName(node.name) else { return }
            let isFile = node.type == .file
            body(Entry(
                name: node.name, kind: node.type.kind, size: isFile ? node.size : 0, modified: Timestamp(node.mtime),
                folder: node.type == .dir ? node.subtree.map(Folder.init) : nil))
        }
    }

    /// How many entries a folder has.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    public func count(_ folder: Folder) async throws -> Int {
        var count = 0
        try await visit(folder) { _ in count += 1 }
        return count
    }
}
