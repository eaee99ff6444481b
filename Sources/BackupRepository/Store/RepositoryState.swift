public import ObjectStorage
import ResticFormat

extension Repository {
    /// The IDs of the snapshots that are there, without reading them; sorted.
    /// - Throws: `RepositoryError`: `storage`.
    public func snapshotIDs() async throws -> [String] {
        try await list(.snapshots).compactMap { ObjectNames.id(of: $0.name)?.hex }
    }

    /// The bytes of all packs that are there.
    /// - Throws: `RepositoryError`: `storage`.
    public func packBytes() async throws -> Int {
        Int(clamping: try await list(.packs).reduce(UInt64(0)) { $0 + $1.sizeBytes })
    }

    /// The packs that the index names, as their number and one digest over their IDs (SHA-256
    /// over the sorted IDs).
    /// - Throws: `RepositoryError`: `damaged` naming the index file, `storage`.
    public func packsFingerprint() async throws -> (count: Int, digest: String) {
        let ids = try await index(skippingDamaged: true).packs.map(\.hex).sorted()
        return (ids.count, ObjectID.hash(of: Array(ids.joined().utf8)).hex)
    }
}

extension Repository {
    /// The objects without which nothing else opens, as they are stored: `config` and the
    /// key files, by name.
    public func openingObjects() async throws -> [String: [UInt8]] {
        var objects: [String: [UInt8]] = [:]
        for name in try await [ObjectNames.config] + list(.keys).map(\.name) {
            objects[name] = try await stored(await store.read(name))
        }
        return objects
    }

    /// Puts a `config` in place of one that is missing or does not open.
    ///
    /// Without a copy that opens, one with a new ID and a new chunker polynomial is made:
    /// everything stays readable, but what later runs archive is not recognised as stored already.
    /// - Parameters:
    ///   - copy: the stored bytes of a copy, where there is one.
    ///   - quarantine: gets the object that is replaced.
    /// - Returns: whether the copy was used.
    @discardableResult
    public static func replaceConfig(
        in store: any ObjectStore, masterKey: RepositoryMasterKey, copy: [UInt8]?, quarantine: any ObjectStore,
        environment: RepositoryEnvironment
    ) async throws -> Bool {
        let sealer = Sealer(
            try decoding("the master key", KeyTriple(rawBytes: masterKey.secretBytes)))
        var usable = copy
        if let bytes = copy, (try? RepositoryConfig(decoding: sealer.open(bytes))) == nil { usable = nil }
        let bytes: [UInt8]
        if let usable {
            bytes = usable
        } else {
            var generator = ByteGenerator(randomBytes: environment.randomBytes)
            bytes = try sealer.seal(RepositoryConfig.random(using: &generator).encoded())
        }
        if try await storing(await store.stat(ObjectNames.config)) != nil,
            let old = try? await store.read(ObjectNames.config)
        {
            try await storing(await quarantine.write(ObjectNames.config, old))
        }
        try await storing(await store.write(ObjectNames.config, bytes))
        return usable != nil
    }
}
