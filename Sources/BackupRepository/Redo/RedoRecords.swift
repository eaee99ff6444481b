public import FileTree
public import ObjectStorage
import ResticFormat
import Synchronization

/// The redo records of the drive that a repository backs up, in a store beside the repository.
///
/// A big file of which little differs is restored where it stands. Before its first byte is changed
/// a record of all changes is durable, and it goes when they are. After a crash the record is
/// replayed before anything else reads the drive or writes to it, so that the file is the old or the
/// new one for all who ask us (docs/decisions/0022-patch-in-place.md).
///
/// The object `redo/<32 digits>` is a record, sealed, and stored when everything else of it is;
/// `redo/<32 digits>.<number>` has more of its content; `redo-damaged/…` is what could not be opened.
public struct RedoRecords: Sendable {
    static let folder = "redo/"
    static let damagedFolder = "redo-damaged/"
    /// Records that this process is working with.
    private static let inUse = Mutex<Set<String>>([])

    let repository: Repository
    let store: any ObjectStore

    /// - Parameter store: a store beside the repository, of the same unit.
    public init(_ repository: Repository, beside store: any ObjectStore) {
        self.repository = repository
        self.store = store
    }

    /// What became of a record that a crash left.
    public struct Outcome: Sendable, Hashable {
        public enum Result: String, Sendable, Hashable, CaseIterable {
            /// The file is the restored one.
            case finished
            /// The file is gone, or another one stands there; nothing was done.
            case replaced
            /// The file has another length than before and after the patch, so it was changed after
            /// the crash; nothing was done to it, and a part of it may be the restored file's.
            case changed
            /// The record could not be opened and was set aside; the file may be half restored.
            case damaged
        }

        public var result: Result
        /// The file; nil where a damaged record does not say it.
        public var path: TreePath?
        /// The name of the record in its store.
        public var record: String
    }

    /// Whether a crash may have left something to replay.
    /// - Throws: `RepositoryError`: `storage`.
    public func hasUnfinished() async throws -> Bool {
        try await Repository.storing(await store.list(prefix: Self.folder)).contains { !Self.isInUse(Self.id($0.name)) }
    }

    /// Finishes what a crash interrupted. Call it before anything reads the drive or writes to it.
    ///
    /// A record that another task of this process is working with is left to that one. A damaged
    /// record is set aside, so that it stands in nobody's way.
    /// - Returns: what became of each record; empty nearly always.
    /// - Throws: `RepositoryError`: `storage`, `treeUnavailable` and `outOfSpace` for the drive; then
    ///   the record stays for the next call.
    @discardableResult
    public func replay(onto destination: any WritableTree) async throws -> [Outcome] {
        let names = try await Repository.storing(await store.list(prefix: Self.folder)).map(\.name)
        guard !names.isEmpty else { return [] }
        var outcomes: [Outcome] = []
        for (id, objects) in Dictionary(grouping: names, by: Self.id).sorted(by: { $0.key < $1.key })
        where !Self.isInUse(id) {
            if objects.contains(Self.folder + id) {
                outcomes.append(try await replay(id, objects: objects, onto: destination))
            } else {
                // The crash came before the record was complete: the file was not touched.
                try await delete(objects)
            }
        }
        return outcomes
    }

    /// Begins a record, which no replay of this process touches until `end`.
    func begin() -> RedoDraft {
        let digits = repository.environment.randomBytes(16).map { byte in
            let text = String(byte, radix: 16)
            return byte < 16 ? "0" + text : text
        }
        let id = digits.joined()
        Self.inUse.withLock { _ = $0.insert(id) }
        return RedoDraft(id: id, records: self)
    }

    /// Ends the work with a record: it may be replayed from now on.
    func end(_ id: String) { Self.inUse.withLock { _ = $0.remove(id) } }

    /// Does to a file what its complete record says, then removes the record.
    func finish(_ id: String, _ file: any PatchableFile) async throws {
        let loaded = try await load(id)
        try await apply(loaded, to: file)
        try await remove(id, parts: loaded.record.parts.count)
    }

    private func replay(
        _ id: String, objects: [String], onto destination: any WritableTree
    ) async throws -> Outcome {
        let name = Self.folder + id
        let loaded: Loaded
        do {
            loaded = try await load(id)
        } catch let error as RepositoryError where error.code == .damaged {
            try await setAside(objects)
            return Outcome(result: .damaged, path: nil, record: name)
        }
        let record = loaded.record
        guard let path = record.path else { preconditionFailure("a record that was loaded has a path") }
        let result = try await settling(path, in: destination) { () async throws -> Outcome.Result in
            let present = try destination.attributes(of: path)
            guard present.kind == .file, present.inode == record.inode else { return .replaced }
            guard [record.sizeBefore, record.sizeAfter].contains(present.size) else { return .changed }
            if let file = try destination.openForPatching(path) {
                try await apply(loaded, to: file)
            } else {
                try await rewrite(loaded, at: path, in: destination)
            }
            return .finished
        }
        try await remove(id, parts: record.parts.count)
        return Outcome(result: result, path: path, record: name)
    }

