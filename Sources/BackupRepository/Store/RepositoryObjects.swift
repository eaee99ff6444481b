import ObjectStorage
import ResticFormat

extension Repository {
    /// Runs a call to a store and turns its failure into a `RepositoryError`.
    @discardableResult
    static func storing<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(RepositoryError) -> Value {
        do throws(ObjectStoreError) {
            return try await call()
        } catch {
            throw RepositoryError(error)
        }
    }

    /// Runs a call to the store and turns its failure into a `RepositoryError`.
    @discardableResult
    func stored<Value>(
        _ call: @autoclosure () async throws(ObjectStoreError) -> Value
    ) async throws(RepositoryError) -> Value {
        try await Self.storing(await call())
    }

    /// Runs a parser over the bytes of the object `name`; a parser's error is damage of that object.
    static func decoding<Value>(
        _ name: String, _ parse: @autoclosure () throws(FormatError) -> Value
    ) throws(RepositoryError) -> Value {
        do throws(FormatError) {
            return try parse()
        } catch {
            throw .damaged(name, error.message, cause: error)
        }
    }

    /// Runs a parser over the bytes of the object `name`; a parser's error is damage of that object.
    func decoded<Value>(
        _ name: String, _ parse: @autoclosure () throws(FormatError) -> Value
    ) throws(RepositoryError) -> Value {
        try Self.decoding(name, parse())
    }

    /// The objects of a kind; foreign names are left out.
    func list(_ kind: ObjectNames.Kind) async throws(RepositoryError) -> [ObjectInfo] {
        try await stored(await store.list(prefix: kind.prefix)).filter { object in
            ObjectNames.id(of: object.name).map { ObjectNames.name(kind, $0) == object.name } ?? false
        }.sorted { $0.name < $1.name }
    }

    /// The bytes of an object, nil where there is none.
    func readIfPresent(_ name: String) async throws(RepositoryError) -> [UInt8]? {
        do throws(ObjectStoreError) {
            return try await store.read(name)
        } catch {
            if error.code == .notFound { return nil }
            throw RepositoryError(error)
        }
    }

    static func expectName(_ name: String, _ bytes: [UInt8]) throws(RepositoryError) {
        guard ObjectID.hash(of: bytes) == ObjectNames.id(of: name) else {
            throw .damaged(
                name,
                "its bytes do not have the hash that is its name; restore this object from a copy of the repository")
        }
    }

    /// The JSON in an index, snapshot or lock file.
    func readUnpacked(_ name: String) async throws(RepositoryError) -> [UInt8] {
        let bytes = try await stored(await store.read(name))
        return try unpacked(bytes, name)
    }

    /// Verifies the stored bytes of an unpacked file and opens them.
    func unpacked(_ bytes: [UInt8], _ name: String) throws(RepositoryError) -> [UInt8] {
        try Self.expectName(name, bytes)
        return try decoded(name, UnpackedFile.decode(bytes, sealer: sealer, decompressor: codecs.decompressor))
    }

    /// Seals and stores an index, snapshot or lock file.
    /// - Returns: its name in the store.
    /// - Parameter announce: called with the name before the object is stored.
    func storeUnpacked(
        _ json: [UInt8], as kind: ObjectNames.Kind, announce: (String) async throws -> Void = { _ in }
    ) async throws -> String {
        let bytes = try UnpackedFile.encode(
            json, sealer: sealer, compressor: config.version >= 2 ? codecs.compressors[3] : nil)
        let name = ObjectNames.name(kind, ObjectID.hash(of: bytes))
        try await announce(name)
        try await stored(await store.write(name, bytes))
        return name
    }
}
