import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// Does what a repair plan says, under the exclusive lock under which it was made.
struct RepairRun: Sendable {
    let repository: Repository
    let width: Int
    let plan: RepairPlan
    let quarantine: any ObjectStore
    let announce: @Sendable (RepairPlan, [String]) async throws -> Void

    /// A snapshot in its stored form, before it is stored.
    private struct Replacement: Sendable {
        var old: String
        var id: ObjectID
        /// nil where an interrupted repair has stored it already.
        var bytes: [UInt8]?
    }

    /// What tells a rewritten snapshot: encryption gives the same one another name each time.
    private struct Rewritten: Hashable {
        var original: ObjectID
        var tree: ObjectID
    }

    func run(password: String, keepsSnapshots: Bool) async throws -> RepairOutcome {
        guard !plan.isEmpty else { return RepairOutcome(plan: plan, replaced: [:], dropped: []) }
        try await mendKeys(password)
        let saved = try await writeIndex(sound: plan.sound, salvaged: try await salvage())
        var outcome = RepairOutcome(plan: plan, replaced: [:], dropped: [])
        if !keepsSnapshots { try await replaceSnapshots(saved, &outcome) }
        for name in plan.damagedPacks { try await repository.moveAway(name, to: quarantine) }
        repository.loadedIndex.withLock { $0 = nil }
        return outcome
    }

    private func replaceSnapshots(_ saved: BlobIndex, _ outcome: inout RepairOutcome) async throws {
        guard !plan.damagedSnapshots.isEmpty || !plan.unreadableSnapshots.isEmpty else { return }
        let (replacements, lostWhole) = try await rewriteTrees(saved)
        try await announce(plan, replacements.filter { $0.bytes != nil }.map(\.id.hex))
        for replacement in replacements {
            if let bytes = replacement.bytes { try await write(ObjectNames.name(.snapshots, replacement.id), bytes) }
            outcome.replaced[replacement.old] = replacement.id.hex
        }
        outcome.dropped = plan.unreadableSnapshots + lostWhole
        for id in replacements.map(\.old) + outcome.dropped {
            guard let id = ObjectID(hex: id) else { continue }
            try await repository.moveAway(ObjectNames.name(.snapshots, id), to: quarantine)
        }
    }

    private func write(_ name: String, _ bytes: [UInt8]) async throws {
        try await repository.stored(await repository.store.write(name, bytes))
    }

    /// Removes key files that cannot be read, after there is one that can.
    private func mendKeys(_ password: String) async throws {
        let broken = plan.unusableFiles.filter { $0.hasPrefix(ObjectNames.Kind.keys.prefix) }
        let all = try await repository.list(.keys)
        if all.count == broken.count { try await repository.addPassword(password) }
        for name in broken { try await repository.moveAway(name, to: quarantine) }
    }

    /// Moves what opens out of damaged packs.
    private func salvage() async throws -> [StoredPack] {
        guard !plan.salvaged.isEmpty else { return [] }
        var moves = PrunePlan()
        moves.index = plan.index
        let table = plan.index.table
        moves.moved = plan.salvaged.sorted { left, right in
            let (left, right) = (table[Int(left)].location, table[Int(right)].location)
            return (left.pack, left.offset) < (right.pack, right.offset)
        }
        return try await Repacker(repository: repository, options: PruneOptions(width: width), plan: moves).run()
    }

    /// Replaces the index by one that names exactly the packs that are whole. Gives it back as
    /// it is in memory.
    private func writeIndex(sound: [PackIndex], salvaged: [StoredPack]) async throws -> BlobIndex {
        let files = (sound + salvaged.map { PackIndex(id: $0.id, blobs: $0.blobs.map(\.entry)) }).indexFiles()
        var index = BlobIndex()
        let old = try await repository.list(.index).map(\.name)
        for file in files { index.add(file, name: try await repository.storeUnpacked(file.encoded(), as: .index)) }
        for name in old where !index.files.contains(name) {
            if plan.unusableFiles.contains(name) {
                try await repository.moveAway(name, to: quarantine)
            } else {
                try await repository.stored(await repository.store.delete(name))
            }
        }
        try await repository.stored(await repository.store.synchronizeDeletions(prefix: ObjectNames.Kind.index.prefix))
        return index
    }

