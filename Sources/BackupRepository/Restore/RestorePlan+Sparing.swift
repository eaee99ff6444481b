public import FileTree

extension RestorePlan {
    /// Takes changes out of the plan: those items stay as they are.
    ///
    /// A folder that would go stays as far as it holds one of them, and what else is in it goes. An
    /// item that stands in the way of another is spared with everything that would stand there.
    /// - Parameter paths: the items that stay as they are.
    /// - Parameter changes: what `changes()` gave for this plan.
    public mutating func spare(_ paths: Set<TreePath>, of changes: [PlannedChange]) {
        guard !paths.isEmpty else { return }
        let spared = SparedPaths(paths, plan: self, changes: changes)
        obstacles.removeAll { spared.holds($0) }
        removals = removals.flatMap { spared.holds($0) ? spared.rest(of: $0, in: changes) : [$0] }
        for number in folders.indices where spared.contains(folders[number].path) {
            // What is not made needs no attributes, and what is there keeps them.
            folders[number].action = .keep
        }
        moves.removeAll { spared.contains($0.target) }
        files = files.filter { !spared.contains(path(of: $0)) }
        others.removeAll { spared.contains($0.path) }
        links.removeAll { spared.contains($0.path) || spared.contains($0.existing) }
        fixes.removeAll { spared.contains($0.path) }
        count()
    }

    /// Counts what is left to do.
    private mutating func count() {
        let makes = folders.count { $0.action == .create }
        summary.created = UInt64(
            files.count { $0.present == .none } + makes + others.count { !$0.replaces } + links.count)
        summary.rewritten = UInt64(files.count { $0.present != .none } + others.count { $0.replaces })
        summary.renamed = UInt64(moves.count)
        summary.deleted = UInt64(removals.count)
        summary.attributesFixed = UInt64(fixes.count + folders.count { $0.action == .fix })
        summary.bytesToWrite = files.reduce(0) { $0 + size(of: $1) }
    }
}

/// The items that a plan leaves alone, with what follows from that.
private struct SparedPaths {
    private var paths: Set<TreePath>
    /// Every folder above one of them.
    private var above: Set<TreePath> = []
    /// Items in the way of others, which stay with everything at their places.
    private var blocking: Set<TreePath> = []

    init(_ wanted: Set<TreePath>, plan: RestorePlan, changes: [PlannedChange]) {
        paths = wanted
        // The folder that holds something which is still made is made too.
        var needed: Set<TreePath> = []
        for change in changes where change.action != .delete && !wanted.contains(change.path) {
            Self.insertFolders(above: change.path, into: &needed)
        }
        needed.subtract(plan.obstacles)
        for change in changes where change.action == .create && change.isFolder && needed.contains(change.path) {
            paths.remove(change.path)
        }
        // A file that does not get its old name back stays where it is.
        paths.formUnion(plan.moves.filter { wanted.contains($0.target) }.map(\.source))
        for path in paths { Self.insertFolders(above: path, into: &above) }
        blocking = Set(plan.obstacles.filter { holds($0) })
    }

    /// Whether an item stays as it is.
    func contains(_ path: TreePath) -> Bool {
        if paths.contains(path) || blocking.contains(path) { return true }
        return !blocking.isEmpty && path.ancestors.contains(where: blocking.contains)
    }

    /// Whether an item stays, or something in it.
    func holds(_ path: TreePath) -> Bool { paths.contains(path) || above.contains(path) }

    /// What of a removal goes all the same.
    func rest(of removal: TreePath, in changes: [PlannedChange]) -> [TreePath] {
        var rest: [TreePath] = []
        var gone: Set<TreePath> = []
        for change in changes where change.action == .delete {
            let path = change.path
            guard path == removal || removal.isAbove(path), !holds(path) else { continue }
            if !gone.contains(path.parent) { rest.append(path) }
            gone.insert(path)
        }
        return rest
    }

    private static func insertFolders(above path: TreePath, into folders: inout Set<TreePath>) {
        for folder in path.ancestors { guard folders.insert(folder).inserted else { return } }
    }
}
