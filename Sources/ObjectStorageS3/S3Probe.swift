import ObjectStorage

/// What a service of S3 does, asked question by question. Each answer stands for itself; whether backups
/// can be kept there is what `S3Examination` decides.
struct S3Probe {
    private let client: S3Client
    private let store: S3ObjectStore
    private let folder: String
    private var name: String { folder + "object" }
    private var key: String { client.settings.place.keyPrefix + name }

    init(_ client: S3Client) {
        self.client = client
        store = S3ObjectStore(client, prefix: client.settings.place.keyPrefix)
        folder = client.probeName() + "/"
    }

    func run() async -> [(question: String, answer: String)] {
        let bytes = Array("holdfast".utf8)
        var rows: [(question: String, answer: String)] = []
        rows.append(("stores an object", await answer { try await store.write(name, bytes) }))
        rows.append(
            ("lists it at once", await answer { try await store.list(prefix: folder).map(\.name) == [name] }))
        rows.append(
            ("answers a range", await answer { try await store.read(name, range: 2..<5) == Array(bytes[2..<5]) }))
        rows.append(("knows If-None-Match", await answer { try await refuses(("if-none-match", "*")) }))
        let wrong = Array("other".utf8)
        rows.append(
            (
                "verifies Content-MD5",
                await answer { try await refuses(("content-md5", Base64.text(of: Hashes.md5(wrong)))) }
            ))
        rows.append(
            (
                "verifies SHA-256",
                await answer { try await refuses(("x-amz-checksum-sha256", Base64.text(of: Hashes.sha256(wrong)))) }
            ))
        rows.append(("keeps versions", await answer { try await isVersioned() }))
        rows.append(("has Object Lock", await answer { try await isLocking() }))
        rows.append(("deletes", await answer { try await store.delete(name) }))
        return rows
    }

    private func answer(_ body: () async throws -> Bool) async -> String {
        do {
            return try await body() ? "yes" : "no"
        } catch {
            return "not told: \((error as? ObjectStoreError)?.message ?? "\(error)")"
        }
    }

    private func answer(_ body: () async throws -> Void) async -> String {
        await answer { () async throws -> Bool in
            try await body()
            return true
        }
    }

    /// Whether the store refuses to store the object again with a header field that forbids it.
    private func refuses(_ field: (name: String, value: String)) async throws(ObjectStoreError) -> Bool {
        var request = S3Request(.write, "PUT", key: key, subject: name)
        request.body = Array("holdfast".utf8)
        request.headers.append(field)
        let head = try await client.head(of: request, accepted: [400, 409, 412, 501]).head
        return !(200..<300).contains(head.status) && head.status != 501
    }

    private func isVersioned() async throws(ObjectStoreError) -> Bool {
        let request = S3Request(.readVersioning, "GET", subject: "versioning", query: "versioning")
        return try await client.perform(request, accepted: [404, 501]) { answer, _ in
            guard answer.head.status == 200 else { return false }
            return try XMLReader.root(of: try await answer.bytes())["Status"]?.text == "Enabled"
        }
    }

    private func isLocking() async throws(ObjectStoreError) -> Bool {
        let request = S3Request(.readLock, "GET", subject: "object-lock", query: "object-lock")
        return try await client.perform(request, accepted: [404, 501]) { answer, _ in
            guard answer.head.status == 200 else { return false }
            return try XMLReader.root(of: try await answer.bytes())["ObjectLockEnabled"]?.text == "Enabled"
        }
    }
}
