import ObjectStorage
import ResticFormat
import Synchronization

/// A pack that is durable in the store.
struct StoredPack: Sendable {
    var id: ObjectID
    var blobs: [PackWriter.Blob]
    var end: UInt32
}

/// Gathers stored forms of blobs in packs, one open pack for data and one for trees, and stores full ones.
///
/// The number of packs in memory, open or being stored, is bounded: who needs a new one waits for another to be stored.
final class PackWriter: Sendable {
    /// A blob in a pack.
    struct Blob: Sendable {
        /// Its place is filled in by the writer.
        var entry: PackEntry
        /// The number of its record in the run's index.
        var record: UInt32

        init(id: ObjectID, isTree: Bool, record: UInt32, uncompressedLength: UInt32) {
            entry = PackEntry(type: isTree ? .tree : .data, id: id, offset: 0, length: 0, uncompressedLength: uncompressedLength)
            self.record = record
        }
    }

    /// A pack being filled or stored. A class, so that its bytes are never copied.
    ///
    /// `@unchecked Sendable`: it is changed only under the writer's mutex while it is open, and afterwards only by the one task that stores it.
    private final class OpenPack: @unchecked Sendable {
        var bytes: [UInt8]
        var blobs: [Blob] = []

        init(bytes: [UInt8]) { self.bytes = bytes }
    }

    private struct State: Sendable {
        var data: OpenPack?
        var trees: OpenPack?
        /// Buffers of packs that were stored, used again because fresh memory costs a page fault each 4 KiB.
        var buffers: [[UInt8]] = []
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
        // Two open, and some on their way, so that the store works while the next ones are filled.
        slots = AsyncSemaphore(permits: 2 + max(1, width / 2))
    }

    /// Adds a blob in its stored form. Returns the packs that were stored because they became full.
    func add(_ blob: Blob, _ stored: [UInt8]) async throws -> [StoredPack] {
        while true {
            let added = state.withLock { state in
                blob.entry.type == .tree ? Self.append(blob, stored, to: &state.trees, packSizeBytes) : Self.append(blob, stored, to: &state.data, packSizeBytes)
            }
            switch added {
            case .done: return []
            case .full(let pack): return [try await store(pack)]
            case .needsPack: await openPack(isTree: blob.entry.type == .tree)
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

    private static func append(_ blob: Blob, _ stored: [UInt8], to open: inout OpenPack?, _ packSizeBytes: Int) -> Added {
        guard let pack = open else { return .needsPack }
        var blob = blob
        blob.entry.offset = UInt32(pack.bytes.count)
        blob.entry.length = UInt32(stored.count)
        pack.bytes.append(contentsOf: stored)
        pack.blobs.append(blob)
        // Small blobs fill the header before they fill the pack.
        guard pack.bytes.count >= packSizeBytes || pack.blobs.count >= 100_000 else { return .done }
        open = nil
        return .full(pack)
    }

    private func openPack(isTree: Bool) async {
        await slots.acquire()
        let isNeeded = state.withLock { state in
            guard isTree ? state.trees == nil : state.data == nil else { return false }
            var bytes = state.buffers.popLast() ?? []
            // Room for the greatest blob above the target, so that the buffer never moves. Pages that are not used cost nothing.
            bytes.reserveCapacity(packSizeBytes + (9 << 20))
            if isTree { state.trees = OpenPack(bytes: bytes) } else { state.data = OpenPack(bytes: bytes) }
            return true
        }
        if !isNeeded { slots.release() }
    }

    /// Adds the header and stores the pack under the hash of its bytes.
    private func store(_ pack: OpenPack) async throws -> StoredPack {
        defer { slots.release() }
        let end = UInt32(pack.bytes.count)
        try appendHeader(to: pack)
        let id = ObjectID.hash(of: pack.bytes)
        try await repository.stored { () async throws(ObjectStoreError) in
            try await repository.store.write(ObjectNames.pack(id), pack.bytes)
        }
        pack.bytes.removeAll(keepingCapacity: true)
        state.withLock { $0.buffers.append(pack.bytes) }
        pack.bytes = []
        return StoredPack(id: id, blobs: pack.blobs, end: end)
    }

    /// Appends the sealed entries and their length. Source: restic-format.md section 8.
    private func appendHeader(to pack: OpenPack) throws {
        let header = try repository.sealer.seal(PackHeader.encode(pack.blobs.map(\.entry)))
        pack.bytes.append(contentsOf: header)
        for shift in stride(from: UInt32(0), through: 24, by: 8) { pack.bytes.append(UInt8(truncatingIfNeeded: UInt32(header.count) >> shift)) }
    }
}
