public import ObjectStorage
import ResticFormat

/// Where a password comes from; this decides what each try costs.
public enum PasswordOrigin: Sendable {
    /// A person chose it: a try costs some 100 ms, so that guessing a weak one takes long.
    case chosen
    /// 256 bits derived from a random secret: no number of tries finds it, so a try
    /// need not cost anything.
    case derived

    var cost: KeyFile.Cost {
        switch self {
        case .chosen: .standard
        case .derived: .least
        }
    }
}

extension Repository {
    /// Opens the repository with a password. Costs a scrypt for each key tried, some 100 ms where
    /// people chose the passwords.
    /// - Throws: `RepositoryError`: `notARepository`,
    ///   `wrongPassword`, `damaged`, `newerVersion`, `storage`.
    public static func open(
        in store: any ObjectStore, password: String, environment: RepositoryEnvironment
    ) async throws -> Repository {
        let config = try await readConfig(store)
        return try await open(
            in: store, masterKey: try await masterKey(in: store, password: password, config: config),
            environment: environment)
    }

    /// Opens the repository with its master key, without a scrypt. Locks that a dead process of
    /// this host left behind are removed.
    /// - Throws: `RepositoryError`: `notARepository`,
    ///   `wrongPassword`, `damaged`, `newerVersion`, `storage`.
    public static func open(
        in store: any ObjectStore, masterKey: RepositoryMasterKey, environment: RepositoryEnvironment
    ) async throws -> Repository {
        let repository = try make(
            in: store, masterKey: masterKey, config: try await readConfig(store), environment: environment)
        try await repository.removeOwnStaleLocks()
        return repository
    }

    /// The repository with these bytes of `config`.
    static func make(
        in store: any ObjectStore, masterKey: RepositoryMasterKey, config bytes: [UInt8],
        environment: RepositoryEnvironment
    ) throws -> Repository {
        let triple = try decoding("the master key", KeyTriple(rawBytes: masterKey.secretBytes))
        let sealer = Sealer(triple)
        return Repository(
            store: store, masterKey: masterKey, sealer: sealer, configBytes: bytes,
            config: try decodeConfig(bytes, sealer), environment: environment)
    }

    /// Adds a key file, so that `password` opens the repository too. Costs a scrypt.
    /// - Returns: the key's ID, 64 hexadecimal digits.
    @discardableResult
    public func addPassword(_ password: String, origin: PasswordOrigin = .chosen) async throws -> String {
        let triple = try decoded("the master key", KeyTriple(rawBytes: masterKey.secretBytes))
        let file = try KeyFile.create(
            password: password, master: triple, salt: environment.randomBytes(KeyFile.saltByteCount), cost: origin.cost,
            created: NodeTime(environment.now()),
            username: environment.username, hostname: environment.hostname)
        let bytes = file.encoded()
        let id = ObjectID.hash(of: bytes)
        try await stored(await store.write(ObjectNames.name(.keys, id), bytes))
        return id.hex
    }

    /// Whether a key file of the repository opens with a password and holds the repository's own
    /// master key. Costs a scrypt for each key tried.
    /// - Throws: `RepositoryError`: `storage`.
    public func opens(with password: String) async throws -> Bool {
        for object in try await list(.keys) {
            let bytes = try await stored(await store.read(object.name))
            guard let file = try? KeyFile(decoding: bytes), let triple = try? file.open(password: password) else {
                continue
            }
            if triple.rawBytes == masterKey.secretBytes { return true }
        }
        return false
    }

    /// Whether a key file has its right name and can be read.
    func checkKey(_ name: String) async throws {
        let bytes = try await stored(await store.read(name))
        try Self.expectName(name, bytes)
        _ = try decoded(name, KeyFile(decoding: bytes))
    }

    static func readConfig(_ store: any ObjectStore) async throws -> [UInt8] {
        do throws(ObjectStoreError) {
            return try await store.read(ObjectNames.config)
        } catch {
            if error.code == .notFound {
                throw RepositoryError(.notARepository, "there is no repository here: the object 'config' is missing")
            }
            throw RepositoryError(error)
        }
    }

    private static func decodeConfig(_ bytes: [UInt8], _ sealer: Sealer) throws(RepositoryError) -> RepositoryConfig {
        let json: [UInt8]
        do throws(FormatError) {
            json = try sealer.open(bytes)
        } catch {
            if error.code == .unauthentic {
                throw RepositoryError(
                    .wrongPassword,
                    "the key does not open 'config': it belongs to another repository, or 'config' is damaged",
                    cause: error)
            }
            throw .damaged(ObjectNames.config, error.message, cause: error)
        }
        do throws(FormatError) {
            return try RepositoryConfig(decoding: json)
        } catch {
            if error.message.contains("version") {
                throw RepositoryError(.newerVersion, "'config': \(error.message); use a later release", cause: error)
            }
            throw .damaged(ObjectNames.config, error.message, cause: error)
        }
    }

    /// Tries the password on every key file. A key that opens and is not the one of `config` was
    /// left by a creation that another overtook.
    private static func masterKey(
        in store: any ObjectStore, password: String, config: [UInt8]
    ) async throws -> RepositoryMasterKey {
        let keys = try await storing(await store.list(prefix: ObjectNames.Kind.keys.prefix))
        var broken: RepositoryError?
        var other: RepositoryMasterKey?
        for object in keys.sorted(by: { $0.name < $1.name }) {
            let bytes = try await storing(await store.read(object.name))
            do throws(RepositoryError) {
                try expectName(object.name, bytes)
                let file = try decoding(object.name, KeyFile(decoding: bytes))
                guard let key = try open(file, password, object.name) else { continue }
                if (try? Sealer(KeyTriple(rawBytes: key.secretBytes)).open(config)) != nil { return key }
                other = key
            } catch {
                broken = error
            }
        }
        // `config` itself may be what is damaged.
        if let other { return other }
        throw broken
            ?? RepositoryError(
                .wrongPassword,
                keys.isEmpty
                    ? "the repository has no keys; it cannot be opened any more"
                    : "no key of the repository opens with this password")
    }

    private static func open(
        _ file: KeyFile, _ password: String, _ name: String
    ) throws(RepositoryError) -> RepositoryMasterKey? {
        do throws(FormatError) {
            return RepositoryMasterKey(secretBytes: try file.open(password: password).rawBytes)
        } catch {
            if error.code == .unauthentic { return nil }
            throw .damaged(name, error.message, cause: error)
        }
    }
}

/// Random numbers from an injected source of bytes.
struct ByteGenerator: RandomNumberGenerator {
    var randomBytes: @Sendable (Int) -> [UInt8]

    mutating func next() -> UInt64 {
        randomBytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
