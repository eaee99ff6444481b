import FileTree
import ResticFormat

/// A folder as it was archived.
struct ArchivedFolder: Sendable {
    var tree: ObjectID
    /// Whether its entries equal the parent snapshot's.
    var isSame: Bool
    /// What was seen of it and of all beneath it; nil where that is not kept.
    var seen: Seen?

    /// What a run saw of a folder.
    enum Seen: Sendable {
        /// The same as the last run: its record has this number.
        case asBefore(Int)
        case anew(FolderRecords)
    }
}

/// What came of a folder.
enum FolderOutcome: Sendable {
    case archived(ArchivedFolder)
    /// It cannot be listed.
    case unread(TreeError)
}

extension ArchiveRun {
    /// The outcome for the entry of that number in its folder; no node where it went meanwhile.
    struct Entry: Sendable {
        var number: Int
        var node: Node?
        /// Whether the node equals the one in the parent snapshot.
        var isSame = false
        /// For a folder: what was seen of it.
        var seen: ArchivedFolder.Seen?
    }

    /// An entry to be worked on.
    struct Candidate: Sendable {
        var number: Int
        var path: TreePath
        var item: Item
        /// The entry of that name in the parent snapshot.
        var previous: Node?
        /// For a folder: the number of the record of what the last run saw of it.
        var known: Int?
        /// For a folder that was archived already: what came of it.
        var archived: ArchivedSubfolder?
        /// Whether the attributes are the item's; otherwise nothing is known of it but its name.
        var isExamined = true

        var kind: ItemKind? { isExamined ? item.attributes.kind : nil }
    }

    /// A folder in a folder, and what came of it.
    struct ArchivedSubfolder: Sendable {
        var number: Int
        var outcome: FolderOutcome

        var isSame: Bool { if case .archived(let folder) = outcome { folder.isSame } else { false } }
    }

    /// Archives a folder and everything beneath it.
    /// - Parameters:
    ///   - previousTree: the folder's tree in the parent snapshot.
    ///   - known: the number of the record of what the last run saw of the folder, when
    ///     that was its tree.
    func archiveFolder(_ path: TreePath, previousTree: ObjectID?, known: Int?) async throws -> FolderOutcome {
        let listing: ExaminedListing
        do throws(TreeError) {
            listing = ExaminedListing(try source.items(in: path))
        } catch {
            if path.isRoot || error.code == .treeUnavailable { throw RepositoryError(treeUnavailable: error) }
            return .unread(error)
        }
        let items = listing.items
        let fingerprint = remembersFolders && listing.failures.isEmpty ? ObjectID.fingerprint(of: items) : nil
        let subfolders = try await archiveKnownSubfolders(of: items, in: path, known, fingerprint)
        if let subfolders, let previousTree, subfolders.values.allSatisfy(\.isSame) {
            countUnmodified(items)
            return .archived(ArchivedFolder(tree: previousTree, isSame: true, seen: known.map { .asBefore($0) }))
        }
        let target = try await target()
        let previous = try await comparable(previousTree, target.trees)
        let records = known.flatMap { lastSeen?.folders(in: $0) } ?? []
        var entries = FolderEntries(
            listing: listing, path: path, saver: target.saver, previous: previous, records: records,
            subfolders: subfolders ?? [:])
        // Written from the first entries on that do not equal the parent snapshot's.
        var text = previous?.nodes.count == items.count ? nil : TreeText(count: items.count)
        var seen = SeenFolders(run: self, isComplete: fingerprint != nil)
        for start in stride(from: 0, to: items.count, by: options.entriesAtOnce) {
            let archived = try await archive(start..<min(start + options.entriesAtOnce, items.count), of: &entries)
            seen.add(archived)
            if archived.areSame, text == nil { continue }
            var longer = try text.take() ?? TreeText(count: items.count, items[..<start], as: previous)
            for case let node? in archived.nodes { try longer.add(node) }
            text = longer
        }
        count { $0.folders += 1 }
        guard let text else {
            guard let previousTree else { preconditionFailure("entries can only equal those of a tree") }
            return .archived(ArchivedFolder(tree: previousTree, isSame: true, seen: seen.of(previousTree, fingerprint)))
        }
        let tree = try await target.saver.saveTree(text.finished())
        return .archived(ArchivedFolder(tree: tree, isSame: false, seen: seen.of(tree, fingerprint)))
    }

