public import ObjectStorage
import ResticFormat

/// The objects of a repository that is to be made, as they will be stored.
///
/// Made once and kept in one place, so that all processes that create the repository store the same
/// bytes: the `config` of one and the key file of another open nothing together.
public struct NewRepository: Sendable, Equatable {
    /// The secret that opens it.
    public var masterKey: RepositoryMasterKey
    /// The bytes of `config`.
    public var config: [UInt8]
    /// The bytes of the key file with the first password.
    public var keyFile: [UInt8]

    /// Takes what an earlier call of the other initialiser made.
    public init(masterKey: RepositoryMasterKey, config: [UInt8], keyFile: [UInt8]) {
        self.masterKey = masterKey
        self.config = config
        self.keyFile = keyFile
    }

    /// Makes keys, identifiers and a chunker polynomial from the environment's
    /// randomness. Costs a scrypt.
    /// - Parameter password: the first password; any text.
    public init(password: String, origin: PasswordOrigin, environment: RepositoryEnvironment) throws {
        var generator = ByteGenerator(randomBytes: environment.randomBytes)
        let triple = try KeyTriple.random(using: &generator)
        guard let master = RepositoryMasterKey(secretBytes: triple.rawBytes) else {
            preconditionFailure("a key triple has 64 bytes")
        }
        let config = try Sealer(triple).seal(RepositoryConfig.random(using: &generator).encoded())
        let key = try KeyFile.create(
            password: password, master: triple, salt: environment.randomBytes(KeyFile.saltByteCount), cost: origin.cost,
            created: NodeTime(environment.now()), username: environment.username, hostname: environment.hostname)
        self.init(masterKey: master, config: config, keyFile: key.encoded())
    }

    fileprivate var keyName: String { ObjectNames.name(.keys, ObjectID.hash(of: keyFile)) }
}

extension Repository {
    /// Makes a new repository in a store that holds none, and opens it.
    /// - Parameter password: the first password; any text.
    /// - Throws: `RepositoryError`: `alreadyExists`, `damaged` where there are remains
    ///   of a repository, `storage`.
    public static func create(
        in store: any ObjectStore, password: String, origin: PasswordOrigin = .chosen,
        environment: RepositoryEnvironment
    ) async throws -> Repository {
        guard
            try await storing(await store.stat(ObjectNames.config)) == nil
        else {
            throw RepositoryError.exists
        }
        return try await create(
            try NewRepository(password: password, origin: origin, environment: environment), in: store,
            environment: environment)
    }

    /// Stores a new repository, and opens it. Any number of processes may do so with the same
    /// objects, at once and again after an interruption.
    ///
    /// The key file is stored before `config`, whose presence makes the repository exist, and which
    /// only one of them creates.
    /// - Throws: `RepositoryError`: `alreadyExists` where the store holds another repository, which
    ///   is left as it is; `damaged` where there are remains of one; `storage`.
    public static func create(
        _ new: NewRepository, in store: any ObjectStore, environment: RepositoryEnvironment
    ) async throws -> Repository {
        if let present = try await presentConfig(store) {
            guard present == new.config else { throw RepositoryError.exists }
        } else {
            try await removeStrayKeys(of: new, in: store)
        }
        try await storing(await store.write(new.keyName, new.keyFile))
        let isFirst = try await storing(await store.create(ObjectNames.config, new.config))
        if !isFirst, try await presentConfig(store) != new.config {
            // Another repository was made meanwhile; our key opens nothing of it and would only
            // mislead whoever tries its password.
            try await storing(await store.delete(new.keyName))
            throw RepositoryError.exists
        }
        return try await open(in: store, masterKey: new.masterKey, environment: environment)
    }

    private static func presentConfig(_ store: any ObjectStore) async throws -> [UInt8]? {
        do {
            return try await readConfig(store)
        } catch let error as RepositoryError where error.code == .notARepository {
            return nil
        }
    }

    /// Removes keys of a making that never came to its `config`: with the same password they would
    /// hide the one that opens.
    ///
    /// Where anything else is there it was a repository, and a key may be all that opens it.
    private static func removeStrayKeys(of new: NewRepository, in store: any ObjectStore) async throws {
        for kind in [ObjectNames.Kind.snapshots, .index, .packs] {
            guard
                try await storing(await store.list(prefix: kind.prefix))
                    .isEmpty
            else {
                throw RepositoryError.damaged(
                    ObjectNames.config,
                    """
                    it is missing, but there are '\(kind.prefix)' of a repository; put 'config' back from a copy, \
                    or move the rest away
                    """
                )
            }
        }
        for object in try await storing(await store.list(prefix: ObjectNames.Kind.keys.prefix))
        where object.name != new.keyName {
            try await storing(await store.delete(object.name))
        }
    }
}

extension RepositoryError {
    fileprivate static let exists = RepositoryError(
        .alreadyExists, "the store already holds a repository; open it, or choose an empty place")
}
