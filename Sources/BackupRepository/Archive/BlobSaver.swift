import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// Stores blobs that the repository does not have: hash, look up, compress, seal, pack.
///
/// A blob is reserved by its ID before it is worked on, so that equal content is stored once even
/// when many threads meet it at once.
final class BlobSaver: Sendable {
    struct State: Sendable {
        /// What was stored before and by this run. Blobs of this run stand in it from their
        /// reservation on, and get their place later.
        var index: BlobIndex
        var counts = BlobCounts()
        /// Packs that are stored but in no index file yet: their numbers, and the
        /// records of their blobs.
        var unindexed: [(pack: UInt32, records: [UInt32])] = []
        var unindexedBlobs = 0
        /// When the last index file was written, or the run began, in the environment's steady seconds.
        var indexedAt: Double
    }

    struct BlobCounts: Sendable {
        var dataBlobs: UInt64 = 0
        var treeBlobs: UInt64 = 0
        var addedBytes: UInt64 = 0
        var addedPackedBytes: UInt64 = 0
    }

    /// A blob after its synchronous part.
    struct Prepared: Sendable {
        var id: ObjectID
        /// The number of its reservation; nil where the blob is known.
        var record: Int?
        var isTree = false
        var plaintextLength = 0
        var uncompressedLength: UInt32 = 0
    }

    /// A blob that is stored now.
    struct Saved: Sendable {
        var id: ObjectID
        /// Its bytes as stored, compressed but without the seal; nil where it was known before.
        var storedBytes: Int?
    }

    /// An index file is written when this many blobs wait for one, as restic does.
    private static let blobsPerIndexFile = 50_000
    /// Or this many packs, so that a long run that is interrupted loses little.
    private static let packsPerIndexFile = 64
    /// Or this long after the last one, so that a slow first backup that another process takes over does
    /// not begin from nothing.
    private static let secondsPerIndexFile = 120.0

    let repository: Repository
    private let known: BlobIndex
    private let state: Mutex<State>
    private let packs: PackWriter
    private let compressionLevel: Int32?
    private let verifiesBlobs: Bool

    init(
        repository: Repository, index: BlobIndex, width: Int, packSizeBytes: Int, compressionLevel: Int32?,
        verifiesBlobs: Bool
    ) {
        self.repository = repository
        self.compressionLevel = compressionLevel
        self.verifiesBlobs = verifiesBlobs
        known = index
        state = Mutex(State(index: index, indexedAt: repository.environment.steadySeconds()))
        packs = PackWriter(repository: repository, width: width, packSizeBytes: packSizeBytes)
    }

    var counts: BlobCounts { state.withLock { $0.counts } }

    /// Whether every blob of the file is stored, so that its content can be taken over.
    func hasContent(of node: Node) -> Bool {
        (node.content ?? []).allSatisfy { known.contains($0, isTree: false) }
    }

    /// How well a file's content compressed: the stored part of it. nil where that is not known, or
    /// the file is too short to say, or so long that the question costs too much.
    func compression(of node: Node) -> Double? {
        guard let content = node.content, node.size >= UInt64(Self.compressionMinimumBytes),
            content.count <= Self.compressionMaximumBlobs
        else { return nil }
        var (plain, stored) = (0, 0)
        for id in content {
            guard let location = known.location(id, isTree: false), let length = location.plaintextLength else {
                return nil
            }
            plain += length
            stored += Int(location.length) - Sealer.overheadByteCount
        }
        return plain == 0 ? nil : Double(stored) / Double(plain)
    }

    /// Shorter content says little: the frame of the compressed form counts as much.
    static let compressionMinimumBytes = 512
    private static let compressionMaximumBlobs = 4096

    /// Stores a chunk of a file.
    func saveData(_ chunk: [UInt8]) async throws -> Saved {
        let codec = repository.codecs.take()
        defer { repository.codecs.giveBack(codec) }
        let prepared = try unsafe chunk.withUnsafeBytes { unsafe try prepare($0, isTree: false, codec) }
        return try await finish(prepared, codec)
    }

    /// Stores a folder's tree.
    func save(_ tree: Tree) async throws -> ObjectID { try await saveTree(tree.encoded()) }

    /// Stores the canonical text of a folder's tree.
    func saveTree(_ json: [UInt8]) async throws -> ObjectID {
        let codec = repository.codecs.take()
        defer { repository.codecs.giveBack(codec) }
        let prepared = try unsafe json.withUnsafeBytes { unsafe try prepare($0, isTree: true, codec) }
        return try await finish(prepared, codec).id
    }