    /// A listing in which the entries that could not be examined have their
    /// places among the others.
    struct ExaminedListing {
        /// Sorted by the bytes of their names.
        private(set) var items: [Item]
        /// Why an entry could not be examined, by its name.
        private(set) var failures: [[UInt8]: TreeError] = [:]

        init(_ listing: FolderListing) {
            items = listing.items
            if listing.failures.isEmpty { return }
            let names = Set(items.map(\.name))
            for failure in listing.failures where !failure.path.isRoot && !names.contains(failure.path.name) {
                let name = failure.path.name
                guard failures.updateValue(failure, forKey: name) == nil else { continue }
                items.append(
                    Item(
                        name: name,
                        attributes: ItemAttributes(kind: .file, permissions: 0, modified: Timestamp(seconds: 0))))
            }
            items.sort { $0.name.lexicographicallyPrecedes($1.name) }
        }
    }

    /// The entries of a folder, and what was known of them before.
    private struct FolderEntries {
        let listing: ExaminedListing
        var items: [Item] { listing.items }
        let path: TreePath
        let saver: BlobSaver
        /// Those that were archived already, by their numbers.
        let subfolders: [Int: ArchivedSubfolder]
        var matcher: NodeMatcher

        init(
            listing: ExaminedListing, path: TreePath, saver: BlobSaver, previous: Tree?, records: [Int],
            subfolders: [Int: ArchivedSubfolder]
        ) {
            self.listing = listing
            self.path = path
            self.saver = saver
            self.subfolders = subfolders
            matcher = NodeMatcher(previous, records: records)
        }
    }

    /// Some entries of a folder as they were archived.
    struct ArchivedEntries {
        /// A node for each, nil for one that went meanwhile.
        var nodes: [Node?]
        /// Whether all equal the parent snapshot's.
        var areSame = true
        /// What was seen of those that are folders, by their numbers.
        var seen: [Int: ArchivedFolder.Seen] = [:]
    }

    private func archive(_ range: Range<Int>, of entries: inout FolderEntries) async throws -> ArchivedEntries {
        var plan = FolderWork(count: range.count)
        sort(range, of: &entries, into: &plan)
        var archived = ArchivedEntries(nodes: plan.nodes)
        for entry in try await work(on: plan) {
            archived.nodes[entry.number] = entry.node
            archived.areSame = archived.areSame && entry.isSame
            archived.seen[entry.number] = entry.seen
        }
        return archived
    }

    /// What is to be done for some entries of a folder.
    struct FolderWork {
        /// The nodes that are known without work: those that equal the parent snapshot's.
        var nodes: [Node?]
        var batches: [[Candidate]] = []
        var batchBytes: UInt64 = 0
        var large: [Candidate] = []
        var folders: [Candidate] = []
        /// Those that could not be examined.
        var failed: [(candidate: Candidate, error: TreeError)] = []

        init(count: Int) { nodes = Array(repeating: nil, count: count) }

        static let batchFiles = 64
        static let batchLimitBytes: UInt64 = 1 << 20

        /// Small files are worked on by the dozen.
        mutating func addSmall(_ candidate: Candidate) {
            if batches.isEmpty || batches[batches.count - 1].count == Self.batchFiles
                || batchBytes > Self.batchLimitBytes
            {
                batches.append([])
                batchBytes = 0
            }
            batches[batches.count - 1].append(candidate)
            batchBytes += candidate.item.attributes.size
        }
    }

    /// The tree to compare a folder with; nil where it is lost, so that damage to old data does not
    /// stop the protection of new data.
    private func comparable(_ id: ObjectID?, _ trees: TreeReader) async throws -> Tree? {
        guard let id else { return nil }
        do {
            return try await trees.read(id)
        } catch let error as RepositoryError where error.code == .damaged {
            return nil
        }
    }

