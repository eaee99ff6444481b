public import Foundation
public import ObjectStorage
import ResticFormat

/// What a repository was found to hold: enough to tell that a drive is unchanged without a request.
///
/// It stays true for as long as nothing is removed from the repository; what is added does no harm.
/// A caller that keeps it must be able to rely on it: whoever can change it can hide changes.
public struct RepositoryView: Sendable, Hashable, Codable {
    /// The bytes of `config`.
    public var config: Data
    /// The snapshot that the next backup is compared with.
    public var snapshot: SnapshotInfo
    /// The digest over the names of the index files, each of which was whole.
    public var indexDigest: String
    /// When the copy of what was seen of the folders was last written beside the repository, in
    /// seconds since 1970; nil where that is not known.
    public var foldersCopied: Int64?

    public init(config: Data, snapshot: SnapshotInfo, indexDigest: String, foldersCopied: Int64? = nil) {
        self.config = config
        self.snapshot = snapshot
        self.indexDigest = indexDigest
        self.foldersCopied = foldersCopied
    }
}

extension ArchiveOutcome {
    /// What comes of a source that is known to be as the snapshot of a view has it.
    public init(unchanged view: RepositoryView) {
        var counts = ArchiveStatistics()
        if let last = view.snapshot.statistics {
            counts.filesUnmodified = last.totalFiles
            counts.foldersUnmodified = last.totalFolders
            counts.totalBytes = last.totalBytes
        }
        self.init(
            result: .unchanged(parent: view.snapshot.id), tree: view.snapshot.tree, statistics: counts, failures: [],
            figures: ChangeFigures(), view: view)
    }
}

extension Repository {
    /// Opens a repository whose `config` is known, without a request to the store.
    /// - Throws: `RepositoryError`: `wrongPassword` where the two do not fit together, `damaged`.
    public static func open(
        in store: any ObjectStore, masterKey: RepositoryMasterKey, config: Data, environment: RepositoryEnvironment
    ) throws -> Repository {
        try make(in: store, masterKey: masterKey, config: Array(config), environment: environment)
    }

    /// The same repository, asked through another store that leads to it.
    public func through(_ store: any ObjectStore) -> Repository {
        let other = Repository(
            store: store, masterKey: masterKey, sealer: sealer, configBytes: configBytes, config: config,
            environment: environment)
        other.knownIndexDigest = knownIndexDigest
        return other
    }

    /// Whether the repository still has what a view tells of: the same `config`, the snapshot, and
    /// the same index files, whole.
    /// - Throws: `RepositoryError`: `storage`.
    public func has(_ view: RepositoryView) async throws -> Bool {
        guard view.config == Data(configBytes), let object = ObjectID(hex: view.snapshot.id),
            try await stored(await store.stat(ObjectNames.name(.snapshots, object))) != nil
        else { return false }
        return try await wholeIndexDigest() == view.indexDigest
    }

    /// The digest over the names of the index files; nil where the bytes of one do not have the hash
    /// that it is named by. What they tell is then what it was, without parsing it.
    func wholeIndexDigest() async throws -> String? {
        let names = try await list(.index).map(\.name)
        var isWhole = true
        try await withAhead(names) { name in
            guard let bytes = try await self.readIfPresent(name) else { return false }
            return ObjectID.hash(of: bytes) == ObjectNames.id(of: name)
        } then: {
            isWhole = isWhole && $1
        }
        return isWhole ? BlobIndex.digest(names) : nil
    }
}

extension BlobIndex {
    /// The digest over the names of the files; nil where one was passed over, or names what is not there.
    var digest: String? { isWhole && missingPacks.isEmpty ? Self.digest(files) : nil }

    static func digest(_ files: [String]) -> String {
        ObjectID.hash(of: Array(files.sorted().joined(separator: "\n").utf8)).hex
    }
}
