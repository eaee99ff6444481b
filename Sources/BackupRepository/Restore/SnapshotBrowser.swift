public import FileTree
import ResticFormat

/// Looks around in one snapshot without keeping more than one tree's text in memory, and long
/// folders in short form. Safe to use from many tasks at once.
public struct SnapshotBrowser: Sendable {
    /// A folder of the snapshot.
    public struct Folder: Sendable, Hashable {
        let tree: ObjectID
    }

    /// One entry of a folder.
    public struct Entry: Sendable {
        /// The raw bytes of its name, a valid one.
        public var name: [UInt8]
        public var kind: ItemKind
        /// Content length in bytes; 0 for everything but files.
        public var size: UInt64
        /// Time of the last change of content.
        public var modified: Timestamp
        /// What is below it; nil for everything but folders.
        public var folder: Folder?
    }

    public let root: Folder
    /// Content bytes of all files in the snapshot; nil where its writer did not record them.
    public let totalBytes: UInt64?
    private let trees: TreeReader
    private let memory: FolderMemory

    /// Opens a snapshot.
    /// - Parameter memory: where long folders are kept for the next browser.
    /// - Throws: `RepositoryError`: `snapshotNotFound`, `damaged`, `storage`.
    public init(_ repository: Repository, snapshot id: String, memory: FolderMemory = FolderMemory()) async throws {
        self.memory = memory
        let info = try await repository.snapshot(id)
        root = Folder(tree: try repository.treeID(of: info))
        totalBytes = info.statistics?.totalBytes
        trees = TreeReader(repository: repository, index: try await repository.index())
    }

    /// The entries of a folder. One of a million entries is read once, and then found in memory for
    /// as long as there is room.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    public func entries(of folder: Folder) async throws -> FolderEntries {
        if let known = memory.entries(of: folder.tree) { return known }
        let entries = try await FolderEntries { body in try await trees.visit(folder.tree, body) }.sorted()
        memory.keep(entries, of: folder.tree)
        return entries
    }

    /// An item as far as its content goes, for telling versions of one path apart.
    public struct Version: Sendable, Hashable {
        public let kind: ItemKind
        private let content: [ObjectID]
        private let tree: ObjectID?
        private let target: [UInt8]?

        init(_ node: Node) {
            kind = node.type.kind
            (content, tree, target) = (node.content ?? [], node.subtree, node.linkTarget)
        }
    }

    /// What the snapshot has at a path other than the root; nil where it has nothing.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    public func version(of path: TreePath) async throws -> Version? { try await node(of: path).map { Version($0) } }

    /// The node at a path other than the root; nil where there is nothing.
    func node(of path: TreePath) async throws -> Node? {
        do {
            return try await trees.lineage(of: path, root: root.tree).last.flatMap { $0.isNameOnly ? nil : $0 }
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            return nil
        }
    }

    /// How many entries a folder has.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    public func count(_ folder: Folder) async throws -> Int {
        if let known = memory.count(of: folder.tree) { return known }
        return try await entries(of: folder).count
    }
}
