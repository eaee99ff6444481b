public import ObjectStorage
import ResticFormat

/// A store whose index files are also kept on this machine, as they are stored. They never change and
/// are named by their hash, by which a copy is verified. The store itself is asked which there are.
///
/// It tells nothing of what became of the store's own objects, so no check reads through it.
public struct CachedObjects: ForwardingObjectStore {
    public let base: any ObjectStore
    private let cache: CacheFolder
    /// Where the copies are in the cache, with a final slash.
    private let folder: String

    public init(_ base: any ObjectStore, in cache: CacheFolder, folder: String) {
        (self.base, self.cache, self.folder) = (base, cache, folder)
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        guard range == nil, Self.isKept(name) else { return try await base.read(name, range: range) }
        if let copy = cache.read(folder + name), Self.isWhole(name, copy) { return copy }
        let bytes = try await base.read(name)
        if Self.isWhole(name, bytes) { cache.write(folder + name, bytes) }
        return bytes
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        try await base.write(name, bytes)
        if Self.isKept(name) { cache.write(folder + name, bytes) }
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try await base.delete(name)
        if Self.isKept(name) { cache.remove(folder + name) }
    }

    private static func isKept(_ name: String) -> Bool { name.hasPrefix(ObjectNames.Kind.index.prefix) }

    private static func isWhole(_ name: String, _ bytes: [UInt8]) -> Bool {
        ObjectID.hash(of: bytes) == ObjectNames.id(of: name)
    }
}
