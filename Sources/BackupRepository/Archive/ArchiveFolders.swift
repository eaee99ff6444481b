import FileTree
import ResticFormat

extension ArchiveRun {
    /// Archives a folder and everything beneath it.
    ///
    /// Three ways, from the cheapest on: the listing is the one that the last run saw, and so are
    /// those of the folders in it (`FolderRecords`), so the old tree is taken over unread; every
    /// entry equals the old tree's, so that one is taken over; or a new tree is stored.
    /// - Parameter previousTree: the folder's tree in the parent snapshot.
    /// - Parameter known: the number of the folder's record in `lastSeen`, where the folder had
    ///   `previousTree` in the last run.
    func archiveFolder(_ path: TreePath, previousTree: ObjectID?, known: Int?) async throws -> FolderOutcome {
        let listing: FolderListing
        do throws(TreeError) {
            listing = try source.items(in: path)
        } catch {
            if path.isRoot || error.code == .treeUnavailable { throw RepositoryError(treeUnavailable: error) }
            return .unread(error)
        }
        let folder = SourceFolder(
            path: path, listing: ExaminedListing(listing), previousTree: previousTree, known: known,
            isFingerprinted: remembersFolders)
        let outcomes = try await archiveKnownSubfolders(of: folder)
        if let outcomes, let previousTree, outcomes.values.allSatisfy(\.isSame) {
            countUnmodified(folder.listing.items)
            return .archived(ArchivedFolder(tree: previousTree, isSame: true, seen: known.map { .asBefore($0) }))
        }
        return .archived(try await compare(folder, outcomes: outcomes ?? [:]))
    }

    /// Compares a folder with its old tree, entry by entry, and stores a new tree where they differ.
    /// - Parameter outcomes: what came of the folders in it that were archived already, by their
    ///   numbers in the listing.
    private func compare(_ folder: SourceFolder, outcomes: [Int: FolderOutcome]) async throws -> ArchivedFolder {
        let target = try await target()
        let items = folder.listing.items
        let previous = try await comparable(folder.previousTree, target.trees)
        let records = folder.known.flatMap { lastSeen?.folders(in: $0) } ?? []
        var sorter = FolderSorter(
            listing: folder.listing, path: folder.path, outcomes: outcomes,
            matcher: NodeMatcher(previous, records: records))
        var draft = TreeDraft(items, previous: previous)
        var seen = SeenFolders(run: self, fingerprint: folder.fingerprint)
        var changes = FolderEvidence()
        for start in stride(from: 0, to: items.count, by: options.entriesAtOnce) {
            let piece = start..<min(start + options.entriesAtOnce, items.count)
            let entries = try await archive(sorter.sort(piece, hasContent: target.saver.hasContent))
            seen.add(entries)
            try draft.add(entries)
            if evidence != nil { changes.add(entries, of: items[piece]) }
        }
        let isFilled = items.contains { $0.attributes.kind == .file }
        count { counts in
            counts.folders += 1
            if isFilled { counts.filledFolders += 1 }
        }
        if let evidence {
            if let previous {
                changes.addRemoved(from: previous, items)
                changes.setPresent(items.lazy.filter { $0.attributes.kind == .file }.map(\.name))
            }
            evidence.add(
                changes, path: folder.path.isRoot ? "" : "\(folder.path)", isOld: folder.previousTree != nil)
        }
        if let text = draft.finished() {
            let tree = try await target.saver.saveTree(text)
            return ArchivedFolder(tree: tree, isSame: false, seen: seen.of(tree))
        }
        guard let tree = folder.previousTree else { preconditionFailure("entries can only equal those of a tree") }
        return ArchivedFolder(tree: tree, isSame: true, seen: seen.of(tree))
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

    /// Does the work of a piece of a folder, on as many threads as are free.
    private func archive(_ work: FolderWork) async throws -> [ArchivedEntry] {
        if work.unmodified.files > 0 {
            count { counts in
                counts.statistics.filesUnmodified += work.unmodified.files
                counts.statistics.totalBytes += work.unmodified.bytes
            }
        }
        if work.isEmpty { return work.entries }
        return try await withThrowingTaskGroup(of: [NumberedEntry].self) { group in
            var results: [[NumberedEntry]] = []
            for folder in work.folders {
                try await fork(in: &group, inline: &results) {
                    [(folder.number, try await self.archiveSubfolder(folder))]
                }
            }
            for file in work.large {
                try await fork(in: &group, inline: &results) { [(file.number, try await self.archiveLargeFile(file))] }
            }
            for batch in work.batches {
                try await fork(in: &group, inline: &results) { try await self.archiveBatch(batch) }
            }
            for (candidate, error) in work.failed {
                results.append([(candidate.number, try await missed(candidate, error))])
            }
            for try await entries in group { results.append(entries) }
            var entries = work.entries
            for (number, entry) in results.joined() { entries[number] = entry }
            return entries
        }
    }

    /// An entry and its place in the piece in hand.
    typealias NumberedEntry = (number: Int, entry: ArchivedEntry)

    private func archiveSubfolder(_ candidate: Candidate) async throws -> ArchivedEntry {
        let previous = candidate.previous.flatMap { $0.type == .dir ? $0 : nil }
        switch try await outcome(of: candidate, previous) {
        case .archived(let folder): return try await entry(of: folder, candidate, previous)
        case .unread(let error): return try await missed(candidate, error)
        }
    }

    private func outcome(of candidate: Candidate, _ previous: Node?) async throws -> FolderOutcome {
        if let outcome = candidate.outcome { return outcome }
        let known = previous?.subtree == candidate.known.flatMap { lastSeen?.tree(of: $0) } ? candidate.known : nil
        return try await archiveFolder(candidate.path, previousTree: previous?.subtree, known: known)
    }

    /// The entry of a folder: the parent snapshot's where nothing about the folder changed.
    private func entry(
        of folder: ArchivedFolder, _ candidate: Candidate, _ previous: Node?
    ) async throws -> ArchivedEntry {
        if folder.isSame, let previous, previous.hasAttributes(candidate.item.attributes), !previous.isMarked {
            count { $0.statistics.foldersUnmodified += 1 }
            return ArchivedEntry(node: previous, isSame: true, seen: folder.seen)
        }
        count { counts in
            if previous == nil { counts.statistics.foldersNew += 1 } else { counts.statistics.foldersChanged += 1 }
        }
        do {
            var node = try makeNode(candidate)
            node.subtree = folder.tree
            if let item = node.unreadItem(at: candidate.path) { record(item) }
            return ArchivedEntry(node: node, isSame: node == previous, seen: folder.seen)
        } catch {
            return try await missed(candidate, error)
        }
    }
}

extension FolderEvidence {
    /// Adds the new and changed files among some entries.
    fileprivate mutating func add(_ entries: [ArchivedEntry], of items: ArraySlice<Item>) {
        for (entry, item) in zip(entries, items) {
            if let changed = entry.changed { add(changed, named: item.name) }
        }
    }

    /// Adds the files of a folder's old tree that its listing does not have any more. Both are
    /// sorted by the bytes of their names.
    fileprivate mutating func addRemoved(from tree: Tree, _ items: [Item]) {
        var position = 0
        for node in tree.nodes where node.type == .file && !node.isNameOnly {
            while position < items.count, items[position].name.lexicographicallyPrecedes(node.name) { position += 1 }
            if position < items.count, items[position].name == node.name { continue }
            addRemoved(node.name)
        }
    }
}
