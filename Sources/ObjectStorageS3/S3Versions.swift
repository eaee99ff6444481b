import ObjectStorage
import Texts

/// The versions of the objects of a bucket beneath a prefix.
struct S3Versions: ObjectVersions {
    private let client: S3Client
    /// What every key begins with; ends with a slash, or is empty.
    private let prefix: String
    let lock: ObjectLock

    init(_ client: S3Client, prefix: String, lock: ObjectLock) {
        (self.client, self.prefix, self.lock) = (client, prefix, lock)
    }

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectVersion] {
        if !prefix.hasSuffix("/"), !prefix.isEmpty { try ObjectName.validate(prefix) }
        let listing = S3VersionListing(client, prefix: self.prefix + prefix, subject: prefix)
        return try await listing.versions().compactMap { version in
            var version = version
            version.name = String(version.name.dropFirst(self.prefix.count))
            return ObjectName.isValid(version.name) ? version : nil
        }
    }

    func read(_ version: ObjectVersion, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        if let range, range.isEmpty { return [] }
        var request = self.request(.readVersion, "GET", version)
        if let range { request.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")) }
        let expected = range?.count ?? Int(clamping: version.sizeBytes)
        return try await client.perform(request, expectedBytes: expected) { answer, _ in
            var buffer: [UInt8] = []
            let length = try ReadAnswer.length(answer.head, range, of: request)
            try await answer.append(to: &buffer, limit: length)
            guard buffer.count == length else {
                throw S3Failure(.time, .unavailable, of: request, "the answer ended before the object did")
            }
            return buffer
        }
    }

    func retention(of version: ObjectVersion) async throws(ObjectStoreError) -> Int? {
        let request = self.request(.readRetention, "GET", version, query: "retention&")
        return try await client.perform(request, accepted: [404]) { answer, _ in
            let bytes = try await answer.bytes()
            guard answer.head.status != 404 else {
                // That of a version without a lock; any other is a failure.
                if ErrorBody(bytes)?.code.hasPrefix("NoSuchObjectLock") ?? false { return nil }
                if ErrorBody(bytes)?.code == "ObjectLockConfigurationNotFoundError" { return nil }
                throw S3Failure(.none, .notFound, of: request, "there is no such version in the store")
            }
            let root = try XMLReader.root(of: bytes)
            guard let until = root["RetainUntilDate"].flatMap({ WireTime.seconds(ofISO: $0.text) }) else { return nil }
            return until
        }
    }

    func retain(_ version: ObjectVersion, until seconds: Int) async throws(ObjectStoreError) {
        var request = self.request(.retain, "PUT", version, query: "retention&")
        request.setBody(RetentionRequest.body(lock.mode, until: seconds))
        try await client.head(of: request)
    }

    func makeCurrent(_ version: ObjectVersion) async throws(ObjectStoreError) {
        var request = S3Request(.write, "PUT", key: prefix + version.name, subject: version.name)
        let source = client.settings.place.bucket + "/" + PercentEncoding.path(prefix + version.name)
        request.headers.append(("x-amz-copy-source", source + "?versionId=" + PercentEncoding.query(version.id)))
        // The store makes one, as Object Lock wants one with each object.
        request.headers.append(("x-amz-checksum-algorithm", "SHA256"))
        if lock.holds(version.name) {
            request.lock(lock, from: client.storeTime)
            // Some stores want one of the request with each lock, though it has no body.
            request.headers.append(("content-md5", Base64.text(of: Hashes.md5([]))))
        }
        try await client.head(of: request)
    }

    private func request(
        _ purpose: S3Request.Purpose, _ method: String, _ version: ObjectVersion, query: String = ""
    ) -> S3Request {
        S3Request(
            purpose, method, key: prefix + version.name, subject: version.name,
            query: query + "versionId=" + PercentEncoding.query(version.id))
    }
}

extension S3Request {
    /// Has the object locked from a moment on.
    mutating func lock(_ lock: ObjectLock, from now: Int) { self.lock(lock.mode, until: now + lock.seconds) }

    /// Has the object locked until a moment. The checksum, which that needs, is set already.
    mutating func lock(_ mode: ObjectLock.Mode, until end: Int) {
        headers.append(("x-amz-object-lock-mode", mode.rawValue.uppercased()))
        headers.append(("x-amz-object-lock-retain-until-date", WireTime.isoTime(end)))
    }
}

/// What keeps a version until a moment.
enum RetentionRequest {
    static func body(_ mode: ObjectLock.Mode, until seconds: Int) -> [UInt8] {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>\
            <Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>\(mode.rawValue.uppercased())</Mode>\
            <RetainUntilDate>\(WireTime.isoTime(seconds))</RetainUntilDate></Retention>
            """
        return Array(text.utf8)
    }
}
