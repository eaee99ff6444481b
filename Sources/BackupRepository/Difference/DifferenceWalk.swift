import FileTree
import ResticFormat

/// A walk through the trees of two snapshots side by side, past all that are equal.
struct DifferenceWalk: Sendable {
    let trees: TreeReader
    /// How many levels are listed; nil for all.
    var depth: Int?
    var renames = RenamePairs()

    /// Visits what differs in a folder, whose entries are of a level from 1 on. `after` are the names
    /// that lead to the last entry that was visited before; empty from the beginning.
    /// - Returns: whether to go on.
    func visit(
        _ folder: TreePair, at path: TreePath, level: Int, after: ArraySlice<[UInt8]>,
        _ body: (DifferenceEntry) async throws -> Bool
    ) async throws -> Bool {
        for pair in try await pairs(in: folder, at: path) {
            try Task.checkCancellation()
            let isVisited = after.first.map { pair.path.name == $0 } ?? false
            if let next = after.first, !isVisited, pair.path.name.lexicographicallyPrecedes(next) { continue }
            if renames.sources.contains(pair.path) { continue }
            if let source = renames.targets[pair.path] {
                if !isVisited, try await !body(renamed(pair, from: source)) { return false }
                continue
            }
            if !isVisited, let entry = try await entry(of: pair), try await !body(entry) { return false }
            guard let subfolder = pair.trees, depth.map({ level < $0 }) ?? true else { continue }
            let rest = isVisited ? after.dropFirst() : []
            guard try await visit(subfolder, at: pair.path, level: level + 1, after: rest, body) else { return false }
        }
        return true
    }

    /// Gathers what was only added or only removed.
    func collect(
        _ folder: TreePair, at path: TreePath, level: Int, _ candidates: inout RenameCandidates
    ) async throws {
        for pair in try await pairs(in: folder, at: path) {
            try Task.checkCancellation()
            candidates.note(pair)
            guard let subfolder = pair.trees, depth.map({ level < $0 }) ?? true else { continue }
            try await collect(subfolder, at: pair.path, level: level + 1, &candidates)
        }
    }

    func sums(of folder: TreePair) async throws -> DifferenceSums {
        var sums = DifferenceSums()
        try await add(folder, to: &sums)
        return sums
    }

    private func add(_ folder: TreePair, to sums: inout DifferenceSums) async throws {
        for pair in try await pairs(in: folder, at: .root) {
            try Task.checkCancellation()
            if let entry = pair.entry { sums.count(entry) }
            if let subfolder = pair.trees { try await add(subfolder, to: &sums) }
        }
    }

    /// The entry of an item, a folder with its sums where a depth was asked for.
    private func entry(of pair: NodePair) async throws -> DifferenceEntry? {
        guard depth != nil, let subfolder = pair.trees else { return pair.entry }
        let below = try await sums(of: subfolder)
        var entry = pair.entry
        if entry == nil || entry?.change == .attributes, !below.isEmpty { entry = pair.changedFolder ?? entry }
        entry?.below = below
        return entry
    }

    private func renamed(_ pair: NodePair, from source: RenamePairs.Source) -> DifferenceEntry {
        var pair = pair
        pair.old = source.node
        guard var entry = pair.entry ?? pair.changedFolder ?? pair.sameItem else {
            preconditionFailure("what was renamed is in the later snapshot")
        }
        (entry.change, entry.fromPath) = (.renamed, source.path)
        return entry
    }

    /// The items of a folder in both snapshots, in the order of their names.
    private func pairs(in folder: TreePair, at path: TreePath) async throws -> [NodePair] {
        if folder.old == folder.new { return [] }
        let (old, new) = (try await nodes(of: folder.old), try await nodes(of: folder.new))
        var (pairs, left, right): ([NodePair], Int, Int) = ([], 0, 0)
        while left < old.count || right < new.count {
            let isOld = left < old.count && (right == new.count || !Tree.precedes(new[right].name, old[left].name))
            let isNew = right < new.count && (left == old.count || !Tree.precedes(old[left].name, new[right].name))
            let pair = pair(isOld ? old[left] : nil, isNew ? new[right] : nil, in: path)
            if isOld { left += 1 }
            if isNew { right += 1 }
            if let pair { pairs.append(pair) }
        }
        return pairs
    }

    /// What is under one name; nil where nothing can be said, or nothing differs.
    private func pair(_ old: Node?, _ new: Node?, in folder: TreePath) -> NodePair? {
        guard old != new, let name = (new ?? old)?.name, new?.isNameOnly != true else { return nil }
        let wasUnread = old?.isNameOnly == true
        // What was not read before and is not there now was perhaps never there to be kept.
        if wasUnread, new == nil { return nil }
        return NodePair(path: folder.appending(name), old: wasUnread ? nil : old, new: new, wasUnread: wasUnread)
    }

    /// The nodes of a tree by name. Impossible names and repetitions, which no writer of ours
    /// makes, are left out.
    private func nodes(of tree: ObjectID?) async throws -> [Node] {
        guard let tree else { return [] }
        let read = try await trees.read(tree)
        if read.isSorted, read.nodes.allSatisfy({ TreePath.isValidName($0.name) }) { return read.nodes }
        var names = Set<[UInt8]>()
        return read.nodes.filter { TreePath.isValidName($0.name) && names.insert($0.name).inserted }
            .sorted { Tree.precedes($0.name, $1.name) }
    }
}

extension NodePair {
    /// The entry of a folder that both snapshots have and in which something differs.
    fileprivate var changedFolder: DifferenceEntry? {
        guard old?.type == .dir, new?.type == .dir else { return nil }
        return sameItem
    }

    /// The entry of an item of the later snapshot, as a changed one.
    fileprivate var sameItem: DifferenceEntry? {
        guard let new else { return nil }
        return DifferenceEntry(
            path: path, kind: new.type.kind, change: .changed, fromSize: old?.fileSize,
            toSize: new.fileSize, fromModified: old.map { Timestamp($0.mtime) },
            toModified: Timestamp(new.mtime))
    }
}