    /// Sorts entries of a folder into those that equal the parent snapshot's and those to work on.
    private func sort(_ range: Range<Int>, of entries: inout FolderEntries, into work: inout FolderWork) {
        var unmodified: UInt64 = 0
        var bytes: UInt64 = 0
        for (number, item) in entries.items[range].enumerated() {
            let previous = entries.matcher.next(item.name)
            if let error = entries.listing.failures[item.name] {
                var candidate = Candidate(
                    number: number, path: entries.path.appending(item.name), item: item, previous: previous)
                candidate.isExamined = false
                candidate.known = entries.matcher.record
                work.failed.append((candidate, error))
                continue
            }
            if let previous, item.attributes.kind != .folder, previous.isUnchanged(item.attributes), !previous.isMarked,
                entries.saver.hasContent(of: previous)
            {
                work.nodes[number] = previous
                if item.attributes.kind == .file {
                    unmodified += 1
                    bytes += item.attributes.size
                }
                continue
            }
            // Most items of most runs are unchanged: only for the others is a path put together.
            var candidate = Candidate(
                number: number, path: entries.path.appending(item.name), item: item, previous: previous)
            if item.attributes.kind == .folder {
                candidate.known = entries.matcher.record
                candidate.archived = entries.subfolders[range.lowerBound + number]
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
        if plan.batches.isEmpty, plan.large.isEmpty, plan.folders.isEmpty, plan.failed.isEmpty { return [] }
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
            for (candidate, error) in plan.failed { results.append([try await missed(candidate, error)]) }
            for try await entries in group { results.append(entries) }
            return results.flatMap(\.self)
        }
    }

    private func archiveSubfolder(_ candidate: Candidate) async throws -> Entry {
        let previous = candidate.previous.flatMap { $0.type == .dir ? $0 : nil }
        let outcome: FolderOutcome
        if let archived = candidate.archived {
            outcome = archived.outcome
        } else {
            let known = previous?.subtree == candidate.known.flatMap { lastSeen?.tree(of: $0) } ? candidate.known : nil
            outcome = try await archiveFolder(candidate.path, previousTree: previous?.subtree, known: known)
        }
        switch outcome {
        case .archived(let folder): return try await entry(of: folder, candidate, previous)
        case .unread(let error): return try await missed(candidate, error)
        }
    }

    private func entry(of folder: ArchivedFolder, _ candidate: Candidate, _ previous: Node?) async throws -> Entry {
        if folder.isSame, let previous, previous.hasAttributes(candidate.item.attributes), !previous.isMarked {
            count { $0.statistics.foldersUnmodified += 1 }
            return Entry(number: candidate.number, node: previous, isSame: true, seen: folder.seen)
        }
        count { counts in
            if previous == nil { counts.statistics.foldersNew += 1 } else { counts.statistics.foldersChanged += 1 }
        }
        do {
            var node = try makeNode(candidate)
            node.subtree = folder.tree
            if let item = node.unreadItem(at: candidate.path) { record(item) }
            return Entry(number: candidate.number, node: node, isSame: node == previous, seen: folder.seen)
        } catch {
            return try await missed(candidate, error)
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
    /// The numbers of the records of the tree's folders from `position` on.
    private var records: ArraySlice<Int>

    /// - Parameter records: the numbers of the records of the tree's folders, in their order; empty
    ///   where there are none.
    init(_ tree: Tree?, records: [Int] = []) {
        nodes = tree?.nodes ?? []
        self.records = records[...]
    }

    mutating func next(_ name: [UInt8]) -> Node? {
        while position < nodes.count, nodes[position].name.lexicographicallyPrecedes(name) {
            if nodes[position].type == .dir { records = records.dropFirst() }
            position += 1
        }
        guard position < nodes.count, nodes[position].name == name else { return nil }
        return nodes[position]
    }

    /// The number of the record of the node that was found last, where that is a folder.
    var record: Int? { position < nodes.count && nodes[position].type == .dir ? records.first : nil }
}

extension Optional where Wrapped: Sendable {
    func asyncMap<Value: Sendable>(_ transform: (Wrapped) async throws -> Value) async rethrows -> Value? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