    /// Turns failures of the drive into what a caller can act on. A file that is gone is no failure.
    private func settling(
        _ path: TreePath, in destination: any WritableTree, _ body: () async throws -> Outcome.Result
    ) async throws -> Outcome.Result {
        do {
            return try await body()
        } catch let error as TreeError {
            if [.notFound, .wrongKind, .escapes].contains(error.code) { return .replaced }
            throw RepositoryError(
                error.code == .outOfSpace ? .outOfSpace : .treeUnavailable,
                """
                a restore that was interrupted cannot be finished: '\(path)' cannot be written \
                (\(error.message)); nothing else happens to this drive before
                """, cause: error, isRetryable: true)
        }
    }

    /// A record that was opened, with the pieces that are in its own object.
    struct Loaded {
        var id: String
        var record: RedoRecord
        var pieces: RedoPieces
    }

    /// Opens a record and makes sure that each of its parts can be opened.
    private func load(_ id: String) async throws -> Loaded {
        let name = Self.folder + id
        guard let (record, pieces) = RedoRecord.decode(try await open(name)), pieces.areValid(size: record.sizeAfter)
        else { throw RepositoryError.damaged(name, "the redo record makes no sense") }
        for number in record.parts.indices { _ = try await part(number, of: id, record) }
        return Loaded(id: id, record: record, pieces: pieces)
    }

    private func part(_ number: Int, of id: String, _ record: RedoRecord) async throws -> RedoPieces {
        let name = Self.part(number, of: id)
        let pieces = RedoPieces(bytes: try await open(name, hash: record.parts[number]))
        guard pieces.areValid(size: record.sizeAfter) else {
            throw RepositoryError.damaged(name, "a part of a redo record makes no sense")
        }
        return pieces
    }

    private func open(_ name: String, hash: String? = nil) async throws -> [UInt8] {
        let sealed: [UInt8]
        do throws(ObjectStoreError) {
            sealed = try await store.read(name)
        } catch {
            if error.code == .notFound { throw RepositoryError.damaged(name, "a part of a redo record is missing") }
            throw RepositoryError(error)
        }
        if let hash, ObjectID.hash(of: sealed).hex != hash {
            throw RepositoryError.damaged(name, "it is not the part that the redo record names")
        }
        return try Repository.decoding(name, try repository.sealer.open(sealed))
    }

    private func apply(_ loaded: Loaded, to file: any PatchableFile) async throws {
        let record = loaded.record
        if record.sizeAfter != record.sizeBefore { try file.resize(to: record.sizeAfter) }
        unsafe try loaded.pieces.forEach { unsafe try file.write($0, at: $1) }
        for number in record.parts.indices {
            unsafe try await part(number, of: loaded.id, record).forEach { unsafe try file.write($0, at: $1) }
        }
        try file.setAttributes(record.attributes.changes)
        try file.synchronize()
    }

    /// Makes the restored file as a new one, where the present one cannot be written to.
    private func rewrite(_ loaded: Loaded, at path: TreePath, in destination: any WritableTree) async throws {
        let record = loaded.record
        let present = try destination.open(path)
        let file = try destination.makeFile(path, size: record.sizeAfter)
        // What the pieces bring goes over what is copied here.
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset: UInt64 = 0
        while offset < record.sizeAfter {
            let wanted = Int(min(UInt64(buffer.count), record.sizeAfter - offset))
            let count = try unsafe buffer.withUnsafeMutableBytes { bytes in
                let count = try unsafe present.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]), at: offset)
                unsafe try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
                return count
            }
            if count < wanted { break }
            offset += UInt64(count)
        }
        unsafe try loaded.pieces.forEach { unsafe try file.write($0, at: $1) }
        for number in record.parts.indices {
            unsafe try await part(number, of: loaded.id, record).forEach { unsafe try file.write($0, at: $1) }
        }
        try file.commit(record.attributes.changes)
        try destination.synchronize()
    }

    /// Removes a record for good, its own object first: parts alone mean nothing. Were the deletion
    /// undone by a power cut, the record would write over what was changed since.
    private func remove(_ id: String, parts: Int) async throws {
        try await Repository.storing(await store.delete(Self.folder + id))
        try await Repository.storing(await store.synchronizeDeletions(prefix: Self.folder))
        for number in 0..<parts { try await Repository.storing(await store.delete(Self.part(number, of: id))) }
    }

    func delete(_ names: [String]) async throws {
        for name in names { try await Repository.storing(await store.delete(name)) }
    }

    /// Moves the objects of a record that cannot be opened away, for whoever looks into it.
    private func setAside(_ names: [String]) async throws {
        for name in names.sorted() {
            let bytes = try await Repository.storing(await store.read(name))
            let copy = Self.damagedFolder + name.dropFirst(Self.folder.count)
            try await Repository.storing(await store.write(copy, bytes))
        }
        try await delete(names.sorted())
        try await Repository.storing(await store.synchronizeDeletions(prefix: Self.folder))
    }

    static func part(_ number: Int, of id: String) -> String { "\(folder)\(id).\(number)" }

    /// The digits in the name of a record or of a part of one.
    private static func id(_ name: String) -> String { String(name.dropFirst(folder.count).prefix { $0 != "." }) }

    private static func isInUse(_ id: String) -> Bool { inUse.withLock { $0.contains(id) } }
}
