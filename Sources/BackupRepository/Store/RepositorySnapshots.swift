public import FileTree
import ObjectStorage
import ResticFormat

extension Repository {
    /// All snapshots, oldest first.
    /// - Throws: `RepositoryError`: `damaged` naming the snapshot, `storage`.
    public func snapshots() async throws -> [SnapshotInfo] {
        var found: [SnapshotInfo] = []
        try await withAhead(list(.snapshots).map(\.name)) {
            try await self.info($0)
        } then: {
            found.append($1)
        }
        return found.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    /// The snapshots whose description can be read, oldest first.
    /// - Throws: `RepositoryError`: `storage`.
    public func readableSnapshots() async throws -> [SnapshotInfo] {
        var found: [SnapshotInfo] = []
        try await withAhead(list(.snapshots).map(\.name)) { name -> SnapshotInfo? in
            do {
                return try await self.info(name)
            } catch let error as RepositoryError where error.isDamage {
                return nil
            }
        } then: {
            if let info = $1 { found.append(info) }
        }
        return found.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
    }

    /// The snapshot with that ID (64 hexadecimal digits).
    /// - Throws: `RepositoryError`: `snapshotNotFound`, `damaged`, `storage`.
    public func snapshot(_ id: String) async throws -> SnapshotInfo {
        guard let object = ObjectID(hex: id) else {
            throw RepositoryError(.snapshotNotFound, "'\(id)' is not the ID of a snapshot")
        }
        let name = ObjectNames.name(.snapshots, object)
        guard let bytes = try await readIfPresent(name) else {
            throw RepositoryError(.snapshotNotFound, "there is no snapshot \(id)")
        }
        let json = try unpacked(bytes, name)
        return info(name, try decoded(name, Snapshot(decoding: json)))
    }

    /// Deletes snapshots, under an exclusive lock. Their data stays until a prune. IDs that are not
    /// there are no error.
    public func forget(_ ids: [String]) async throws {
        try await withLock(exclusive: true) {
            for id in ids {
                guard let object = ObjectID(hex: id) else {
                    throw RepositoryError(.snapshotNotFound, "'\(id)' is not the ID of a snapshot")
                }
                try await self.stored(await self.store.delete(ObjectNames.name(.snapshots, object)))
            }
            // A snapshot that came back after a power cut would name packs that a prune
            // has taken away since.
            try await self.stored(await self.store.synchronizeDeletions(prefix: ObjectNames.Kind.snapshots.prefix))
        }
    }

    /// The entries of a folder of a snapshot, sorted by the bytes of their names. Entries with
    /// impossible names, and those that only name an item that could not be read, are left out.
    /// - Throws: `RepositoryError`: `snapshotNotFound` also where there is no
    ///   such folder, `damaged`, `storage`.
    public func items(in folder: TreePath, ofSnapshot id: String) async throws -> [Item] {
        let info = try await snapshot(id)
        let reader = TreeReader(repository: self, index: try await index())
        let tree = try await reader.tree(of: folder, root: try treeID(of: info))
        return tree.nodes.filter { TreePath.isValidName($0.name) && !$0.isNameOnly }.map { node in
            var item = Item(node)
            item.attributes.device = 0
            return item
        }
    }

    func treeID(of info: SnapshotInfo) throws(RepositoryError) -> ObjectID {
        guard let tree = ObjectID(hex: info.tree) else {
            throw .damaged("snapshots/\(info.id)", "its tree has no valid ID")
        }
        return tree
    }

    func readSnapshot(_ name: String) async throws(RepositoryError) -> Snapshot {
        let json = try await readUnpacked(name)
        return try decoded(name, Snapshot(decoding: json))
    }

    private func info(_ name: String) async throws -> SnapshotInfo {
        info(name, try await readSnapshot(name))
    }

    func info(_ name: String, _ snapshot: Snapshot) -> SnapshotInfo {
        SnapshotInfo(
            id: ObjectNames.id(of: name)?.hex ?? name, time: Timestamp(snapshot.time), tree: snapshot.tree.hex,
            parent: snapshot.parent?.hex,
            original: snapshot.original?.hex, tags: snapshot.tags, paths: snapshot.paths, hostname: snapshot.hostname,
            statistics: snapshot.summary.map(ArchiveStatistics.init))
    }
}

extension ArchiveStatistics {
    init(_ summary: SnapshotSummary) {
        self.init()
        filesNew = summary.filesNew
        filesChanged = summary.filesChanged
        filesUnmodified = summary.filesUnmodified
        foldersNew = summary.dirsNew
        foldersChanged = summary.dirsChanged
        foldersUnmodified = summary.dirsUnmodified
        dataBlobs = summary.dataBlobs
        treeBlobs = summary.treeBlobs
        addedBytes = summary.dataAdded
        addedPackedBytes = summary.dataAddedPacked
        totalBytes = summary.totalBytesProcessed
    }

    func summary(start: NodeTime, end: NodeTime) -> SnapshotSummary {
        var summary = SnapshotSummary(backupStart: start, backupEnd: end)
        summary.filesNew = filesNew
        summary.filesChanged = filesChanged
        summary.filesUnmodified = filesUnmodified
        summary.dirsNew = foldersNew
        summary.dirsChanged = foldersChanged
        summary.dirsUnmodified = foldersUnmodified
        summary.dataBlobs = dataBlobs
        summary.treeBlobs = treeBlobs
        summary.dataAdded = addedBytes
        summary.dataAddedPacked = addedPackedBytes
        summary.totalFilesProcessed = totalFiles
        summary.totalBytesProcessed = totalBytes
        return summary
    }
}
