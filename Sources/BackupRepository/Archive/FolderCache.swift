import FileTree
import ObjectStorage
import ResticFormat

/// What the last run saw of the folders of a source, so that of a folder which looks the same not
/// even the old tree is read.
///
/// It is valid for the tree of the last run, while the repository has exactly the index files that
/// it had then, unchanged; otherwise the next run compares every entry once. It is sealed with the
/// repository's key, because who can change it can make changes unseen. Lost, it costs time only.
///
/// It is kept on this machine, and beside the repository for other machines and for the day on
/// which this one's is lost.
struct FolderCache: Sendable {
    /// Its name in the store that it lies in.
    static let name = "folders"
    /// The form of what is sealed: this byte, the digest of the index files, the records.
    private static let version: UInt8 = 1
    /// The most bytes that are read: fifteen million folders.
    private static let limitBytes = 1 << 30

    /// Seconds from one copy beside the repository to the next, where this machine has one too.
    private static let copyEvery: Int64 = 3600

    let store: any ObjectStore
    /// The place on this machine, which is asked first.
    let local: CacheEntry?
    let repository: Repository

    /// Records, and the index files with which they are valid.
    struct Seen: Sendable {
        var records: FolderRecords
        var indexDigest: String
    }

    /// The records of the folders of `tree`; nil where there are none, or none that are valid.
    /// - Parameter indexDigest: the digest of the index files that the repository has, whole; nil
    ///   where that is not known, and looked at.
    func load(tree: ObjectID, indexDigest: String?) async -> Seen? {
        // Any defect makes the cache unusable, so it is ignored.
        var indexDigest = indexDigest
        for place in [Place.local, .beside] {
            guard let sealed = await read(place), let (digest, records) = open(sealed), records.tree(of: 0) == tree
            else { continue }
            if indexDigest == nil { indexDigest = try? await repository.wholeIndexDigest() }
            guard digest == indexDigest else { continue }
            if place == .beside { local?.write(sealed) }
            return Seen(records: records, indexDigest: digest)
        }
        return nil
    }

    /// Keeps records in place of the earlier ones. Where that fails, the earlier ones are no longer
    /// valid, and the next run compares every entry.
    /// - Parameter isLarge: whether they are worth an object beside the repository.
    /// - Parameter copied: when that was last written, in seconds since 1970; nil where it is unknown.
    /// - Returns: the same after this call.
    func save(_ records: FolderRecords, indexDigest: String, isLarge: Bool, copied: Int64?) async -> Int64? {
        guard let digest = ObjectID(hex: indexDigest) else { return copied }
        let bytes = [Self.version] + digest.bytes + records.bytes
        guard
            let sealed = try? UnpackedFile.encode(
                bytes, sealer: repository.sealer, compressor: repository.codecs.compressors[3])
        else { return copied }
        local?.write(sealed)
        let now = repository.environment.now().seconds
        let isDue = local == nil || copied.map { abs(now - $0) >= Self.copyEvery } ?? true
        guard isLarge, isDue, (try? await store.write(Self.name, sealed)) != nil else { return copied }
        return now
    }

    private enum Place { case local, beside }

    private func read(_ place: Place) async -> [UInt8]? {
        switch place {
        case .local: local?.read()
        case .beside: try? await store.read(Self.name)
        }
    }

    private func open(_ sealed: [UInt8]) -> (indexDigest: String, FolderRecords)? {
        guard
            let bytes = try? UnpackedFile.decode(
                sealed, sealer: repository.sealer, decompressor: repository.codecs.decompressor,
                limit: Self.limitBytes),
            bytes.first == Self.version,
            let digest = ObjectID(bytes: bytes.dropFirst().prefix(ObjectID.byteCount)),
            let records = FolderRecords(bytes: Array(bytes.dropFirst(1 + ObjectID.byteCount)))
        else { return nil }
        return (digest.hex, records)
    }
}
