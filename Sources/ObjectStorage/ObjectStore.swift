/// Bytes under names in a bucket or a folder. It knows nothing of packs, keys or snapshots.
///
/// Names are relative paths of `[A-Za-z0-9._-]` components joined with `/`, for example
/// `data/1f/1fab…`. Promises: an object appears whole or not at all; when `write` returns it is
/// durable; every call may be repeated; calls may run concurrently.
public protocol ObjectStore: Sendable {
    /// Every object whose name starts with `prefix` (a folder with its final slash, or empty for
    /// all), in no order. A prefix that holds nothing gives an empty list.
    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo]

    /// The bytes of an object, or of a part of it.
    /// - Throws: `notFound`; `outOfRange` where the object ends before `range` does.
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8]

    /// The same in the memory of `buffer`, whose content is replaced: for callers that
    /// read many long parts, because fresh memory costs a page fault each 4 KiB. After a
    /// failure `buffer` holds anything.
    func read(_ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]) async throws(ObjectStoreError)

    /// Stores an object, atomically and durably. An existing object of that name is replaced.
    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError)

    /// Stores an object unless there is one of that name, atomically and durably: of callers at
    /// once exactly one stores its bytes.
    /// - Returns: whether it was stored. After a failure and a second try false may mean the first
    ///   one's bytes, so the caller compares.
    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool

    /// Begins an object whose bytes come in pieces and whose name comes last.
    func draft() async throws(ObjectStoreError) -> any ObjectDraft

    /// Removes an object; a missing one is no error.
    func delete(_ name: String) async throws(ObjectStoreError)

    /// Removes objects, each as `delete` does, with fewer requests where the store can. After a
    /// failure any of them may be gone.
    func deleteAll(_ names: [String]) async throws(ObjectStoreError)

    /// Makes the deletions beneath a prefix (a folder with its final slash) durable: none of
    /// them is undone by a power cut after this returns. Stores whose deletions are durable when
    /// they return do nothing.
    func synchronizeDeletions(prefix: String) async throws(ObjectStoreError)

    /// Name and size of an object, or nil where there is none.
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo?

    /// The versions of the objects; nil where the store keeps none, or locks nothing.
    var versions: (any ObjectVersions)? { get }
}

extension ObjectStore {
    /// None: right for every store that forgets what is replaced.
    public var versions: (any ObjectVersions)? { nil }

    /// One deletion after the other.
    public func deleteAll(_ names: [String]) async throws(ObjectStoreError) {
        for name in names { try await delete(name) }
    }

    /// Nothing: right for every store whose deletions are durable when they return, which
    /// memory and buckets are.
    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {}

    /// Fresh memory all the same.
    public func read(_ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]) async throws(ObjectStoreError) {
        buffer = try await read(name, range: range)
    }

    /// A draft in memory, which is written at once when it gets its name.
    public func draft() async throws(ObjectStoreError) -> any ObjectDraft { MemoryDraft(store: self) }

    public func read(_ name: String) async throws(ObjectStoreError) -> [UInt8] {
        try await read(name, range: nil)
    }
}

/// An object's name and size.
public struct ObjectInfo: Hashable, Sendable {
    /// The full name.
    public var name: String
    public var sizeBytes: UInt64

    /// Makes a description of an object.
    public init(name: String, sizeBytes: UInt64) {
        self.name = name
        self.sizeBytes = sizeBytes
    }
}

/// Why a store could not do what it was asked.
public struct ObjectStoreError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// There is no object of that name.
        public static let notFound = Code("notFound")
        /// The range lies outside the object.
        public static let outOfRange = Code("outOfRange")
        /// The name has characters or components that no store accepts.
        public static let invalidName = Code("invalidName")
        /// A lock keeps it: it can be deleted later, and not now.
        public static let retained = Code("retained")
        /// The store refuses access.
        public static let permissionDenied = Code("permissionDenied")
        /// No space, or a quota is used up.
        public static let outOfSpace = Code("outOfSpace")
        /// The store cannot be reached now; the call may be repeated.
        public static let unavailable = Code("unavailable")
        /// The work that called no longer holds the lease under which it may change anything.
        public static let leaseLost = Code("leaseLost")
        /// Any other failure of input or output.
        public static let inputOutput = Code("inputOutput")
    }

    public var code: Code
    /// The object it is about.
    public var name: String
    /// What failed and what to do, for a person.
    public var message: String
    /// Whether the same call may succeed later.
    public var isRetryable: Bool

    public init(_ code: Code, name: String, message: String, isRetryable: Bool = false) {
        self.code = code
        self.name = name
        self.message = message
        self.isRetryable = isRetryable
    }

    /// Code, object and message.
    public var description: String { "\(code) for object '\(name)': \(message)" }
}
