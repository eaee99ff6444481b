import FileTree
import ObjectStorage
import ResticFormat

/// A redo record that is being written. Nothing counts of it before `commit`.
struct RedoDraft {
    /// The most content that one object has, in bytes.
    static let partBytes = 8 << 20

    let id: String
    let records: RedoRecords
    /// How much content it has so far, in bytes.
    private(set) var contentBytes: UInt64 = 0
    private var pieces = RedoPieces()
    private var parts: [String] = []

    init(id: String, records: RedoRecords) {
        self.id = id
        self.records = records
    }

    mutating func add(_ content: UnsafeRawBufferPointer, at offset: UInt64) {
        unsafe pieces.add(content, at: offset)
        contentBytes += UInt64(content.count)
    }

    /// Stores what was added, where it is much.
    mutating func flush() async throws {
        guard pieces.bytes.count >= Self.partBytes else { return }
        let sealed = try Repository.decoding(id, try records.repository.sealer.seal(pieces.bytes))
        let name = RedoRecords.part(parts.count, of: id)
        try await Repository.storing(await records.store.write(name, sealed))
        parts.append(ObjectID.hash(of: sealed).hex)
        pieces = RedoPieces()
    }

    /// Makes the record complete and durable: from now on the patch happens, whatever comes.
    func commit(path: TreePath, before: ItemAttributes, size: UInt64, changes: AttributeChanges) async throws {
        let record = RedoRecord(path: path, before: before, size: size, changes: changes, parts: parts)
        let sealed = try Repository.decoding(
            id, try records.repository.sealer.seal(try Self.encode(record, pieces)))
        try await Repository.storing(await records.store.write(RedoRecords.folder + id, sealed))
    }

    private static func encode(_ record: RedoRecord, _ pieces: RedoPieces) throws(FormatError) -> [UInt8] {
        do {
            return try record.encoded(with: pieces)
        } catch {
            throw FormatError(.invalidArgument, "a redo record cannot be written: \(error)")
        }
    }

    /// Removes what was stored, where the patch does not happen: the record itself first, which may
    /// stand although storing it failed.
    func discard() async throws {
        let parts = parts.indices.map { RedoRecords.part($0, of: id) }
        try await records.delete([RedoRecords.folder + id] + parts)
        try await Repository.storing(await records.store.synchronizeDeletions(prefix: RedoRecords.folder))
    }
}
