public import FileTree
public import ObjectStorage
import ResticFormat

extension Repository {
    /// Makes a new repository in a store that holds none, and opens it.
    ///
    /// The key file is stored before `config`, whose presence makes the repository exist, so that an interrupted creation can be repeated.
    /// - Parameter password: the first password; any text.
    /// - Throws: `RepositoryError`: `alreadyExists`, `storage`.
    public static func create(in store: any ObjectStore, password: String, environment: RepositoryEnvironment) async throws -> Repository {
        guard try await store.stat(ObjectNames.config) == nil else {
            throw RepositoryError(.alreadyExists, "the store already holds a repository; open it, or choose an empty place")
        }
        let master = try RepositoryMasterKey.random(environment)
        let triple = try master.triple()
        let config = RepositoryConfig.random(environment)
        let repository = try Repository(store: store, masterKey: master, config: config, environment: environment)
        try await repository.addPassword(password)
        try await store.write(ObjectNames.config, try Sealer(triple).seal(config.encoded()))
        return repository
    }

    /// Opens the repository with a password. Costs a scrypt (some 100 ms) for each key tried.
    /// - Throws: `RepositoryError`: `notARepository`, `wrongPassword`, `damaged`, `newerVersion`, `storage`.
    public static func open(in store: any ObjectStore, password: String, environment: RepositoryEnvironment) async throws -> Repository {
        try await open(in: store, masterKey: try await findMasterKey(in: store, password: password), environment: environment)
    }

    /// Opens the repository with its master key, without a scrypt. Locks that a dead process of this host left behind are removed.
    /// - Throws: `RepositoryError`: `notARepository`, `wrongPassword`, `damaged`, `newerVersion`, `storage`.
    public static func open(in store: any ObjectStore, masterKey: RepositoryMasterKey, environment: RepositoryEnvironment) async throws -> Repository {
        let repository = try Repository(store: store, masterKey: masterKey, config: try await readConfig(store, masterKey), environment: environment)
        try await repository.removeOwnStaleLocks()
        return repository
    }

    /// Adds a key file, so that `password` opens the repository too.
    /// - Returns: the key's ID.
    @discardableResult
    public func addPassword(_ password: String) async throws -> String {
        fatalError("guess")
    }
}
