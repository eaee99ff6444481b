import ObjectStorage

/// What a store must do, tried before it holds anything: list what was written, answer a range with
/// exactly its bytes, replace, delete; and whether it knows a condition.
struct S3Examination {
    private let client: S3Client
    private let store: S3ObjectStore
    /// The probe's own folder, with its slash.
    private let folder: String
    private var name: String { folder + "object" }

    init(_ client: S3Client) {
        self.client = client
        store = S3ObjectStore(client, prefix: client.settings.place.keyPrefix)
        folder = client.probeName() + "/"
    }

    func run() async throws(S3Refusal) -> [String] {
        do throws(ObjectStoreError) {
            let lock = client.settings.lock.map { S3LockExamination(client, $0) }
            var warnings = try await lock?.look() ?? []
            warnings += try await probe()
            try requireRegion()
            try await lock?.probe()
            return warnings
        } catch {
            // What failed tells more than a deletion that fails then too.
            _ = try? await store.delete(name)
            throw S3Refusal(sentence(error))
        }
    }

    /// Lists a folder and asks for an object in the first folder beneath it, without a change.
    func look(at folder: String, object: String) async throws(S3Refusal) -> [String] {
        do throws(ObjectStoreError) {
            let prefix = client.settings.place.keyPrefix + folder + "/"
            let found = try await S3Listing(client, prefix: prefix, subject: folder).folders().sorted()
            if let first = found.first { _ = try await store.stat("\(folder)/\(first)/\(object)") }
            try requireRegion()
            return found
        } catch {
            throw S3Refusal(sentence(error))
        }
    }

    private func probe() async throws(ObjectStoreError) -> [String] {
        let (first, second) = (Array("first, of Holdfast's probe".utf8), Array("second".utf8))
        // Without it a bucket that is not there would look like one that is empty.
        _ = try await store.list(prefix: folder)
        try await store.write(name, first)
        let info = ObjectInfo(name: name, sizeBytes: UInt64(first.count))
        try require(try await store.list(prefix: folder) == [info], "does not list what was written")
        try require(
            try await store.read(name, range: 3..<9) == Array(first[3..<9]), "does not answer a range with its bytes")
        try await store.write(name, second)
        try require(try await store.read(name) == second, "does not replace an object that is written again")
        let knowsCondition = try await refusesSecondCreation()
        try await store.delete(name)
        try require(try await store.stat(name) == nil, "does not delete")
        guard !knowsCondition else { return [] }
        return ["The store does not know If-None-Match, so no two servers may ever use the same prefix at once."]
    }

    /// Whether a store refuses to create what is there. One that does not know the condition replaces it.
    private func refusesSecondCreation() async throws(ObjectStoreError) -> Bool {
        var request = S3Request(.write, "PUT", key: client.settings.place.keyPrefix + name, subject: name)
        request.setBody(Array("second".utf8), checksum: try await client.checksum())
        request.headers.append(("if-none-match", "*"))
        // Some say that they do not know it.
        return try await client.head(of: request, accepted: [400, 412, 501]).head.status == 412
    }

    private func require(_ isKept: Bool, _ words: String) throws(ObjectStoreError) {
        guard !isKept else { return }
        throw ObjectStoreError(
            .inputOutput, name: name,
            message: "The store '\(client.settings.place)' \(words), so backups cannot be kept there.")
    }

    /// A region that had to be found out costs a refused request after each start.
    private func requireRegion() throws(ObjectStoreError) {
        guard client.region != client.settings.region else { return }
        throw ObjectStoreError(
            .permissionDenied, name: name,
            message: """
                The bucket '\(client.settings.place.bucket)' is in the region \(client.region), not in \
                \(client.settings.region). Set s3.region to \(client.region).
                """)
    }

    /// A message that may have begun within a sentence, as one of its own.
    private func sentence(_ error: ObjectStoreError) -> String {
        let message = error.message
        let isWhole = message.first?.isUppercase ?? false || message.hasPrefix("http")
        return isWhole
            ? message : "The store '\(client.settings.place)' failed at the probe '\(error.name)': \(message)."
    }
}
