import ObjectStorage
import Texts

/// Whether a bucket keeps what it is told to keep, from us too. Object Lock that is promised and not
/// kept is worse than none.
struct S3LockExamination {
    private let client: S3Client
    private let lock: ObjectLock
    private var bucket: String { client.settings.place.bucket }

    /// For how long the object of the probe is locked: it stays that long.
    private static let probeSeconds = 120

    init(_ client: S3Client, _ lock: ObjectLock) { (self.client, self.lock) = (client, lock) }

    /// Looks at how the bucket is set up, and writes nothing.
    /// - Returns: what an administrator should know.
    func look() async throws(ObjectStoreError) -> [String] {
        let versioning = S3Request(.readVersioning, "GET", subject: "versioning", query: "versioning")
        let isVersioned = try await client.perform(versioning) { answer, _ in
            try XMLReader.root(of: try await answer.bytes())["Status"]?.text == "Enabled"
        }
        try require(
            isVersioned,
            "keeps no versions, so whoever can write there can destroy what is there. Turn versioning on")
        let request = S3Request(.readLock, "GET", subject: "object-lock", query: "object-lock")
        // Where there is none, some say so with 404.
        let configuration: XMLElement? = try await client.perform(request, accepted: [404]) { answer, _ in
            let bytes = try await answer.bytes()
            return answer.head.status == 404 ? nil : try XMLReader.root(of: bytes)
        }
        try require(
            configuration?["ObjectLockEnabled"]?.text == "Enabled",
            "has no Object Lock. Make a bucket with Object Lock, or turn it on")
        guard let rule = configuration?["Rule"]?["DefaultRetention"] else { return [] }
        let days = rule["Days"].map { $0.text + " days" } ?? rule["Years"].map { $0.text + " years" } ?? "some time"
        return [
            """
            The bucket '\(bucket)' locks every object for \(days) by itself, also what backups replace and delete at \
            once. Take its default retention away: Holdfast locks what has to be locked.
            """
        ]
    }

    /// Locks an object for two minutes, and tries what a thief of our credentials would try.
    func probe() async throws(ObjectStoreError) {
        let key = client.settings.place.keyPrefix + client.probeName()
        var request = S3Request(.write, "PUT", key: key, subject: key)
        request.setBody(Array("locked, of Holdfast's probe".utf8), checksum: try await client.checksum())
        let end = client.storeTime + Self.probeSeconds
        request.lock(lock.mode, until: end)
        let id = try await client.head(of: request).head.headers["x-amz-version-id"] ?? ""
        try require(!id.isEmpty, "does not tell the version of what it stored")
        let versions = S3Versions(client, prefix: "", lock: lock)
        let version = ObjectVersion(name: key, id: id, sizeBytes: 0, tag: "", modified: 0, isNewest: true)
        try require(
            try await versions.list(prefix: key).map(\.id) == [id], "does not list the version that it stored")
        try await requireRefusals(key, id, end)
        try require(
            (try await versions.retention(of: version) ?? 0) >= end, "took a lock with an object and did not keep it")
        try await versions.retain(version, until: end + 1)
        try require(
            (try await versions.retention(of: version) ?? 0) > end, "does not lock a version for longer")
        // That only hides it; the version goes when its lock is over.
        try await client.head(of: S3Request(.delete, "DELETE", key: key, subject: key), accepted: [404])
    }

    private func requireRefusals(_ key: String, _ id: String, _ end: Int) async throws(ObjectStoreError) {
        let version = "versionId=" + PercentEncoding.query(id)
        var shortening = S3Request(.retain, "PUT", key: key, subject: key, query: "retention&" + version)
        shortening.setBody(RetentionRequest.body(lock.mode, until: end - Self.probeSeconds / 2))
        try require(
            try await isRefused(shortening),
            "lets these credentials shorten the lock of an object, so that it protects nothing. \(advice)")
        for isBypass in [false, true] {
            var deletion = S3Request(.deleteVersion, "DELETE", key: key, subject: key, query: version)
            if isBypass { deletion.headers.append(("x-amz-bypass-governance-retention", "true")) }
            try require(
                try await isRefused(deletion),
                "let these credentials delete an object that was locked, so that the lock protects nothing. \(advice)")
        }
    }

    private func isRefused(_ request: S3Request) async throws(ObjectStoreError) -> Bool {
        let head = try await client.head(of: request, accepted: [400, 403, 405, 409]).head
        return !(200..<300).contains(head.status)
    }

    private var advice: String {
        lock.mode == .governance
            ? "Take the right s3:BypassGovernanceRetention away from them, or set s3.lock-mode to compliance"
            : "Keep backups that are to be locked elsewhere"
    }

    private func require(_ isKept: Bool, _ words: String) throws(ObjectStoreError) {
        guard !isKept else { return }
        throw ObjectStoreError(
            .inputOutput, name: bucket,
            message: """
                The bucket '\(bucket)' \(words), or set s3.lock-days to 0, which gives the protection up.
                """)
    }
}
