/// Why an operation on a tree failed. The message names the item and says what to do.
public struct TreeError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// There is no such item (it may have vanished since it was listed).
        public static let notFound = Code("notFound")
        /// The source or destination refuses access.
        public static let permissionDenied = Code("permissionDenied")
        /// The item is of another kind than the operation needs.
        public static let wrongKind = Code("wrongKind")
        /// There is already an item of that name.
        public static let alreadyExists = Code("alreadyExists")
        /// The folder is not empty.
        public static let notEmpty = Code("notEmpty")
        /// No space, or a quota is used up.
        public static let outOfSpace = Code("outOfSpace")
        /// The path would leave the tree (a link, `..`, another file system object in between).
        public static let escapes = Code("escapes")
        /// The name cannot be stored there (for example longer than 255 bytes).
        public static let invalidName = Code("invalidName")
        /// The tree or its file system does not have this feature
        /// (for example extended attributes).
        public static let unsupported = Code("unsupported")
        /// The item is not what the caller took it for: it was changed, added or removed since.
        public static let outdated = Code("outdated")
        /// The whole tree is gone or cannot be reached: nothing else in it will work.
        public static let treeUnavailable = Code("treeUnavailable")
        /// The work that called no longer holds the lease under which it may change anything.
        public static let leaseLost = Code("leaseLost")
        /// Any other failure of input or output.
        public static let inputOutput = Code("inputOutput")
    }

    public var code: Code
    /// The item it is about.
    public var path: TreePath
    /// What failed and what to do, for a person.
    public var message: String
    /// The system's error number, where there was one.
    public var systemError: Int32?

    public init(_ code: Code, path: TreePath, message: String, systemError: Int32? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.systemError = systemError
    }

    /// Whether the same call may succeed later without a change of the item: space, a disk or a
    /// mount may come back by themselves. Any other obstacle stays until someone removes it.
    public var isTransient: Bool { [.outOfSpace, .treeUnavailable, .inputOutput].contains(code) }

    /// Code, path and message.
    public var description: String { "\(code) at '\(path)': \(message)" }
}
