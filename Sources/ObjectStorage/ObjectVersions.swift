/// The versions of a store's objects, where it keeps those that were replaced or deleted.
///
/// Nothing here deletes a version: the service has no right to do so.
public protocol ObjectVersions: Sendable {
    /// How long what is written is kept.
    var lock: ObjectLock { get }

    /// Every version of the objects whose name starts with `prefix`, which may be a whole name: those
    /// of one object together, newest first.
    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectVersion]

    /// The bytes of a version, or of a part of it.
    func read(_ version: ObjectVersion, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8]

    /// Until when nobody deletes a version, in seconds since 1970; nil where anybody may.
    func retention(of version: ObjectVersion) async throws(ObjectStoreError) -> Int?

    /// Keeps a version until a moment. A store never shortens what holds already.
    func retain(_ version: ObjectVersion, until seconds: Int) async throws(ObjectStoreError)

    /// Makes a copy of an older version the newest one, locked as everything that is written.
    func makeCurrent(_ version: ObjectVersion) async throws(ObjectStoreError)
}

/// One version of an object, or the mark that hides the versions behind it.
public struct ObjectVersion: Hashable, Sendable {
    public var name: String
    public var id: String
    /// 0 for a mark.
    public var sizeBytes: UInt64
    /// What the store tells of the content: equal for equal bytes, at most stores. nil for a mark.
    public var tag: String?
    /// When the store got it, by its own clock, in seconds since 1970.
    public var modified: Int
    /// Whether it is what a read without a version gets.
    public var isNewest: Bool

    public init(
        name: String, id: String, sizeBytes: UInt64, tag: String?, modified: Int, isNewest: Bool
    ) {
        (self.name, self.id, self.sizeBytes) = (name, id, sizeBytes)
        (self.tag, self.modified, self.isNewest) = (tag, modified, isNewest)
    }

    /// Whether it only says that the object was deleted.
    public var isMark: Bool { tag == nil }

    /// Whether it has the same content as another one, as far as the store tells.
    public func isLike(_ other: ObjectVersion) -> Bool {
        !isMark && !other.isMark && sizeBytes == other.sizeBytes && tag == other.tag
    }
}
