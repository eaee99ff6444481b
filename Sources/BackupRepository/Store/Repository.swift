public import ObjectStorage
import ResticFormat
import Synchronization

/// An open repository in restic's format, version 2: its master key is known, so that snapshots can
/// be read and written.
///
/// Safe to use from many tasks at once. Archiving, restoring, checking and pruning are done by
/// `Archiver`, `Restorer`, `Checker` and `Pruner`. Several processes may use one repository; locks
/// (restic-format.md section 12) keep pruning apart from the rest.
public final class Repository: Sendable {
    /// The store that holds it.
    public let store: any ObjectStore
    /// The secret that opens it without its password.
    public let masterKey: RepositoryMasterKey
    /// The repository's own ID, 64 hexadecimal digits.
    public let id: String
    public let environment: RepositoryEnvironment
    /// The bytes of the object `config`.
    let configBytes: [UInt8]
    let config: RepositoryConfig
    let sealer: Sealer
    let codecs: CodecPool
    /// The blobs known to be stored; nil before the first use and after something changed.
    let loadedIndex = Mutex<BlobIndex?>(nil)
    /// The digest over the names of the index files that are known; nil relies on all.
    private let knownIndex = Mutex<String?>(nil)

    /// The digest over the names of the index files that our runs left or verified. Where there are
    /// others, no pack is relied on before it is found as they say. nil relies on all.
    public var knownIndexDigest: String? {
        get { knownIndex.withLock { $0 } }
        set { knownIndex.withLock { $0 = newValue } }
    }

    init(
        store: any ObjectStore, masterKey: RepositoryMasterKey, sealer: Sealer, configBytes: [UInt8],
        config: RepositoryConfig, environment: RepositoryEnvironment
    ) {
        self.store = store
        self.masterKey = masterKey
        self.configBytes = configBytes
        self.config = config
        self.environment = environment
        self.sealer = sealer
        id = config.id.hex
        codecs = CodecPool(sealer: sealer)
    }

    /// Refuses to write into repositories of version 1, whose files have another form.
    func expectWritable() throws(RepositoryError) {
        guard config.version >= 2 else {
            throw RepositoryError(
                .unsupportedVersion,
                """
                the repository has format version 1, which can be read but not written; run `restic migrate \
                upgrade_repo_v2`
                """
            )
        }
    }
}
