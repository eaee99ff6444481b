import FileTree
import Foundation
import ResticFormat
import Synchronization

/// The frame around an archive run: parent and index before it, index files and snapshot after it.
struct ArchiveJob: Sendable {
    let repository: Repository
    let options: ArchiveOptions
    let request: ArchiveRequest
    let cache: FolderCache?
    let announce: @Sendable (_ id: String, _ tree: String) async throws -> Void

    /// Another program changed the repository since it was looked at: what is known of its folders
    /// may not be there any more.
    private struct OutdatedFolders: Error {}

    func run(
        _ source: any ReadableTree, _ progress: @escaping @Sendable (ArchiveProgress) -> Void
    ) async throws -> ArchiveOutcome {
        try repository.expectWritable()
        let parent = try await parent()
        let previous = try parent.map { try repository.treeID(of: $0) }
        let known = known(parent)
        let seen: FolderCache.Seen? =
            if let previous { await cache?.load(tree: previous, indexDigest: known?.indexDigest) } else { nil }
        do {
            return try await attempt(source, parent, seen: seen, progress)
        } catch is OutdatedFolders {
            guard known == nil else {
                throw RepositoryError(
                    .viewOutdated, "another program changed the repository since it was looked at", isRetryable: true)
            }
            return try await attempt(source, parent, seen: nil, progress)
        }
    }

    /// What is known, where it is about the parent.
    private func known(_ parent: SnapshotInfo?) -> RepositoryView? {
        parent?.id == request.known?.snapshot.id ? request.known : nil
    }

    private func parent() async throws -> SnapshotInfo? {
        guard let id = request.parent else { return nil }
        if let known = request.known?.snapshot, known.id == id { return known }
        return try await repository.snapshot(id)
    }

    /// Archives, relying on what was seen of the folders.
    /// - Throws: `OutdatedFolders` where that is not to be relied on; nothing is stored then.
    private func attempt(
        _ source: any ReadableTree, _ parent: SnapshotInfo?, seen: FolderCache.Seen?,
        _ progress: @escaping @Sendable (ArchiveProgress) -> Void
    ) async throws -> ArchiveOutcome {
        let start = NodeTime(repository.environment.now())
        let target = LazyTarget { try await self.target(expecting: seen?.indexDigest ?? known(parent)?.indexDigest) }
        let run = ArchiveRun(
            source: source, options: options, opening: target,
            chunker: Chunker(polynomial: repository.config.chunkerPolynomial), time: NodeTime(request.time),
            parentTime: parent.map { NodeTime(request.parentCheckedTime ?? $0.time) }, remembersFolders: cache != nil,
            lastSeen: seen?.records, report: progress)
        do {
            let previous = try parent.map { try repository.treeID(of: $0) }
            let root = try await archive(run, previous: previous)
            if !isUnchanged(root.tree, parent) { _ = try await target.target() }
            let stored = try await target.ifMade?.saver.flush()
            if let stored {
                repository.loadedIndex.withLock { $0 = stored }
                try await expectStill(stored, target.ifMade?.indexMoment)
            }
            var outcome = try await conclude(
                run, target.ifMade?.saver.counts ?? BlobSaver.BlobCounts(), tree: root.tree, parent: parent,
                start: start)
            let digest = if let stored { stored.digest } else { seen?.indexDigest }
            outcome.indexDigest = stored?.digest
            outcome.missingPacks = stored?.missingPacks.count ?? 0
            outcome.view?.indexDigest = digest ?? ""
            if digest == nil { outcome.view = nil }
            if let cache, let digest, stored != nil, case .new(let records) = root.seen {
                let copied = await cache.save(
                    records, indexDigest: digest, isLarge: run.result.entries >= options.entriesRemembered,
                    copied: request.known?.foldersCopied)
                outcome.view?.foldersCopied = copied
            }
            return outcome
        } catch {
            // What is already stored helps the next run; that it cannot be indexed now must not
            // hide why this run failed.
            try? await target.ifMade?.saver.salvage()
            throw error
        }
    }

    /// The index as it is under the lock, which is taken with it.
    private func target(expecting digest: String?) async throws -> ArchiveTarget {
        try await repository.takeSharedLock()
        let moment = repository.environment.steadySeconds()
        let index = try await repository.index(skippingDamaged: true)
        if let digest, digest != index.digest { throw OutdatedFolders() }
        let saver = BlobSaver(
            repository: repository, index: index, width: options.width, packSizeBytes: options.packSizeBytes,
            compressionLevel: options.compressionLevel, verifiesBlobs: options.verifiesBlobs)
        return ArchiveTarget(
            saver: saver, trees: TreeReader(repository: repository, index: index), indexMoment: moment)
    }

    /// Before a snapshot refers to it: whether all of the index is still there that was read at a
    /// moment, and our lock. While that was there nothing was removed by a program that heeds locks,
    /// neither an index file nor a pack of ours that no index file named yet.
    private func expectStill(_ index: BlobIndex, _ moment: Double?) async throws {
        let age = moment.map { repository.environment.steadySeconds() - $0 } ?? .infinity
        guard age >= options.indexTrustSeconds else { return }
        try await repository.expectSharedLock()
        try await repository.expectIndexFiles(index.files)
    }

    private func isUnchanged(_ tree: ObjectID, _ parent: SnapshotInfo?) -> Bool {
        parent?.tree == tree.hex && !request.storesUnchanged
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
        if let parent, isUnchanged(tree, parent) {
            return ArchiveOutcome(
                result: .unchanged(parent: parent.id), tree: tree.hex, statistics: statistics, failures: unread,
                figures: figures, view: view(of: parent))
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
        let info = repository.info(name, snapshot)
        return ArchiveOutcome(
            result: .snapshot(id: info.id), tree: tree.hex, statistics: statistics, failures: unread,
            figures: figures, view: view(of: info))
    }

    /// What is known when a run ends, but for the index files.
    private func view(of snapshot: SnapshotInfo) -> RepositoryView {
        RepositoryView(
            config: Data(repository.configBytes), snapshot: snapshot, indexDigest: "",
            foldersCopied: request.known?.foldersCopied)
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
