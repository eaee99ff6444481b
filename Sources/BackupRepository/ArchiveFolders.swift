import FileTree
import ResticFormat

/// A folder as it was archived.
struct ArchivedFolder: Sendable {
    var tree: ObjectID
    /// Whether its entries equal the parent snapshot's.
    var isSame: Bool
}

extension ArchiveRun {
    /// The outcome for the entry of that number in its folder; no node where it failed.
    struct Entry: Sendable {
        var number: Int
        var node: Node?
        /// Whether the node equals the one in the parent snapshot.
        var isSame = false
    }

    /// An entry to be worked on.
    struct Candidate: Sendable {
        var number: Int
        var path: TreePath
        var item: Item
        /// The entry of that name in the parent snapshot.
        var previous: Node?
    }

    /// Archives a folder and everything beneath it. nil where the folder cannot be listed, which is recorded.
    /// - Parameter previousTree: the folder's tree in the parent snapshot.
    func archiveFolder(_ path: TreePath, previousTree: ObjectID?) async throws -> ArchivedFolder? {
        guard let listing = try list(path) else { return nil }
        for failure in listing.failures { try record(failure) }
        let previous = try await comparable(previousTree)
        let previousTree = previous == nil ? nil : previousTree
        let items = listing.items
        var matcher = NodeMatcher(previous)
        // Written from the first entries on that do not equal the parent snapshot's.
        var text = previous?.nodes.count == items.count && listing.failures.isEmpty ? nil : TreeText(count: items.count)
        for start in stride(from: 0, to: items.count, by: options.entriesAtOnce) {
            let (nodes, areSame) = try await archive(items[start..<min(start + options.entriesAtOnce, items.count)], in: path, &matcher)
            if areSame, text == nil { continue }
            var longer = try text.take() ?? TreeText(count: items.count, items[..<start], as: previous)
            for case let node? in nodes { try longer.add(node) }
            text = longer
        }
        count { $0.folders += 1 }
        guard let text else { return previousTree.map { ArchivedFolder(tree: $0, isSame: true) } }
        return ArchivedFolder(tree: try await saver.saveTree(text.finished()), isSame: false)
    }

    /// Archives some entries of a folder. Gives a node for each, nil for one that failed, and whether all equal the parent snapshot's.
    private func archive(_ items: ArraySlice<Item>, in path: TreePath, _ matcher: inout NodeMatcher) async throws -> ([Node?], areSame: Bool) {
        var plan = FolderWork(count: items.count)
        sort(items, in: path, &matcher, into: &plan)
        var nodes = plan.nodes
        var areSame = true
        for entry in try await work(on: plan) {
            nodes[entry.number] = entry.node
            areSame = areSame && entry.isSame
        }
        return (nodes, areSame)
    }

    private func list(_ path: TreePath) throws -> FolderListing? {
        do {
            return try source.items(in: path)
        } catch {
            if path.isRoot { throw RepositoryError(treeUnavailable: error) }
            try record(error)
            return nil
        }
    }

    /// What is to be done for some entries of a folder.
    struct FolderWork {
        /// The nodes that are known without work: those that equal the parent snapshot's.
        var nodes: [Node?]
        var batches: [[Candidate]] = []
        var batchBytes: UInt64 = 0
        var large: [Candidate] = []
        var folders: [Candidate] = []

        init(count: Int) { nodes = Array(repeating: nil, count: count) }

        static let batchFiles = 64
        static let batchLimitBytes: UInt64 = 1 << 20

        /// Small files are worked on by the dozen.
        mutating func addSmall(_ candidate: Candidate) {
            if batches.isEmpty || batches[batches.count - 1].count == Self.batchFiles || batchBytes > Self.batchLimitBytes {
                batches.append([])
                batchBytes = 0
            }
            batches[batches.count - 1].append(candidate)
            batchBytes += candidate.item.attributes.size
        }
    }

    /// The tree to compare a folder with; nil where it is lost, so that damage to old data does not stop the protection of new data.
    private func comparable(_ id: ObjectID?) async throws -> Tree? {
        guard let id else { return nil }
        do {
            return try await trees.read(id)
        } catch let error as RepositoryError where error.code == .damaged {
            return nil
        }
    }

