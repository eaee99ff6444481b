import BackupRepository
import FileTree
import ProtectionRules

/// Goes through what an archive holds, always in the same order and with the same names.
///
/// An archive is gone through three times: to count it, to send the contents, and to send the
/// directory at its end. So nothing is kept for each entry but its checksum.
struct ArchiveWalk: Sendable {
    /// A thing that was chosen, with its safe name at the top of the archive.
    struct Item: Sendable {
        var name: String
        var path: TreePath
        /// Nil for a file.
        var folder: SnapshotBrowser.Folder?
    }

    let items: [Item]
    let reader: SnapshotFileReader

    /// One entry; the file's content is nil for a folder.
    typealias Visit = (_ entry: ZipFormat.Entry, _ file: SnapshotFile?) async throws -> Void

    /// - Throws: `RepositoryError`: `damaged`, `storage`; what `visit` throws.
    func run(_ visit: Visit) async throws {
        for item in items {
            try Task.checkCancellation()
            if let folder = item.folder {
                try await visit(Self.entry(ofFolder: item.name, modified: 0), nil)
                try await run(folder, "\(item.name)/", visit)
            } else if let file = try await reader.file(at: item.path) {
                try await visit(Self.entry(item.name, file), file)
            }
        }
    }

    /// Files first, then folders, so that no more than one level's files are in memory.
    private func run(_ folder: SnapshotBrowser.Folder, _ path: String, _ visit: Visit) async throws {
        var names = TakenNames()
        var folders: [(name: String, folder: SnapshotBrowser.Folder)] = []
        try await reader.items(of: folder) { items in
            for item in items {
                switch item {
                case .file(let file):
                    try await visit(Self.entry(path + names.take(DownloadName.safe(file.name)), file), file)
                case .folder(let name, let modified, let folder):
                    let name = names.take(DownloadName.safe(name))
                    try await visit(Self.entry(ofFolder: path + name, modified: modified.seconds), nil)
                    folders.append((name, folder))
                case .other: break
                }
            }
        }
        for (name, folder) in folders { try await run(folder, "\(path)\(name)/", visit) }
    }

    private static func entry(_ path: String, _ file: SnapshotFile) -> ZipFormat.Entry {
        ZipFormat.Entry(path: path, size: file.size, modified: file.modified.seconds, isFolder: false)
    }

    private static func entry(ofFolder path: String, modified: Int64) -> ZipFormat.Entry {
        ZipFormat.Entry(path: "\(path)/", size: 0, modified: modified, isFolder: true)
    }
}

extension ArchiveWalk {
    struct TooManyEntries: Error {}

    /// The number of bytes of the archive.
    /// - Throws: `TooManyEntries`; as `run`.
    func length(entriesAtMost maximum: Int) async throws -> UInt64 {
        var (length, directory, entries): (UInt64, UInt64, UInt64) = (0, 0, 0)
        try await run { entry, _ in
            entries += 1
            guard entries <= maximum else { throw TooManyEntries() }
            length += Self.length(of: entry)
            directory += UInt64(ZipFormat.record(entry, checksum: 0, offset: 0).count)
        }
        let end = ZipFormat.end(entries: entries, directory: length, length: directory)
        return length + directory + UInt64(end.count)
    }

    private static func length(of entry: ZipFormat.Entry) -> UInt64 {
        let around = ZipFormat.header(entry).count + ZipFormat.descriptor(entry, checksum: 0).count
        return UInt64(around) + entry.size
    }

    /// Writes the archive, from its first entry to its end.
    /// - Throws: as `run`; what `write` throws.
    func send(_ write: @escaping ([UInt8]) async throws -> Void) async throws {
        var out = Pieces(write)
        var checksums: [UInt32] = []
        try await run { entry, file in
            try await out.add(ZipFormat.header(entry))
            var checksum: UInt32 = 0
            if let file {
                try await reader.read(file, range: 0..<file.size) { bytes in
                    checksum = ZipFormat.checksum(bytes, after: checksum)
                    try await out.add(bytes)
                }
            }
            checksums.append(checksum)
            try await out.add(ZipFormat.descriptor(entry, checksum: checksum))
        }
        let directory = out.count
        var (number, offset): (Int, UInt64) = (0, 0)
        try await run { entry, _ in
            try await out.add(ZipFormat.record(entry, checksum: checksums[number], offset: offset))
            number += 1
            offset += Self.length(of: entry)
        }
        precondition(offset == directory, "a snapshot never changes, so it is gone through twice alike")
        try await out.add(
            ZipFormat.end(entries: UInt64(number), directory: directory, length: out.count - directory))
        try await out.flush()
    }
}

/// Sends bytes in pieces that are neither tiny nor large.
struct Pieces {
    private static let pieceBytes = 64 << 10
    private let write: ([UInt8]) async throws -> Void
    private var held: [UInt8] = []
    /// All bytes that were added.
    private(set) var count: UInt64 = 0

    init(_ write: @escaping ([UInt8]) async throws -> Void) { self.write = write }

    mutating func add(_ bytes: [UInt8]) async throws {
        count += UInt64(bytes.count)
        guard held.count + bytes.count >= Self.pieceBytes else {
            held += bytes
            return
        }
        try await flush()
        for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
            try await write(Array(bytes[start..<min(start + Self.pieceBytes, bytes.count)]))
        }
    }

    mutating func flush() async throws {
        guard !held.isEmpty else { return }
        try await write(held)
        held.removeAll(keepingCapacity: true)
    }
}
