public import ObjectStorage
import Synchronization

/// What a store was asked for, as a store of S3 bills it.
public struct StoreRequest: Sendable, Hashable, CustomStringConvertible {
    /// The kind of the request that a store of S3 would be sent.
    public enum Method: String, Sendable, Hashable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case list = "LIST"
        case delete = "DELETE"
    }

    public var method: Method
    /// The location of the store and the name of the object, or the prefix of a list.
    public var path: String

    /// Method and first part of the name, as `PUT locks` or, beside a repository, `PUT beside ledger`.
    public var description: String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        let isBeside = parts.first?.hasSuffix(".beside") ?? false
        let folder = parts.dropFirst().first.map(String.init) ?? "everything"
        return "\(method.rawValue) \(isBeside ? "beside " : "")\(folder)"
    }
}

/// The requests that some stores were sent, in order.
public final class RequestLog: Sendable {
    private let requests = Mutex<[StoreRequest]>([])

    public init() {}

    /// The requests since the last call.
    public func take() -> [StoreRequest] {
        requests.withLock { requests in
            defer { requests = [] }
            return requests
        }
    }

    fileprivate func note(_ method: StoreRequest.Method, _ path: String) {
        requests.withLock { $0.append(StoreRequest(method: method, path: path)) }
    }

    /// The store at a location, each call of which is noted here.
    public func counting(_ base: any ObjectStore, at location: String) -> any ObjectStore {
        CountingObjectStore(base: base, location: location, log: self)
    }
}

/// A store that notes each call as the request that a store of S3 would be sent.
private struct CountingObjectStore: ObjectStore {
    let base: any ObjectStore
    let location: String
    let log: RequestLog

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        note(.list, prefix)
        return try await base.list(prefix: prefix)
    }

    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        note(.get, name)
        return try await base.read(name, range: range)
    }

    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        note(.put, name)
        try await base.write(name, bytes)
    }

    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        note(.put, name)
        return try await base.create(name, bytes)
    }

    func delete(_ name: String) async throws(ObjectStoreError) {
        note(.delete, name)
        try await base.delete(name)
    }

    /// One request takes a thousand names.
    func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        for _ in stride(from: 0, to: names.count, by: 1000) { note(.delete, "") }
        try await base.deleteAll(names)
    }

    func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try await base.synchronizeDeletions(prefix: prefix)
    }

    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        note(.head, name)
        return try await base.stat(name)
    }

    private func note(_ method: StoreRequest.Method, _ name: String) { log.note(method, location + "/" + name) }
}
