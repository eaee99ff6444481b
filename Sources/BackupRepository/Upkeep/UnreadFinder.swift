import FileTree
import ResticFormat

/// Finds the marks in snapshots: what a rebuilt catalogue tells of points. A tree that several
/// snapshots share is walked once.
final class UnreadFinder {
    private let trees: TreeReader
    /// What is marked beneath a tree, relative to it.
    private var known: [ObjectID: [UnreadItem]] = [:]

    init(_ repository: Repository, index: BlobIndex) {
        trees = TreeReader(repository: repository, index: index)
    }

    func items(beneath tree: ObjectID) async throws -> [UnreadItem] {
        try Task.checkCancellation()
        if let items = known[tree] { return items }
        var items: [UnreadItem] = []
        var folders: [(name: [UInt8], tree: ObjectID)] = []
        try await trees.visit(tree) { node in
            guard TreePath.isValidName(node.name) else { return }
            if let item = node.unreadItem(at: TreePath.root.appending(node.name)) { items.append(item) }
            if node.type == .dir, let subtree = node.subtree { folders.append((node.name, subtree)) }
        }
        for folder in folders {
            for var item in try await self.items(beneath: folder.tree) {
                let path = TreePath.root.appending(folder.name)
                item.path = item.path.bytes.split(separator: UInt8(ascii: "/")).reduce(path) { $0.appending($1) }
                items.append(item)
            }
        }
        items.sort { $0.path < $1.path }
        known[tree] = items
        return items
    }
}

extension Repository {
    /// What could not be read when some snapshots were taken, as the snapshots themselves tell it,
    /// in order of the paths.
    ///
    /// Only snapshots with the tag `Archiver.unreadTag` are looked into.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    public func unreadItems(of snapshots: [SnapshotInfo]) async throws -> [String: [UnreadItem]] {
        let marked = snapshots.filter { $0.tags.contains(Archiver.unreadTag) }
        if marked.isEmpty { return [:] }
        let finder = UnreadFinder(self, index: try await index(skippingDamaged: true))
        var found: [String: [UnreadItem]] = [:]
        for snapshot in marked { found[snapshot.id] = try await finder.items(beneath: try treeID(of: snapshot)) }
        return found
    }
}
