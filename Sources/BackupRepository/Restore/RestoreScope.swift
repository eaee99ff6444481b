import FileTree

/// The part of a destination that a plan looks at: everything, or some paths
/// with everything beneath them.
struct RestoreScope: Sendable {
    /// How a path relates to the part.
    enum Relation: Sendable {
        /// It belongs to it with everything beneath.
        case inside
        /// Something beneath it belongs to it.
        case above
        /// Nothing of it does.
        case outside
    }

    /// nil for everything; otherwise sorted.
    private let paths: [TreePath]?
    private let set: Set<TreePath>

    static let everything = RestoreScope(paths: nil)

    init(_ paths: some Sequence<TreePath>) { self.init(paths: Set(paths).sorted()) }

    private init(paths: [TreePath]?) {
        self.paths = paths
        set = Set(paths ?? [])
    }

    var isEverything: Bool { paths == nil }

    func relation(of path: TreePath) -> Relation {
        guard let paths else { return .inside }
        if set.contains(path) || path.ancestors.contains(where: set.contains) { return .inside }
        let prefix = path.isRoot ? [] : path.bytes + [UInt8(ascii: "/")]
        // The first path at or after the prefix, if any has it.
        var (low, high) = (0, paths.count)
        while low < high {
            let middle = (low + high) / 2
            if paths[middle].bytes.lexicographicallyPrecedes(prefix) { low = middle + 1 } else { high = middle }
        }
        return low < paths.count && paths[low].bytes.starts(with: prefix) ? .above : .outside
    }
}
