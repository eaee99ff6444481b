public import ObjectStorage
import Synchronization

/// Objects in memory of which every version stays, as in a bucket with Object Lock, with a clock that the
/// test sets. A lock that would be shortened is refused.
public final class LockedMemoryStore: ObjectStore, ObjectVersions {
    fileprivate struct Stored {
        var version: ObjectVersion
        var bytes: [UInt8]
        var lockedUntil: Int?
    }
    fileprivate struct State {
        var now = 1_800_000_000
        var count = 0
        /// The newest version of each first.
        var objects: [String: [Stored]] = [:]
        /// What was asked about retentions, by names.
        var asked: [String] = []
        var retained: [String] = []
    }
    private let state = Mutex(State())
    public let lock: ObjectLock

    public init(_ lock: ObjectLock) { self.lock = lock }

    public var versions: (any ObjectVersions)? { self }

    /// In seconds since 1970.
    public var now: Int {
        get { state.withLock { $0.now } }
        set { state.withLock { $0.now = newValue } }
    }

    /// The names of the versions whose retention was asked for, and of those that were retained, since
    /// this was called last.
    public func takeRequests() -> (asked: [String], retained: [String]) {
        state.withLock { state in
            defer { (state.asked, state.retained) = ([], []) }
            return (state.asked.sorted(), state.retained.sorted())
        }
    }

    // MARK: Objects

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        state.withLock { state in
            state.objects.compactMap { name, versions in
                guard name.hasPrefix(prefix), let newest = versions.first, !newest.version.isMark else { return nil }
                return ObjectInfo(name: name, sizeBytes: newest.version.sizeBytes)
            }
        }
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        let newest = state.withLock { $0.objects[name]?.first }
        guard let newest, !newest.version.isMark else {
            throw ObjectStoreError(.notFound, name: name, message: "there is no such object in the store")
        }
        return try Self.part(range, of: newest.bytes, name)
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        state.withLock { $0.add(name, bytes, tag: Self.tag(of: bytes), lock) }
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        if try await stat(name) != nil { return false }
        try await write(name, bytes)
        return true
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        state.withLock { $0.add(name, [], tag: nil, lock) }
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        let newest = state.withLock { $0.objects[name]?.first?.version }
        guard let newest, !newest.isMark else { return nil }
        return ObjectInfo(name: name, sizeBytes: newest.sizeBytes)
    }

    // MARK: Versions

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectVersion] {
        state.withLock { state in
            state.objects.sorted { $0.key < $1.key }.filter { $0.key.hasPrefix(prefix) }.flatMap { entry in
                entry.value.enumerated().map { number, stored in
                    var version = stored.version
                    version.isNewest = number == 0
                    return version
                }
            }
        }
    }

    public func read(_ version: ObjectVersion, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try Self.part(range, of: try stored(version).bytes, version.name)
    }

    public func retention(of version: ObjectVersion) async throws(ObjectStoreError) -> Int? {
        let until = try stored(version).lockedUntil
        state.withLock { $0.asked.append(version.name) }
        return until
    }

    public func retain(_ version: ObjectVersion, until seconds: Int) async throws(ObjectStoreError) {
        guard seconds >= (try stored(version).lockedUntil ?? 0) else {
            throw ObjectStoreError(.permissionDenied, name: version.name, message: "a lock is never shortened")
        }
        state.withLock { state in
            guard let number = state.objects[version.name]?.firstIndex(where: { $0.version.id == version.id }) else {
                return
            }
            state.objects[version.name]?[number].lockedUntil = seconds
            state.retained.append(version.name)
        }
    }

    public func makeCurrent(_ version: ObjectVersion) async throws(ObjectStoreError) {
        let bytes = try stored(version).bytes
        try await write(version.name, bytes)
    }

    private func stored(_ version: ObjectVersion) throws(ObjectStoreError) -> Stored {
        let found = state.withLock { $0.objects[version.name]?.first { $0.version.id == version.id } }
        guard let found else {
            throw ObjectStoreError(.notFound, name: version.name, message: "there is no such version")
        }
        return found
    }

    private static func part(
        _ range: Range<UInt64>?, of bytes: [UInt8], _ name: String
    ) throws(ObjectStoreError) -> [UInt8] {
        guard let range else { return bytes }
        guard range.upperBound <= UInt64(bytes.count) else {
            throw ObjectStoreError(.outOfRange, name: name, message: "the object ends before the range does")
        }
        return Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    /// Equal for equal bytes only.
    private static func tag(of bytes: [UInt8]) -> String {
        bytes.map { String($0, radix: 16) }.joined(separator: ".")
    }
}

extension LockedMemoryStore.State {
    fileprivate mutating func add(_ name: String, _ bytes: [UInt8], tag: String?, _ lock: ObjectLock) {
        count += 1
        let version = ObjectVersion(
            name: name, id: "v\(count)", sizeBytes: UInt64(bytes.count), tag: tag, modified: now, isNewest: true)
        let until = tag != nil && lock.holds(name) ? now + lock.seconds : nil
        objects[name, default: []].insert(
            LockedMemoryStore.Stored(version: version, bytes: bytes, lockedUntil: until), at: 0)
    }
}
