import Concurrency
import ObjectStorage
import ResticFormat
import Synchronization

/// A pack that is durable in the store.
struct StoredPack: Sendable {
    var id: ObjectID
    var blobs: [PackWriter.Blob]
    var end: UInt32
}

/// Gathers stored forms of blobs in packs, one open pack for data and one for trees,
/// and stores full ones.
///
/// The bytes of a pack go to the store as they come; it gets its name when it is full. The number
/// of open packs is bounded: a caller that needs a new one waits until another is stored. Blobs
/// enter a pack one after the other, hashed and written meanwhile.
final class PackWriter: Sendable {
    /// A blob in a pack.
    struct Blob: Sendable {
        /// Its place is filled in by the writer.
        var entry: PackEntry
        /// The number of its record in the run's index.
        var record: UInt32

        init(id: ObjectID, isTree: Bool, record: UInt32, uncompressedLength: UInt32) {
            entry = PackEntry(
                type: isTree ? .tree : .data, id: id, offset: 0, length: 0, uncompressedLength: uncompressedLength)
            self.record = record
        }
    }

    private struct State: Sendable {
        var data: OpenPack?
        var trees: OpenPack?
    }

    private enum Added: Sendable {
        case done
        case full(OpenPack)
        case needsPack
    }

    private let repository: Repository
    private let packSizeBytes: Int
    private let state = Mutex(State())
    private let slots: AsyncSemaphore

    init(repository: Repository, width: Int, packSizeBytes: Int) {
        self.repository = repository
        self.packSizeBytes = packSizeBytes
        // Two open, and some on their way to the disk, so that others are filled meanwhile.
        slots = AsyncSemaphore(permits: 2 + max(1, width / 2))
    }

    /// Adds a blob in its stored form. Returns the packs that were stored because they became full.
    func add(_ blob: Blob, _ stored: [UInt8]) async throws -> [StoredPack] {
        while true {
            switch try await repository.stored(append(blob, stored)) {
            case .done: return []
            case .full(let pack): return [try await store(pack)]
            case .needsPack: try await openPack(isTree: blob.entry.type == .tree)
            }
        }
    }

    /// Stores the open packs. Returns those that were not empty.
    func flush() async throws -> [StoredPack] {
        let open = state.withLock { state in
            defer {
                state.data = nil
                state.trees = nil
            }
            return [state.data, state.trees].compactMap(\.self)
        }
        var stored: [StoredPack] = []
        for pack in open where !pack.blobs.isEmpty { stored.append(try await store(pack)) }
        return stored
    }

    private func append(_ blob: Blob, _ stored: [UInt8]) throws(ObjectStoreError) -> Added {
        try state.withLock { state throws(ObjectStoreError) in
            blob.entry.type == .tree
                ? try append(blob, stored, to: &state.trees) : try append(blob, stored, to: &state.data)
        }
    }

    private func append(_ blob: Blob, _ stored: [UInt8], to open: inout OpenPack?) throws(ObjectStoreError) -> Added {
        guard let pack = open else { return .needsPack }
        var blob = blob
        blob.entry.offset = UInt32(pack.byteCount)
        blob.entry.length = UInt32(stored.count)
        do throws(ObjectStoreError) {
            try pack.append(stored)
        } catch {
            // The pack cannot be completed; what was in it is lost with the run.
            open = nil
            slots.release()
            throw error
        }
        pack.blobs.append(blob)
        // Small blobs fill the header before they fill the pack.
        guard pack.byteCount >= packSizeBytes || pack.blobs.count >= 100_000 else { return .done }
        open = nil
        return .full(pack)
    }

    private func openPack(isTree: Bool) async throws {
        await slots.acquire()
        do {
            let pack = OpenPack(
                draft: try await repository.stored(await repository.store.draft()))
            let isNeeded = state.withLock { state in
                guard isTree ? state.trees == nil : state.data == nil else { return false }
                if isTree { state.trees = pack } else { state.data = pack }
                return true
            }
            if !isNeeded { slots.release() }
        } catch {
            slots.release()
            throw error
        }
    }

    /// Adds the header and stores the pack under the hash of its bytes.
    private func store(_ pack: OpenPack) async throws -> StoredPack {
        defer { slots.release() }
        let end = UInt32(pack.byteCount)
        let tail = try PackHeader.tail(pack.blobs.map(\.entry), sealer: repository.sealer)
        try await repository.stored(await pack.publish(tail: tail))
        return StoredPack(id: pack.hasher.id, blobs: pack.blobs, end: end)
    }
}

/// A pack that is being filled or stored.
///
/// `@unchecked Sendable`: it is changed only under the writer's mutex while it is open, and
/// afterwards only by the one task that stores it.
private final class OpenPack: @unchecked Sendable {
    private let draft: any ObjectDraft
    var blobs: [PackWriter.Blob] = []
    private(set) var hasher = ObjectHasher()
    private(set) var byteCount = 0
    /// Small blobs that go to the store together.
    private var waiting: [UInt8] = []
    private static let pieceBytes = 256 << 10

    init(draft: any ObjectDraft) {
        self.draft = draft
        waiting.reserveCapacity(Self.pieceBytes)
    }

    func append(_ bytes: [UInt8]) throws(ObjectStoreError) {
        if waiting.count + bytes.count > Self.pieceBytes { try flush() }
        byteCount += bytes.count
        if bytes.count < Self.pieceBytes { waiting.append(contentsOf: bytes) } else { try hand(bytes) }
    }

    /// Hands what waits to the store.
    func flush() throws(ObjectStoreError) {
        if waiting.isEmpty { return }
        try hand(waiting)
        waiting.removeAll(keepingCapacity: true)
    }

    /// Adds the header and gives the pack its name, the hash of its bytes.
    func publish(tail: [UInt8]) async throws(ObjectStoreError) {
        try append(tail)
        try flush()
        try await draft.publish(as: ObjectNames.pack(hasher.id))
    }

    private func hand(_ bytes: [UInt8]) throws(ObjectStoreError) {
        hasher.update(bytes)
        try draft.append(bytes)
    }
}
