import FileTree
import ResticFormat

// Items that cannot be read: never taken for deleted.

extension ArchiveRun {
    /// Decides about an entry that could not be read. One that vanished since its folder was listed
    /// is absent; every other one is kept or named.
    /// - Throws: `RepositoryError` where the source is gone as a whole.
    func missed(_ candidate: Candidate, _ error: TreeError) async throws -> ArchivedEntry {
        switch error.code {
        case .treeUnavailable: throw RepositoryError(treeUnavailable: error)
        case .notFound: return ArchivedEntry()
        // Something else stands there by now, which was not looked at.
        case .wrongKind, .escapes: return try await missed(candidate, ItemFailure(error), kind: nil)
        default: return try await missed(candidate, ItemFailure(error), kind: candidate.kind)
        }
    }

    /// Keeps the node of the parent snapshot, marked; where it has none of that kind, the
    /// snapshot names the item.
    func missed(_ candidate: Candidate, _ failure: ItemFailure, kind: ItemKind?) async throws -> ArchivedEntry {
        let previous = candidate.previous
        let mark = UnreadMark(failure, kind: kind.map(UnreadKind.init), since: time).following(previous?.mark)
        var entry = ArchivedEntry()
        var node = Node(
            naming: candidate.item.name, mark: mark, inode: candidate.isExamined ? candidate.item.attributes.inode : 0)
        if let previous, let kept = try await kept(previous, kind, at: candidate.path) {
            node = previous
            node.setMark(mark, lastReading: lastReading(of: previous))
            for item in kept.unread { record(item) }
            count { counts in
                counts.statistics.filesUnmodified += kept.files
                counts.statistics.foldersUnmodified += kept.folders
                counts.statistics.totalBytes += kept.bytes
            }
            if let tree = node.subtree { entry.seen = seen(tree, known: candidate.known) }
        }
        if let item = node.unreadItem(at: candidate.path) { record(item) }
        entry.node = node
        entry.isSame = node == previous
        return entry
    }

    /// When the item of a node of the parent snapshot was last read whole.
    func lastReading(of previous: Node?) -> NodeTime {
        guard let previous else { return time }
        return previous.lastReading ?? parentTime ?? time
    }

    /// What comes with a node of the parent snapshot.
    private struct Kept {
        var files: UInt64 = 0
        var folders: UInt64 = 0
        var bytes: UInt64 = 0
        /// What was unread before within a folder that now cannot be listed itself.
        var unread: [UnreadItem] = []
    }

    /// nil where the node is of another kind than the item, or has lost content.
    private func kept(_ node: Node, _ kind: ItemKind?, at path: TreePath) async throws -> Kept? {
        guard !node.isNameOnly, kind == nil || node.type.kind == kind else { return nil }
        var kept = Kept()
        switch node.type {
        case .file:
            guard try await target().saver.hasContent(of: node) else { return nil }
            (kept.files, kept.bytes) = (1, node.size)
        case .dir:
            guard let tree = node.subtree else { return nil }
            kept.folders = 1
            do {
                try await survey(tree, at: path, into: &kept)
            } catch let error as RepositoryError where error.code == .damaged {
                return nil
            }
        case .symlink, .fifo, .socket, .dev, .chardev: break
        }
        return kept
    }

    private func survey(_ tree: ObjectID, at path: TreePath, into kept: inout Kept) async throws {
        try Task.checkCancellation()
        var found = Kept()
        var folders: [(path: TreePath, tree: ObjectID)] = []
        try await target().trees.visit(tree) { node in
            guard TreePath.isValidName(node.name) else { return }
            let path = path.appending(node.name)
            if let item = node.unreadItem(at: path) { found.unread.append(item) }
            switch node.type {
            case .file:
                found.files += 1
                found.bytes += node.size
            case .dir:
                found.folders += 1
                if let subtree = node.subtree { folders.append((path, subtree)) }
            case .symlink, .fifo, .socket, .dev, .chardev: break
            }
        }
        kept.files += found.files
        kept.folders += found.folders
        kept.bytes += found.bytes
        kept.unread += found.unread
        for folder in folders { try await survey(folder.tree, at: folder.path, into: &kept) }
    }

    /// The records of a folder that keeps its tree: those of the last run, or one that
    /// stands for no listing.
    private func seen(_ tree: ObjectID, known: Int?) -> ArchivedFolder.Seen {
        if let known, lastSeen?.tree(of: known) == tree { return .asBefore(known) }
        return .new(FolderRecords(tree: tree, fingerprint: nil, folders: []))
    }
}
