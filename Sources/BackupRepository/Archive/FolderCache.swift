import ObjectStorage
import ResticFormat

/// What the last run saw of the folders of a source, so that of a folder which looks the same not
/// even the old tree is read.
///
/// It is valid for the tree of the last run, while the repository has exactly the index files that
/// it had then, unchanged; otherwise the next run compares every entry once. It is sealed with the
/// repository's key, because who can change it can make changes unseen. Lost, it costs time only.
struct FolderCache: Sendable {
    /// Its name in the store that it lies in.
    static let name = "folders"
    /// The form of what is sealed: this byte, the digest of the index files, the records.
    private static let version: UInt8 = 1
    /// The most bytes that are read: fifteen million folders.
    private static let limitBytes = 1 << 30

    let store: any ObjectStore
    let repository: Repository

    /// The records of the folders of `tree`; nil where there are none, or none that are valid.
    func load(tree: ObjectID) async -> FolderRecords? {
        // Any defect makes the cache unusable, so it is ignored.
        guard let sealed = try? await store.read(Self.name),
            let bytes = try? UnpackedFile.decode(
                sealed, sealer: repository.sealer, decompressor: repository.codecs.decompressor,
                limit: Self.limitBytes),
            let files = try? await wholeIndexFiles()
        else { return nil }
        let head = Self.head(files)
        guard bytes.starts(with: head), let records = FolderRecords(bytes: Array(bytes.dropFirst(head.count))),
            records.tree(of: 0) == tree
        else { return nil }
        return records
    }

    /// Keeps records in place of the earlier ones. Where that fails, the earlier ones are no longer
    /// valid, and the next run compares every entry.
    func save(_ records: FolderRecords, indexFiles: [String]) async {
        let bytes = Self.head(indexFiles) + records.bytes
        guard
            let sealed = try? UnpackedFile.encode(
                bytes, sealer: repository.sealer, compressor: repository.codecs.compressors[3])
        else { return }
        try? await store.write(Self.name, sealed)
    }

    /// The names of the index files, whose bytes have the hashes that they are named by: what they
    /// tell is then what it was, without parsing it.
    private func wholeIndexFiles() async throws -> [String] {
        let names = try await repository.list(.index).map(\.name)
        for name in names { try Repository.expectName(name, try await repository.store.read(name)) }
        return names
    }

    private static func head(_ indexFiles: [String]) -> [UInt8] {
        [version] + ObjectID.hash(of: Array(indexFiles.sorted().joined(separator: "\n").utf8)).bytes
    }
}
