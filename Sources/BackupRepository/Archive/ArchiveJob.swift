import FileTree
import ResticFormat
import Synchronization

/// The frame around an archive run: parent and index before it, index files and snapshot after it.
struct ArchiveJob: Sendable {
    let repository: Repository
    let options: ArchiveOptions
    let request: ArchiveRequest
    let cache: FolderCache?
    let announce: @Sendable (_ id: String, _ tree: String) async throws -> Void

    func run(
        _ source: any ReadableTree, _ progress: @escaping @Sendable (ArchiveProgress) -> Void
    ) async throws -> ArchiveOutcome {
        try repository.expectWritable()
        let start = NodeTime(repository.environment.now())
        let parent: SnapshotInfo? = if let id = request.parent { try await repository.snapshot(id) } else { nil }
        let previous = try parent.map { try repository.treeID(of: $0) }
        let lastSeen: FolderRecords? = if let previous { await cache?.load(tree: previous) } else { nil }
        let target = LazyTarget { try await self.target() }
        let run = ArchiveRun(
            source: source, options: options, opening: target,
            chunker: Chunker(polynomial: repository.config.chunkerPolynomial), time: NodeTime(request.time),
            parentTime: parent.map { NodeTime(request.parentCheckedTime ?? $0.time) }, remembersFolders: cache != nil,
            lastSeen: lastSeen, report: progress)
        do {
            let root = try await archive(run, previous: previous)
            let stored = try await target.ifMade?.saver.flush()
            if let stored { repository.loadedIndex.withLock { $0 = stored } }
            let outcome = try await conclude(
                run, target.ifMade?.saver.counts ?? BlobSaver.BlobCounts(), tree: root.tree, parent: parent,
                start: start)
            if let cache, let stored, case .new(let records) = root.seen,
                run.result.entries >= options.entriesRemembered
            {
                await cache.save(records, indexFiles: stored.files)
            }
            return outcome
        } catch {
            // What is already stored helps the next run; that it cannot be indexed now must not
            // hide why this run failed.
            try? await target.ifMade?.saver.salvage()
            throw error
        }
    }

    private func target() async throws -> ArchiveTarget {
        let index = try await repository.index(skippingDamaged: true)
        let saver = BlobSaver(
            repository: repository, index: index, width: options.width, packSizeBytes: options.packSizeBytes,
            compressionLevel: options.compressionLevel, verifiesBlobs: options.verifiesBlobs)
        return ArchiveTarget(saver: saver, trees: TreeReader(repository: repository, index: index))
    }

    private func archive(_ run: ArchiveRun, previous: ObjectID?) async throws -> ArchivedFolder {
        let outcome = try await run.archiveFolder(.root, previousTree: previous, known: run.lastSeen == nil ? nil : 0)
        guard case .archived(let root) = outcome else {
            preconditionFailure("a root that cannot be listed ends the run")
        }
        do {
            // A source that was taken away meanwhile looks like one whose files were all deleted.
            _ = try run.source.attributes(of: .root)
        } catch {
            throw RepositoryError(treeUnavailable: error)
        }
        return root
    }

    private func conclude(
        _ run: ArchiveRun, _ blobs: BlobSaver.BlobCounts, tree: ObjectID, parent: SnapshotInfo?, start: NodeTime
    ) async throws -> ArchiveOutcome {
        let counts = run.result
        var statistics = counts.statistics
        statistics.dataBlobs = blobs.dataBlobs
        statistics.treeBlobs = blobs.treeBlobs
        statistics.addedBytes = blobs.addedBytes
        statistics.addedPackedBytes = blobs.addedPackedBytes
        let unread = counts.unread.sorted { $0.path < $1.path }
        let figures = figures(of: run, counts, parent: parent)
        if let parent, parent.tree == tree.hex, !request.storesUnchanged {
            return ArchiveOutcome(
                result: .unchanged(parent: parent.id), tree: tree.hex, statistics: statistics, failures: unread,
                figures: figures)
        }
        var snapshot = Snapshot(
            time: NodeTime(request.time), tree: tree, paths: ["/" + request.label], hostname: request.hostname,
            username: repository.environment.username, tags: request.tags + (unread.isEmpty ? [] : [Archiver.unreadTag])
        )
        snapshot.parent = parent.flatMap { ObjectID(hex: $0.id) }
        snapshot.programVersion = "holdfast"
        snapshot.summary = statistics.summary(start: start, end: NodeTime(repository.environment.now()))
        let name = try await repository.storeUnpacked(snapshot.encoded(), as: .snapshots) { name in
            try await announce(ObjectNames.id(of: name)?.hex ?? name, tree.hex)
        }
        let id = ObjectNames.id(of: name)?.hex ?? name
        return ArchiveOutcome(
            result: .snapshot(id: id), tree: tree.hex, statistics: statistics, failures: unread, figures: figures)
    }

    private func figures(of run: ArchiveRun, _ counts: ArchiveRun.Counts, parent: SnapshotInfo?) -> ChangeFigures {
        guard let evidence = run.evidence else { return ChangeFigures() }
        let kept = counts.statistics.filesUnmodified + counts.statistics.filesChanged
        let removed = parent?.statistics.map { $0.totalFiles > kept ? Int(clamping: $0.totalFiles - kept) : 0 }
        let keptFolders = counts.statistics.foldersUnmodified + counts.statistics.foldersChanged
        let foldersBefore = parent?.statistics?.totalFolders ?? 0
        return evidence.figures(
            removed: removed, folders: Int(clamping: counts.folders), filled: Int(clamping: counts.filledFolders),
            gone: foldersBefore > keptFolders ? Int(clamping: foldersBefore - keptFolders) : 0)
    }
}
