import FileTree
import ResticFormat

// Folders that look as the last run saw them.

extension ArchiveRun {
    /// Archives the folders in a folder whose listing has the fingerprint that the last run saw, so
    /// that nothing else in it needs to be looked at.
    /// - Returns: what came of them, by their numbers in the listing; nil where the folder has to be
    ///   compared entry by entry.
    func archiveKnownSubfolders(of folder: SourceFolder) async throws -> [Int: FolderOutcome]? {
        guard let known = folder.known, let fingerprint = folder.fingerprint, let lastSeen,
            lastSeen.hasFingerprint(fingerprint, known)
        else { return nil }
        let items = folder.listing.items
        let numbers = items.indices.filter { items[$0].attributes.kind == .folder }
        let records = lastSeen.folders(in: known)
        guard numbers.count == records.count else { return nil }
        if numbers.isEmpty { return [:] }
        return try await withThrowingTaskGroup(of: (Int, FolderOutcome).self) { group in
            var results: [(Int, FolderOutcome)] = []
            for (number, record) in zip(numbers, records) {
                let path = folder.path.appending(items[number].name)
                try await fork(in: &group, inline: &results) {
                    (
                        number,
                        try await self.archiveFolder(path, previousTree: lastSeen.tree(of: record), known: record)
                    )
                }
            }
            for try await result in group { results.append(result) }
            return Dictionary(uniqueKeysWithValues: results)
        }
    }

    /// Counts a folder and its entries, all of them unmodified.
    func countUnmodified(_ items: [Item]) {
        count { counts in
            counts.folders += 1
            let filesBefore = counts.statistics.filesUnmodified
            for item in items {
                switch item.attributes.kind {
                case .folder: counts.statistics.foldersUnmodified += 1
                case .file:
                    counts.statistics.filesUnmodified += 1
                    counts.statistics.totalBytes += item.attributes.size
                case .symbolicLink, .fifo, .socket, .blockDevice, .characterDevice: break
                }
            }
            if counts.statistics.filesUnmodified > filesBefore { counts.filledFolders += 1 }
        }
    }

    /// Gathers what was seen of the folders in a folder.
    struct SeenFolders {
        private let run: ArchiveRun
        private var folders: [FolderRecords] = []
        /// Of the listing, as long as every entry was read and is in the tree, so that a listing
        /// like this one means this tree.
        private var fingerprint: ObjectID?
        private var isLost: Bool

        init(run: ArchiveRun, fingerprint: ObjectID?) {
            self.run = run
            self.fingerprint = fingerprint
            isLost = !run.remembersFolders
        }

        mutating func add(_ entries: [ArchivedEntry]) {
            if isLost { return }
            for entry in entries {
                guard let node = entry.node else {
                    fingerprint = nil
                    continue
                }
                if node.isMarked { fingerprint = nil }
                guard node.type == .dir else { continue }
                if let records = records(entry.seen) { folders.append(records) } else { isLost = true }
            }
        }

        /// What was seen of the folder itself, which has that tree.
        func of(_ tree: ObjectID) -> ArchivedFolder.Seen? {
            isLost ? nil : .new(FolderRecords(tree: tree, fingerprint: fingerprint, folders: folders))
        }

        private func records(_ seen: ArchivedFolder.Seen?) -> FolderRecords? {
            switch seen {
            case nil: nil
            case .new(let records): records
            case .asBefore(let number): run.lastSeen?.part(number)
            }
        }
    }
}
