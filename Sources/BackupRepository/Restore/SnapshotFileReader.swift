public import FileTree
import ResticFormat
import Synchronization

/// Reads the content of files of one snapshot, blob by blob: memory for one blob at a time, however
/// long the file is. Safe to use from many tasks at once.
///
/// It holds no lock. A prune may move what is read into other packs meanwhile, so a blob that is not
/// where the index says is looked for once more in a fresh index.
public struct SnapshotFileReader: Sendable {
    public let root: SnapshotBrowser.Folder
    private let repository: Repository
    private let trees: TreeReader
    private let index: CurrentIndex

    /// The index in use, shared by all copies of a reader.
    private final class CurrentIndex: Sendable {
        let value: Mutex<BlobIndex>
        init(_ index: BlobIndex) { value = Mutex(index) }
    }

    /// Trees are read in few windows, because a download has little memory.
    private static let windows = 2
    /// Items of a folder are handed on in pieces of about this much memory.
    private static let pieceBytes = 1 << 20

    /// Opens a snapshot for reading its files.
    /// - Throws: `RepositoryError`: `snapshotNotFound`, `damaged`, `storage`.
    public init(_ repository: Repository, snapshot id: String) async throws {
        self.repository = repository
        root = SnapshotBrowser.Folder(tree: try repository.treeID(of: try await repository.snapshot(id)))
        let index = try await repository.index()
        self.index = CurrentIndex(index)
        trees = TreeReader(repository: repository, index: index, windows: Self.windows)
    }

    /// The file at a path; nil where the snapshot has no file there.
    /// - Throws: `RepositoryError`: `damaged` also where the index does not know a blob of it.
    public func file(at path: TreePath) async throws -> SnapshotFile? {
        do {
            guard let node = try await trees.lineage(of: path, root: root.tree).last, node.type == .file,
                !node.isNameOnly
            else { return nil }
            return try await file(node)
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            return nil
        }
    }

    /// Hands on the items of a folder, in the order of the tree, in pieces of bounded size. Items that
    /// could not be read when the snapshot was made, and impossible names, are left out.
    /// - Throws: `RepositoryError`: `damaged`, `storage`; what `body` throws.
    public func items(of folder: SnapshotBrowser.Folder, _ body: ([SnapshotItem]) async throws -> Void) async throws {
        var start = 0
        while true {
            let piece = try await nodes(of: folder, from: start)
            var items: [SnapshotItem] = []
            for node in piece.nodes {
                switch (node.type, node.subtree) {
                case (.file, _): items.append(.file(try await file(node)))
                case (.dir, let tree?):
                    items.append(
                        .folder(name: node.name, modified: Timestamp(node.mtime), SnapshotBrowser.Folder(tree: tree)))
                default: items.append(.other(name: node.name))
                }
            }
            try await body(items)
            guard let next = piece.next else { return }
            start = next
        }
    }

    private func nodes(
        of folder: SnapshotBrowser.Folder, from start: Int
    ) async throws -> (nodes: [Node], next: Int?) {
        var (nodes, weight, number): ([Node], Int, Int) = ([], 0, 0)
        var next: Int?
        try await trees.visit(folder.tree) { node in
            defer { number += 1 }
            guard number >= start, next == nil, TreePath.isValidName(node.name), !node.isNameOnly else { return }
            guard weight < Self.pieceBytes else {
                next = number
                return
            }
            nodes.append(node)
            weight += 512 + node.name.count + 32 * (node.content?.count ?? 0)
        }
        return (nodes, next)
    }

    private func file(_ node: Node) async throws -> SnapshotFile {
        let blobs = node.content ?? []
        var size: UInt64 = 0
        for blob in blobs { size += UInt64(try await length(of: blob)) }
        return SnapshotFile(name: node.name, modified: Timestamp(node.mtime), size: size, blobs: blobs)
    }

    /// Reads a part of a file and hands it on blob by blob.
    /// - Parameter range: within the file's size.
    /// - Throws: `RepositoryError`: `damaged`, `storage`; what `body` throws. What was handed on
    ///   before is right: each blob is compared with its ID before a byte of it is.
    public func read(
        _ file: SnapshotFile, range: Range<UInt64>, _ body: ([UInt8]) async throws -> Void
    ) async throws {
        precondition(range.upperBound <= file.size, "the caller checks the range against the size")
        var start: UInt64 = 0
        for blob in file.blobs where start < range.upperBound {
            let end = start + UInt64(try await length(of: blob))
            defer { start = end }
            let wanted = range.clamped(to: start..<end)
            guard !wanted.isEmpty else { continue }
            try Task.checkCancellation()
            try await body(try await bytes(of: blob, Int(wanted.lowerBound - start)..<Int(wanted.upperBound - start)))
        }
    }

    private func length(of blob: ObjectID) async throws -> Int {
        if let record = record(of: blob), let length = record.location.plaintextLength { return length }
        try await renewIndex()
        guard let length = record(of: blob)?.location.plaintextLength else { throw Self.missing(blob) }
        return length
    }

    private func bytes(of blob: ObjectID, _ part: Range<Int>) async throws -> [UInt8] {
        do {
            return try await stored(blob, part)
        } catch let error as RepositoryError where error.code == .damaged {
            try await renewIndex()
            return try await stored(blob, part)
        }
    }

    private func stored(_ blob: ObjectID, _ part: Range<Int>) async throws -> [UInt8] {
        let index = index.value.withLock { $0 }
        guard let number = index.table.firstRecord(blob, isTree: false) else { throw Self.missing(blob) }
        return try await unsafe repository.withBlob(index.table[number], index: index) { plaintext in
            // The length was known from the index; a blob that opens has the length of its ID.
            guard part.upperBound <= plaintext.count else { throw Self.missing(blob) }
            return unsafe Array(plaintext[part])
        }
    }

    private func record(of blob: ObjectID) -> BlobTable.Record? {
        index.value.withLock { index in index.table.firstRecord(blob, isTree: false).map { index.table[$0] } }
    }

    private func renewIndex() async throws {
        let fresh = try await repository.index()
        index.value.withLock { $0 = fresh }
    }

    private static func missing(_ blob: ObjectID) -> RepositoryError {
        RepositoryError(.damaged, "blob \(blob.hex) is in no index; run a check of the repository")
    }
}