    /// Sorts entries of a folder into those that equal the parent snapshot's and those to work on.
    private func sort(_ items: ArraySlice<Item>, in folder: TreePath, _ matcher: inout NodeMatcher, into work: inout FolderWork) {
        var unmodified: UInt64 = 0
        var bytes: UInt64 = 0
        for (number, item) in items.enumerated() {
            let previous = matcher.next(item.name)
            if let previous, item.attributes.kind != .folder, previous.isUnchanged(item.attributes), saver.hasContent(of: previous) {
                work.nodes[number] = previous
                if item.attributes.kind == .file {
                    unmodified += 1
                    bytes += item.attributes.size
                }
                continue
            }
            // Most items of most runs are unchanged: only for the others is a path put together.
            let candidate = Candidate(number: number, path: folder.appending(item.name), item: item, previous: previous)
            if item.attributes.kind == .folder {
                work.folders.append(candidate)
            } else if item.attributes.kind == .file, item.attributes.size > UInt64(Chunker.minimumLength) {
                work.large.append(candidate)
            } else {
                work.addSmall(candidate)
            }
        }
        if unmodified > 0 {
            count {
                $0.statistics.filesUnmodified += unmodified
                $0.statistics.totalBytes += bytes
            }
        }
    }

    private func work(on plan: FolderWork) async throws -> [Entry] {
        if plan.batches.isEmpty, plan.large.isEmpty, plan.folders.isEmpty { return [] }
        return try await withThrowingTaskGroup(of: [Entry].self) { group in
            var results: [[Entry]] = []
            for folder in plan.folders {
                try await fork(in: &group, inline: &results) { [try await self.archiveSubfolder(folder)] }
            }
            for file in plan.large {
                try await fork(in: &group, inline: &results) { [try await self.archiveLargeFile(file)] }
            }
            for batch in plan.batches {
                try await fork(in: &group, inline: &results) { try await self.archiveBatch(batch) }
            }
            for try await entries in group { results.append(entries) }
            return results.flatMap(\.self)
        }
    }

    private func archiveSubfolder(_ candidate: Candidate) async throws -> Entry {
        let previous = candidate.previous.flatMap { $0.type == .dir ? $0 : nil }
        guard let folder = try await archiveFolder(candidate.path, previousTree: previous?.subtree) else {
            return Entry(number: candidate.number)
        }
        if folder.isSame, let previous, previous.hasAttributes(candidate.item.attributes) {
            count { $0.statistics.foldersUnmodified += 1 }
            return Entry(number: candidate.number, node: previous, isSame: true)
        }
        count { counts in
            if previous == nil { counts.statistics.foldersNew += 1 } else { counts.statistics.foldersChanged += 1 }
        }
        do {
            var node = try makeNode(candidate)
            node.subtree = folder.tree
            return Entry(number: candidate.number, node: node)
        } catch {
            try record(error)
            return Entry(number: candidate.number)
        }
    }
}

extension TreeText {
    /// The text of a folder's first entries, which equal the parent snapshot's.
    fileprivate init(count: Int, _ items: ArraySlice<Item>, as previous: Tree?) throws {
        self.init(count: count)
        var matcher = NodeMatcher(previous)
        for item in items {
            if let node = matcher.next(item.name) { try add(node) }
        }
    }
}

/// Finds the nodes of a tree by name, asked for in ascending order, in one pass.
private struct NodeMatcher {
    private let nodes: [Node]
    private var position = 0

    init(_ tree: Tree?) { nodes = tree?.nodes ?? [] }

    mutating func next(_ name: [UInt8]) -> Node? {
        while position < nodes.count, nodes[position].name.lexicographicallyPrecedes(name) { position += 1 }
        guard position < nodes.count, nodes[position].name == name else { return nil }
        return nodes[position]
    }
}

extension Optional where Wrapped: Sendable {
    func asyncMap<Value: Sendable>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
