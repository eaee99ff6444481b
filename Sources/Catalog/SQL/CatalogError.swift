/// Why a call of the catalogue failed.
public struct CatalogError: Error, Sendable, CustomStringConvertible {
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String
        private init(_ description: String) { self.description = description }

        /// The file cannot be opened, or is no database.
        public static let cannotOpen = Code("cannotOpen")
        /// The catalogue was written by a newer program.
        public static let newerVersion = Code("newerVersion")
        /// The database is damaged.
        public static let damaged = Code("damaged")
        /// The database was found damaged, so that nothing more is written to it.
        public static let readOnly = Code("readOnly")
        /// A row with the same key or the same unique values exists.
        public static let duplicate = Code("duplicate")
        /// A row would break another rule of the schema (a foreign key, a check, a missing value).
        public static let constraint = Code("constraint")
        /// The row to be changed does not exist.
        public static let missing = Code("missing")
        /// A query names a column that its table does not have, or a position of another order.
        public static let invalidQuery = Code("invalidQuery")
        /// A stored value has another form than its column says.
        public static let unexpectedValue = Code("unexpectedValue")
        /// No space, or a quota is used up.
        public static let outOfSpace = Code("outOfSpace")
        /// Too many writes are waiting; the call may be repeated.
        public static let busy = Code("busy")
        /// The database cannot be reached, or takes no changes at present; nothing was changed.
        public static let unavailable = Code("unavailable")
        /// The database did not tell whether a change was made.
        public static let outcomeUnknown = Code("outcomeUnknown")
        /// The catalogue is closed.
        public static let closed = Code("closed")
        /// Any other failure of the database.
        public static let database = Code("database")
    }

    public var code: Code
    /// What failed and what to do, for a person.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the same call may succeed when it is repeated a little later.
    public var isTransient: Bool { code == .busy || code == .unavailable }

    public var description: String { "\(code): \(message)" }
}