    /// The snapshots that a repair stored before it was interrupted, when those that they stand
    /// for were still there.
    private func rewrittenBefore() async throws -> [Rewritten: ObjectID] {
        let skipped = Set(plan.unreadableSnapshots + plan.damagedSnapshots)
        var found: [Rewritten: ObjectID] = [:]
        for name in try await repository.list(.snapshots).map(\.name) {
            guard let id = ObjectID(hex: String(name.suffix(64))), !skipped.contains(id.hex) else { continue }
            let snapshot = try await repository.readSnapshot(name)
            if let original = snapshot.original, snapshot.tags.contains(Repairer.mendedTag) {
                found[Rewritten(original: original, tree: snapshot.tree)] = id
            }
        }
        return found
    }

    /// Writes trees without what is lost, and makes the snapshots that name them.
    /// - Returns: the new snapshots, not stored yet; and the old ones of which not even
    ///   the root is left.
    private func rewriteTrees(_ index: BlobIndex) async throws -> ([Replacement], [String]) {
        let saver = BlobSaver(
            repository: repository, index: index, width: width, packSizeBytes: ArchiveOptions().packSizeBytes,
            compressionLevel: 3, verifiesBlobs: true)
        let rewriter = TreeRewriter(finder: LossFinder(repository: repository, index: index), saver: saver)
        var replacements: [Replacement] = []
        var lostWhole: [String] = []
        let stored = try await rewrittenBefore()
        for id in plan.damagedSnapshots {
            guard let object = ObjectID(hex: id) else { continue }
            var snapshot = try await repository.readSnapshot(ObjectNames.name(.snapshots, object))
            guard let root = try await rewriter.rewrite(snapshot.tree) else {
                lostWhole.append(id)
                continue
            }
            let original = snapshot.original ?? object
            if let known = stored[Rewritten(original: original, tree: root)] {
                replacements.append(Replacement(old: id, id: known, bytes: nil))
                continue
            }
            snapshot.original = original
            snapshot.tree = root
            snapshot.summary = nil
            if !snapshot.tags.contains(Repairer.mendedTag) { snapshot.tags.append(Repairer.mendedTag) }
            let bytes = try UnpackedFile.encode(
                snapshot.encoded(), sealer: repository.sealer, compressor: repository.codecs.compressors[3])
            replacements.append(Replacement(old: id, id: ObjectID.hash(of: bytes), bytes: bytes))
        }
        _ = try await saver.flush()
        return (replacements, lostWhole)
    }
}

/// Writes trees again without files and folders that are lost. A tree that lost
/// nothing keeps its ID.
private final class TreeRewriter {
    private let finder: LossFinder
    private let saver: BlobSaver
    private var known: [ObjectID: ObjectID] = [:]

    init(finder: LossFinder, saver: BlobSaver) {
        self.finder = finder
        self.saver = saver
    }

    /// The ID of what is left of a tree; nil where nothing is.
    func rewrite(_ id: ObjectID) async throws -> ObjectID? {
        if let known = known[id] { return known }
        if try await finder.losses(of: id).isEmpty { return id }
        guard let tree = try await finder.readable(id) else { return nil }
        var nodes: [Node] = []
        var names = Set<[UInt8]>()
        for var node in tree.nodes where TreePath.isValidName(node.name) && names.insert(node.name).inserted {
            if node.type == .dir {
                guard let subtree = node.subtree, let left = try await rewrite(subtree) else { continue }
                node.subtree = left
            } else if finder.isLost(node) {
                continue
            }
            nodes.append(node)
        }
        let left = try await saver.save(Tree(nodes: nodes))
        known[id] = left
        return left
    }
}
