import FileTree
import ResticFormat

/// Which items of a difference are one that was renamed.
struct RenamePairs: Sendable {
    struct Source: Sendable {
        var path: TreePath
        var node: Node
    }

    /// The old place of each renamed item, by its new one.
    var targets: [TreePath: Source] = [:]
    /// The old places, which are not listed.
    var sources = Set<TreePath>()
}

/// What was only added or only removed, gathered to find pairs of the same content.
///
/// Empty files and folders pair with nothing. A folder of the same tree is one pair with all in it.
struct RenameCandidates: Sendable {
    private struct Key: Hashable, Sendable {
        var isFolder: Bool
        var content: ObjectID
    }

    private struct Candidate: Sendable {
        var key: Key
        var path: TreePath
        var node: Node
    }

    /// The most that are remembered of each side, so that memory stays bounded: what comes later is
    /// listed as added or removed.
    static let maximumCount = 50_000
    private static let emptyFolder = (try? Tree(nodes: []).encoded()).map { ObjectID.hash(of: $0) }
    private var added: [Candidate] = []
    private var removed: [Candidate] = []

    mutating func note(_ pair: NodePair) {
        guard !pair.wasUnread else { return }
        switch (pair.old, pair.new) {
        case (nil, let node?):
            guard added.count < Self.maximumCount, let key = Self.key(of: node) else { return }
            added.append(Candidate(key: key, path: pair.path, node: Self.short(node)))
        case (let node?, nil):
            guard removed.count < Self.maximumCount, let key = Self.key(of: node) else { return }
            removed.append(Candidate(key: key, path: pair.path, node: Self.short(node)))
        default: return
        }
    }

    private static func key(of node: Node) -> Key? {
        switch node.type {
        case .file:
            guard let content = node.content, node.size > 0 else { return nil }
            var bytes: [UInt8] = []
            for id in content { id.appendBytes(to: &bytes) }
            return Key(isFolder: false, content: ObjectID.hash(of: bytes))
        case .dir:
            guard let tree = node.subtree, tree != emptyFolder else { return nil }
            return Key(isFolder: true, content: tree)
        case .symlink, .fifo, .socket, .dev, .chardev: return nil
        }
    }

    /// A node without what a rename need not show.
    private static func short(_ node: Node) -> Node {
        var short = node
        short.content = nil
        return short
    }

    /// Pairs each added item with a removed one of the same content: with the one that has the same
    /// inode number, otherwise with the first. Folders come first: what lies in one went with it.
    func pairs() -> RenamePairs {
        var waiting = Waiting(removed)
        var pairs = RenamePairs()
        for isFolder in [true, false] {
            for target in added where target.key.isFolder == isFolder {
                guard !isBeneath(target.path, { pairs.targets[$0] != nil }) else { continue }
                let source = waiting.take(for: target) { !isBeneath($0.path, pairs.sources.contains) }
                guard let source else { continue }
                pairs.targets[target.path] = RenamePairs.Source(path: source.path, node: source.node)
                pairs.sources.insert(source.path)
            }
        }
        return pairs
    }

    private func isBeneath(_ path: TreePath, _ contains: (TreePath) -> Bool) -> Bool {
        path.ancestors.contains { !$0.isRoot && contains($0) }
    }

    /// The removed items that have no pair yet.
    private struct Waiting {
        private struct Exact: Hashable {
            var key: Key
            var inode: UInt64
        }

        private let removed: [Candidate]
        private var isTaken: [Bool]
        /// Numbers of removed items, the first one last.
        private var byKey: [Key: [Int]] = [:]
        private var byInode: [Exact: [Int]] = [:]

        init(_ removed: [Candidate]) {
            self.removed = removed
            isTaken = [Bool](repeating: false, count: removed.count)
            for number in removed.indices.reversed() {
                let item = removed[number]
                byKey[item.key, default: []].append(number)
                byInode[Exact(key: item.key, inode: item.node.inode), default: []].append(number)
            }
        }

        /// The item that pairs with an added one. What `isFree` refuses once has no pair later either.
        mutating func take(for target: Candidate, _ isFree: (Candidate) -> Bool) -> Candidate? {
            let exact = Exact(key: target.key, inode: target.node.inode)
            while let number = byInode[exact]?.popLast() {
                if let source = take(number, isFree) { return source }
            }
            while let number = byKey[target.key]?.popLast() {
                if let source = take(number, isFree) { return source }
            }
            return nil
        }

        private mutating func take(_ number: Int, _ isFree: (Candidate) -> Bool) -> Candidate? {
            guard !isTaken[number], isFree(removed[number]) else { return nil }
            isTaken[number] = true
            return removed[number]
        }
    }
}
