public import ObjectStorage

/// Objects in a bucket of S3, beneath a prefix.
///
/// Drafts are kept in memory. A store that does not know `If-None-Match` lets creators at once each
/// store their bytes; `S3Bucket.examine` tells of it.
public struct S3ObjectStore: ObjectStore {
    private let client: S3Client
    /// What every key begins with; ends with a slash, or is empty.
    private let prefix: String
    private let lock: ObjectLock?

    /// - Parameter lock: how long what is written is kept; nil for no lock.
    init(_ client: S3Client, prefix: String, lock: ObjectLock? = nil) {
        (self.client, self.prefix, self.lock) = (client, prefix, lock)
    }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try ObjectName.validate(prefix: prefix)
        let listing = S3Listing(client, prefix: self.prefix + prefix, subject: prefix)
        var found: [ObjectInfo] = []
        for object in try await listing.objects() {
            let name = String(object.key.dropFirst(self.prefix.count))
            // Consoles leave empty objects for folders, and others may leave what is no name of ours.
            if ObjectName.isValid(name) { found.append(ObjectInfo(name: name, sizeBytes: object.sizeBytes)) }
        }
        return found
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        try await read(name, range: range, into: &bytes)
        return bytes
    }

    public func read(_ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        // HTTP has no form for an empty range.
        if let range, range.isEmpty { return try await requireSize(name, range, emptying: &buffer) }
        var request = S3Request(.read, "GET", key: prefix + name, subject: name)
        if let range { request.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")) }
        try await client.perform(request, expectedBytes: range?.count ?? 0) { answer, _ in
            buffer.removeAll(keepingCapacity: true)
            let length = try ReadAnswer.length(answer.head, range, of: request)
            buffer.reserveCapacity(length)
            try await answer.append(to: &buffer, limit: length)
            guard buffer.count == length else {
                throw S3Failure(.time, .unavailable, of: request, "the answer ended before the object did")
            }
        }
    }

    private func requireSize(
        _ name: String, _ range: Range<UInt64>, emptying buffer: inout [UInt8]
    ) async throws(ObjectStoreError) {
        buffer.removeAll(keepingCapacity: true)
        guard let size = try await stat(name)?.sizeBytes else { throw .missing(name) }
        if range.upperBound > size { throw .outside(range, of: name, sizeBytes: size) }
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        try await client.head(of: try await putting(name, bytes))
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try ObjectName.validate(name)
        // Also for stores that do not know the condition.
        if try await stat(name) != nil { return false }
        var request = try await putting(name, bytes)
        request.headers.append(("if-none-match", "*"))
        let (head, isRepeated) = try await client.head(of: request, accepted: [412])
        guard head.status == 412 else { return true }
        // An earlier try may have stored it, whose answer was lost.
        return isRepeated ? try await read(name, range: nil) == bytes : false
    }

    private func putting(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> S3Request {
        guard bytes.count <= S3Limits.objectBytes else {
            throw ObjectStoreError(
                .inputOutput, name: name, message: "one request to S3 stores at most 5 GiB; this is longer")
        }
        var request = S3Request(.write, "PUT", key: prefix + name, subject: name)
        request.setBody(bytes, checksum: try await client.checksum())
        if let lock, lock.holds(name) { request.lock(lock, from: client.storeTime) }
        return request
    }

    /// Those of a store that locks what is written into it.
    public var versions: (any ObjectVersions)? {
        lock.map { S3Versions(client, prefix: prefix, lock: $0) }
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        // Most answer 204 where nothing was, some 404.
        try await client.head(of: S3Request(.delete, "DELETE", key: prefix + name, subject: name), accepted: [404])
    }

    public func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        for name in names { try ObjectName.validate(name) }
        for start in stride(from: 0, to: names.count, by: S3Limits.keysPerDeletion) {
            try await deleteBatch(names[start..<min(start + S3Limits.keysPerDeletion, names.count)])
        }
    }

    private func deleteBatch(_ names: ArraySlice<String>) async throws(ObjectStoreError) {
        let subject = names.count == 1 ? names[names.startIndex] : "\(names.count) objects"
        var request = S3Request(.delete, "POST", subject: subject, query: "delete")
        request.setBody(DeletionRequest.body(names.map { prefix + $0 }))
        try await client.perform(request) { answer, _ in
            let failures = try DeletionAnswer(try await answer.bytes()).failures
            guard let first = failures.first(where: { $0.code != "NoSuchKey" }) else { return }
            throw client.failure(of: first, in: request, prefix: prefix)
        }
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try ObjectName.validate(name)
        let request = S3Request(.read, "HEAD", key: prefix + name, subject: name)
        let head = try await client.head(of: request, accepted: [404]).head
        guard head.status != 404 else { return nil }
        guard let size = head.headers["content-length"].flatMap({ UInt64($0) }) else {
            throw ObjectStoreError(.inputOutput, name: name, message: "the store does not tell the object's size")
        }
        return ObjectInfo(name: name, sizeBytes: size)
    }
}

/// What one request may hold.
enum S3Limits {
    static let objectBytes = 5 << 30
    static let keysPerDeletion = 1000
    /// A longer answer to a request for a whole object is not read; the engine's are far below.
    static let readBytes = 1 << 30
    /// A list with more objects is given up: it has no end, or is none of ours.
    static let listedObjects = 20_000_000
}

/// What the head of an answer to a read says of its body.
enum ReadAnswer {
    /// How many bytes follow, which are exactly those that were asked for.
    static func length(_ head: S3AnswerHead, _ range: Range<UInt64>?, of request: S3Request) throws(S3Failure) -> Int {
        guard let range else {
            guard head.status == 200, let length = head.headers["content-length"].flatMap({ Int($0) }),
                (0...S3Limits.readBytes).contains(length)
            else { throw S3Failure(.none, .inputOutput, of: request, "the store does not tell the object's size") }
            return length
        }
        // rclone sends a part with status 200; what tells a part from everything is this field.
        let told = head.headers["content-range"] ?? ""
        guard let match = told.wholeMatch(of: /bytes (\d+)-(\d+)\/(\d+|\*)/),
            let first = UInt64(match.1), let last = UInt64(match.2), first == range.lowerBound
        else {
            throw S3Failure(
                .none, .inputOutput, of: request,
                "the store does not answer with the part that was asked for: '\(told)'")
        }
        guard last >= range.upperBound - 1 else {
            throw S3Failure(
                .none, .outOfRange, of: request,
                "bytes \(range) were asked for, but the object has \(match.3) bytes")
        }
        guard last == range.upperBound - 1 else {
            throw S3Failure(.none, .inputOutput, of: request, "the store answers with more than was asked for")
        }
        return range.count
    }
}
