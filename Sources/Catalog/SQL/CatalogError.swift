/// Why the catalogue could not do what it was asked.
public struct CatalogError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String
        private init(_ description: String) { self.description = description }

        /// The file cannot be opened, or is no database.
        public static let cannotOpen = Code("cannotOpen")
        /// The catalogue was written by a newer program.
        public static let newerVersion = Code("newerVersion")
        /// The database is damaged.
        public static let damaged = Code("damaged")
        /// A row would break a rule of the schema (uniqueness, a foreign key, a check).
        public static let constraint = Code("constraint")
        /// A stored value has another form than its column says.
        public static let unexpectedValue = Code("unexpectedValue")
        /// No space, or a quota is used up.
        public static let outOfSpace = Code("outOfSpace")
        /// Too many writes are waiting; the call may be repeated.
        public static let busy = Code("busy")
        /// Any other failure of the database.
        public static let database = Code("database")
    }

    /// The kind of failure.
    public var code: Code
    /// What failed and what to do, for a person.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message.
    public var description: String { "\(code): \(message)" }
}
