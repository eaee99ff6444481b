import Synchronization

/// Objects in memory, for tests and for measuring without a disk.
public final class MemoryObjectStore: ObjectStore {
    private let objects = Mutex<[String: [UInt8]]>([:])

    /// Makes a store that holds `objects` by name.
    public init(_ objects: [String: [UInt8]] = [:]) {
        self.objects.withLock { $0 = objects }
    }

    /// A copy of everything in the store, by name.
    public var contents: [String: [UInt8]] { objects.withLock { $0 } }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try ObjectName.validate(prefix: prefix)
        return objects.withLock { objects in
            objects.compactMap { name, bytes in
                name.hasPrefix(prefix) ? ObjectInfo(name: name, sizeBytes: UInt64(bytes.count)) : nil
            }
        }
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        try ObjectName.validate(name)
        guard let bytes = objects.withLock({ $0[name] }) else { throw .missing(name) }
        guard let range else { return bytes }
        guard range.upperBound <= UInt64(bytes.count) else {
            throw .outside(range, of: name, sizeBytes: UInt64(bytes.count))
        }
        return Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        objects.withLock { $0[name] = bytes }
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try ObjectName.validate(name)
        return objects.withLock { objects in
            guard objects[name] == nil else { return false }
            objects[name] = bytes
            return true
        }
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        objects.withLock { $0[name] = nil }
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try ObjectName.validate(name)
        return objects.withLock { objects in
            objects[name].map { ObjectInfo(name: name, sizeBytes: UInt64($0.count)) }
        }
    }
}

extension ObjectStoreError {
    /// There is no object `name`.
    package static func missing(_ name: String) -> ObjectStoreError {
        ObjectStoreError(.notFound, name: name, message: "there is no such object in the store")
    }

    /// The object ends before the range does.
    package static func outside(_ range: Range<UInt64>, of name: String, sizeBytes: UInt64) -> ObjectStoreError {
        ObjectStoreError(
            .outOfRange, name: name, message: "bytes \(range) were asked for, but the object has \(sizeBytes) bytes")
    }
}
