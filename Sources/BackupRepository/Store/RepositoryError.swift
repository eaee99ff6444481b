public import FileTree
import ObjectStorage

/// Why a repository could not do what it was asked. The message names the object or item and
/// says what to do.
public struct RepositoryError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// No key of the repository opens with the password or master key.
        public static let wrongPassword = Code("wrongPassword")
        /// An object of the repository is missing, changed or makes no sense; the message names it.
        public static let damaged = Code("damaged")
        /// There is no repository in the store.
        public static let notARepository = Code("notARepository")
        /// There is already a repository in the store.
        public static let alreadyExists = Code("alreadyExists")
        /// Another process holds a lock that forbids the operation.
        public static let locked = Code("locked")
        /// Our own lock could not be refreshed for so long that others may take it for dead.
        public static let lockLost = Code("lockLost")
        /// The work no longer holds the lease under which it may change anything.
        public static let leaseLost = Code("leaseLost")
        /// Another program changed the repository since it was looked at; nothing was stored.
        public static let viewOutdated = Code("viewOutdated")
        /// What this run relied on was removed meanwhile; nothing that refers to it was stored. Begin again.
        public static let overtaken = Code("overtaken")
        /// There is no such snapshot, or no such folder in it.
        public static let snapshotNotFound = Code("snapshotNotFound")
        /// The object store failed; the cause tells how.
        public static let storage = Code("storage")
        /// The store or the destination has no space left.
        public static let outOfSpace = Code("outOfSpace")
        /// The repository was written in a later version of the format.
        public static let newerVersion = Code("newerVersion")
        /// The repository's format version does not allow writing (version 1).
        public static let unsupportedVersion = Code("unsupportedVersion")
        /// The drive or folder that is read or restored to is gone as a whole.
        public static let treeUnavailable = Code("treeUnavailable")
    }

    public var code: Code
    /// What failed and what to do, for a person.
    public var message: String
    /// The error beneath, where there is one.
    public var cause: (any Error)?
    /// Whether the same call may succeed later.
    public var isRetryable: Bool

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil, isRetryable: Bool = false) {
        self.code = code
        self.message = message
        self.cause = cause
        self.isRetryable = isRetryable
    }

    public var description: String { "\(code): \(message)" }

    /// The failure of a store while the named object was used.
    init(_ error: ObjectStoreError) {
        let code: Code =
            switch error.code {
            case .outOfSpace: .outOfSpace
            case .leaseLost: .leaseLost
            default: .storage
            }
        self.init(code, "object '\(error.name)': \(error.message)", cause: error, isRetryable: error.isRetryable)
    }

    /// The object `name` is not what it has to be.
    static func damaged(_ name: String, _ reason: String, cause: (any Error)? = nil) -> RepositoryError {
        RepositoryError(.damaged, "'\(name)': \(reason)", cause: cause)
    }
}

/// The failure of one item in a job over many. The job goes on.
public struct ItemFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public var path: TreePath
    /// A stable word for the kind of failure: a `TreeError` code's or `RepositoryError`
    /// code's name, or `changedWhileRead`.
    public var code: String
    /// What failed, for a person: nothing about where the repository or the tree is kept.
    public var message: String
    /// What the log needs in addition, such as the object of the repository that is damaged.
    public var detail: String?
    /// What a restore was to do with it; nil where nothing was planned for it, and for backups.
    public var action: PlannedChange.Action?

    public init(path: TreePath, code: String, message: String, detail: String? = nil) {
        self.path = path
        self.code = code
        self.message = message
        self.detail = detail
    }

    /// An item whose content or folder the repository does not give.
    init(path: TreePath, _ error: RepositoryError) {
        let message =
            error.code == .damaged
            ? "what the backup has of it is damaged; run 'holdfast repository check'" : "the backup does not give it"
        self.init(path: path, code: error.code.description, message: message, detail: error.message)
    }

    init(_ error: TreeError) {
        self.init(path: error.path, code: error.code.description, message: error.message)
    }

    /// Path, code, message and detail.
    public var description: String { "\(path): \(code): \(message)" + (detail.map { " (\($0))" } ?? "") }
}
