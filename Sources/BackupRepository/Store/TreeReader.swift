import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// Reads trees of snapshots. Packs of trees are read in windows of 1 MiB, of which the last few are
/// kept (12 by default), because the trees of neighbouring folders lie together.
final class TreeReader: Sendable {
    private struct Window: Sendable {
        var pack: UInt32
        var start: UInt64
        var bytes: [UInt8]
    }

    private static let windowBytes: UInt64 = 1 << 20
    private let windows: Int
    private let repository: Repository
    private let index: BlobIndex
    private let cache = Mutex<[Window]>([])
    private let count = Atomic<Int>(0)

    /// How many trees were read so far.
    var treesRead: Int { count.load(ordering: .relaxed) }

    /// - Parameter windows: how many windows are kept.
    init(repository: Repository, index: BlobIndex, windows: Int = 12) {
        self.repository = repository
        self.windows = windows
        self.index = index
    }

    /// The tree of that ID, verified.
    /// - Throws: `RepositoryError.Code.damaged`, naming the pack.
    func read(_ id: ObjectID) async throws -> Tree {
        let (name, json) = try await json(of: id)
        return try repository.decoded(name, Tree(decoding: json))
    }

    /// Goes through the nodes of the tree of that ID, verified, without keeping them.
    /// - Throws: `RepositoryError.Code.damaged`, naming the pack.
    func visit(_ id: ObjectID, _ body: (Node) -> Void) async throws {
        let (name, json) = try await json(of: id)
        try repository.decoded(name, Tree.visit(json, body))
    }

    /// Reads what trees lie in that are wanted next, at once where they lie apart: a store far away
    /// takes as long for several as for one. What fails here fails again when it is wanted.
    func prefetch(_ ids: some Sequence<ObjectID>) async {
        var missing: [(pack: UInt32, start: UInt64, location: BlobLocation)] = []
        for id in ids {
            guard let number = index.table.firstRecord(id, isTree: true) else { continue }
            let location = index.table[number].location
            let start = Self.windowStart(location)
            guard cached(location) == nil, !missing.contains(where: { ($0.pack, $0.start) == (location.pack, start) })
            else { continue }
            missing.append((location.pack, start, location))
            if missing.count == max(1, windows / 2) { break }
        }
        guard missing.count > 1 else { return }
        await withTaskGroup { group in
            for window in missing {
                group.addTask {
                    let name = ObjectNames.pack(self.index.packs[Int(window.pack)])
                    _ = try? await self.window(for: window.location, name)
                }
            }
        }
    }

    /// The text of a tree, and the name of the pack that it is in.
    private func json(of id: ObjectID) async throws -> (pack: String, json: [UInt8]) {
        guard let number = index.table.firstRecord(id, isTree: true) else {
            throw RepositoryError(.damaged, "tree \(id.hex) is in no index; run a check of the repository")
        }
        count.wrappingAdd(1, ordering: .relaxed)
        let record = index.table[number]
        let name = ObjectNames.pack(index.packs[Int(record.location.pack)])
        let window = try await window(for: record.location, name)
        let start = Int(UInt64(record.location.offset) - window.start)
        let end = start + Int(record.location.length)
        guard end <= window.bytes.count else {
            throw RepositoryError.damaged(name, "the pack ends before tree \(id.hex) does")
        }
        let codec = repository.codecs.take()
        defer { repository.codecs.giveBack(codec) }
        let json = try unsafe window.bytes.withUnsafeBytes { bytes in
            unsafe try codec.open(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), record, in: name) {
                unsafe Array($0)
            }
        }
        return (name, json)
    }

    /// The tree of a folder beneath a root tree.
    /// - Throws: `RepositoryError.Code.snapshotNotFound` where there is no such folder.
    func tree(of folder: TreePath, root: ObjectID) async throws -> Tree {
        try await read(try await treeID(of: folder, root: root))
    }

    /// The ID of the tree of a folder beneath a root tree.
    /// - Throws: `RepositoryError.Code.snapshotNotFound` where there is no such folder.
    func treeID(of folder: TreePath, root: ObjectID) async throws -> ObjectID {
        var id = root
        for name in folder.bytes.split(separator: UInt8(ascii: "/")) {
            let nodes = try await read(id).nodes
            guard let subtree = nodes.first(where: { $0.name == Array(name) && $0.type == .dir })?.subtree else {
                throw RepositoryError(.snapshotNotFound, "the snapshot has no folder '\(folder)'")
            }
            id = subtree
        }
        return id
    }

    private static func windowStart(_ location: BlobLocation) -> UInt64 {
        UInt64(location.offset) / windowBytes * windowBytes
    }

    /// The window that is kept and holds a blob.
    private func cached(_ location: BlobLocation) -> Window? {
        let offset = UInt64(location.offset)
        let stop = offset + UInt64(location.length)
        return cache.withLock { cache in
            cache.last { $0.pack == location.pack && $0.start <= offset && stop <= $0.start + UInt64($0.bytes.count) }
        }
    }

    private func window(for location: BlobLocation, _ name: String) async throws -> Window {
        if let cached = cached(location) { return cached }
        let stop = UInt64(location.offset) + UInt64(location.length)
        let start = Self.windowStart(location)
        let end = min(
            UInt64(index.packEnds[Int(location.pack)]),
            (stop + Self.windowBytes - 1) / Self.windowBytes * Self.windowBytes)
        let bytes = try await repository.readPack(name, range: start..<end)
        let window = Window(pack: location.pack, start: start, bytes: bytes)
        cache.withLock { cache in
            if cache.count == windows { cache.removeFirst() }
            cache.append(window)
        }
        return window
    }
}

extension Repository {
    /// A part of a pack. A missing or short pack is damage.
    func readPack(_ name: String, range: Range<UInt64>) async throws(RepositoryError) -> [UInt8] {
        var bytes: [UInt8] = []
        try await readPack(name, range: range, into: &bytes)
        return bytes
    }

    /// The same, into memory that is reused.
    func readPack(_ name: String, range: Range<UInt64>, into buffer: inout [UInt8]) async throws(RepositoryError) {
        do throws(ObjectStoreError) {
            try await store.read(name, range: range, into: &buffer)
        } catch {
            if error.code == .notFound || error.code == .outOfRange {
                throw .damaged(name, "the pack is missing or too short: \(error.message)", cause: error)
            }
            throw RepositoryError(error)
        }
    }

    /// Reads one blob; `body` gets it verified, for as long as it runs.
    func withBlob<Value>(
        _ record: BlobTable.Record, index: BlobIndex, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) async throws -> Value {
        let name = ObjectNames.pack(index.packs[Int(record.location.pack)])
        let start = UInt64(record.location.offset)
        let bytes = try await readPack(name, range: start..<(start + UInt64(record.location.length)))
        let codec = codecs.take()
        defer { codecs.giveBack(codec) }
        return try unsafe bytes.withUnsafeBytes { sealed in unsafe try codec.open(sealed, record, in: name, body) }
    }
}