    /// Hashes a blob and, where it is new, leaves its stored form in the codec.
    func prepare(_ plaintext: UnsafeRawBufferPointer, isTree: Bool, _ codec: BlobCodec) throws -> Prepared {
        let id = unsafe ObjectID.hash(of: plaintext)
        guard let record = reserve(id, isTree: isTree) else { return Prepared(id: id) }
        let level = compressionLevel ?? (isTree ? 3 : nil)
        let uncompressedLength = unsafe try codec.encode(plaintext, level: level)
        let prepared = Prepared(
            id: id, record: record, isTree: isTree, plaintextLength: plaintext.count,
            uncompressedLength: uncompressedLength)
        if verifiesBlobs { try verify(prepared, codec) }
        return prepared
    }

    /// Puts a prepared blob into a pack.
    func finish(_ prepared: Prepared, _ codec: BlobCodec) async throws -> Saved {
        guard let record = prepared.record else { return Saved(id: prepared.id) }
        let storedLength = UInt64(codec.sealed.count)
        state.withLock { state in
            if prepared.isTree { state.counts.treeBlobs += 1 } else { state.counts.dataBlobs += 1 }
            state.counts.addedBytes += UInt64(prepared.plaintextLength)
            state.counts.addedPackedBytes += storedLength
        }
        let blob = PackWriter.Blob(
            id: prepared.id, isTree: prepared.isTree, record: UInt32(record),
            uncompressedLength: prepared.uncompressedLength)
        for pack in try await packs.add(blob, codec.sealed) { try await note(pack) }
        return Saved(id: prepared.id, storedBytes: Int(storedLength) - Sealer.overheadByteCount)
    }

    /// Stores what is left: open packs, then index files. Afterwards everything saved
    /// may be referred to.
    /// - Returns: the index with everything that is stored now.
    func flush() async throws -> BlobIndex {
        for pack in try await packs.flush() { try await note(pack) }
        try await writeIndex()
        return state.withLock { $0.index }
    }

    /// After a failure: makes the packs that are stored already known to later runs.
    func salvage() async throws {
        try await writeIndex()
    }

    private func reserve(_ id: ObjectID, isTree: Bool) -> Int? {
        state.withLock { state in
            guard state.index.table.firstRecord(id, isTree: isTree) == nil else { return nil }
            let location = BlobLocation(pack: .max, offset: 0, length: 0, uncompressedLength: 0)
            state.index.table.add(BlobTable.Record(id: id, location: location, isTree: isTree))
            return state.index.table.count - 1
        }
    }

    /// Opens the stored form again, so that a fault of the machine is found while the
    /// source is still there.
    private func verify(_ prepared: Prepared, _ codec: BlobCodec) throws {
        let stored = codec.sealed
        let location = BlobLocation(
            pack: 0, offset: 0, length: UInt32(stored.count), uncompressedLength: prepared.uncompressedLength)
        try unsafe stored.withUnsafeBytes { bytes in
            unsafe try codec.open(
                bytes, BlobTable.Record(id: prepared.id, location: location, isTree: prepared.isTree),
                in: "a pack in memory"
            ) { _ in }
        }
    }

    /// Enters a stored pack into the index, and writes an index file when there is enough for one.
    private func note(_ pack: StoredPack) async throws {
        let now = repository.environment.steadySeconds()
        let isDue = state.withLock { state in
            let number = state.index.addPack(pack)
            state.unindexed.append((number, pack.blobs.map(\.record)))
            state.unindexedBlobs += pack.blobs.count
            return state.unindexedBlobs >= Self.blobsPerIndexFile || state.unindexed.count >= Self.packsPerIndexFile
                || now - state.indexedAt >= Self.secondsPerIndexFile
        }
        if isDue { try await writeIndex() }
    }

    private func writeIndex() async throws {
        let now = repository.environment.steadySeconds()
        let packs = state.withLock { state -> [PackIndex] in
            state.indexedAt = now
            defer {
                state.unindexed = []
                state.unindexedBlobs = 0
            }
            return state.unindexed.map {
                PackIndex(id: state.index.packs[Int($0.pack)], blobs: $0.records.map(state.index.entry))
            }
        }
        for file in packs.indexFiles() {
            let name = try await repository.storeUnpacked(file.encoded(), as: .index)
            state.withLock { $0.index.files.append(name) }
        }
    }
}
