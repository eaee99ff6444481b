public import FileTree
import ResticFormat
import Synchronization

/// What differs between two snapshots of one repository.
///
/// Trees are read in proportion to what differs: folders with the same tree ID are equal and are
/// passed over. Entries come one after the other, each folder before what is in it, names in the
/// order of their bytes; only the trees of the folders that are being compared are in memory. An
/// item that the later snapshot could not read is left out: nothing is known of it.
///
/// Safe to use from many tasks at once, and cheap to keep for the next page.
public final class SnapshotDifference: Sendable {
    /// The ID of the earlier snapshot; nil where everything counts as added.
    public let from: String?
    /// The ID of the later snapshot.
    public let to: String
    let trees: TreeReader
    private let roots: TreePair
    private let lastRenames = Mutex<(part: DifferencePart, renames: RenamePairs)?>(nil)

    /// - Parameter from: nil compares with nothing, so that everything is added.
    /// - Throws: `RepositoryError`: `snapshotNotFound`, `damaged`, `storage`.
    public init(_ repository: Repository, from: String?, to: String) async throws {
        let later = try await repository.snapshot(to)
        var roots = TreePair(new: try repository.treeID(of: later))
        if let from { roots.old = try repository.treeID(of: try await repository.snapshot(from)) }
        (self.from, self.to, self.roots) = (from, later.id, roots)
        trees = TreeReader(repository: repository, index: try await repository.index())
    }

    /// How many trees were read so far, for showing what an answer costs.
    public var treesRead: Int { trees.treesRead }

    /// A page of what differs in a folder, which is not listed itself.
    ///
    /// `depth` says how many levels are listed: 1 for the entries of the folder itself. Folders have
    /// their sums then. nil lists all levels, without sums. `after` is the path of the last entry of
    /// the page before; nil from the beginning.
    /// - Throws: `RepositoryError`: `snapshotNotFound` also where neither snapshot has
    ///   such a folder, `damaged`, `storage`.
    public func page(
        in folder: TreePath = .root, depth: Int? = nil, after: TreePath? = nil, limit: Int
    ) async throws -> DifferencePage {
        precondition(limit > 0, "a page has at least one entry")
        var page = DifferencePage(entries: [], isLast: true)
        try await visit(in: folder, depth: depth, after: after) { entry in
            if page.entries.count == limit {
                page.isLast = false
                return false
            }
            page.entries.append(entry)
            return true
        }
        return page
    }

    /// Goes through what differs until `body` returns false. The parameters are those of `page`.
    public func visit(
        in folder: TreePath = .root, depth: Int? = nil, after: TreePath? = nil,
        _ body: (DifferenceEntry) async throws -> Bool
    ) async throws {
        let start = try await trees(of: folder)
        let part = DifferencePart(folder: folder, depth: depth)
        let renames = try await renames(in: part, start)
        let walk = DifferenceWalk(trees: trees, depth: depth, renames: renames)
        let rest = after.map { $0.names(beneath: folder) } ?? []
        _ = try await walk.visit(start, at: folder, level: 1, after: rest[...], body)
    }

    /// What differs beneath a folder, in numbers.
    /// - Throws: as `page`.
    public func sums(of folder: TreePath = .root) async throws -> DifferenceSums {
        try await DifferenceWalk(trees: trees).sums(of: try await trees(of: folder))
    }

    private func renames(in part: DifferencePart, _ start: TreePair) async throws -> RenamePairs {
        if let last = lastRenames.withLock({ $0 }), last.part == part { return last.renames }
        var candidates = RenameCandidates()
        let walk = DifferenceWalk(trees: trees, depth: part.depth)
        try await walk.collect(start, at: part.folder, level: 1, &candidates)
        let renames = candidates.pairs()
        lastRenames.withLock { $0 = (part, renames) }
        return renames
    }

    private func trees(of folder: TreePath) async throws -> TreePair {
        guard !folder.isRoot else { return roots }
        let found = TreePair(old: try await tree(of: folder, roots.old), new: try await tree(of: folder, roots.new))
        guard found.old != nil || found.new != nil else {
            throw RepositoryError(.snapshotNotFound, "neither snapshot has a folder '\(folder)'")
        }
        return found
    }

    private func tree(of folder: TreePath, _ root: ObjectID?) async throws -> ObjectID? {
        guard let root else { return nil }
        do {
            return try await trees.lineage(of: folder, root: root).last.flatMap { $0.type == .dir ? $0.subtree : nil }
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            return nil
        }
    }
}

/// What of a difference is listed.
struct DifferencePart: Sendable, Hashable {
    var folder: TreePath
    var depth: Int?
}

extension TreePath {
    /// The names that lead from a folder to this item; none where it is not in it.
    fileprivate func names(beneath folder: TreePath) -> [[UInt8]] {
        guard folder.isAbove(self) else { return [] }
        let names = bytes.split(separator: UInt8(ascii: "/")).map { Array($0) }
        return Array(names.dropFirst(folder.bytes.split(separator: UInt8(ascii: "/")).count))
    }
}
