import FileTree

/// Why a call on a tenant failed. The message names the thing and says what to do.
public struct TenantError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// The tenant is not there (for a folder tenant: the folder is missing).
        public static let tenantNotFound = Code("tenantNotFound")
        /// There is no such drive, site or mailbox, or it is gone.
        public static let sourceNotFound = Code("sourceNotFound")
        /// Several folders could be the source, and nothing tells which; the message names them.
        public static let severalFolders = Code("severalFolders")
        /// The description of people and groups cannot be understood.
        public static let invalidDirectory = Code("invalidDirectory")
        /// The maximum number of copies of a source exists; old ones must be deleted first.
        public static let tooManyCopies = Code("tooManyCopies")
        /// The tenant does not answer, or denies access. The cause decides whether a
        /// later try can help.
        public static let unavailable = Code("unavailable")
        /// An argument cannot be used (a malformed reservation, a name that cannot be stored).
        public static let invalidArgument = Code("invalidArgument")
    }

    public var code: Code
    /// What failed and what to do, for a person.
    public var message: String
    /// The failure of the file system behind it, where there was one.
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// Whether the same call may succeed later without a change by an administrator.
    public var isTransient: Bool { code == .unavailable && (cause as? TreeError)?.isTransient ?? true }

    public var description: String { "\(code): \(message)" }
}
