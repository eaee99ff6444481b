import Texts

/// A value in a database.
public enum SQLValue: Sendable, Hashable {
    case null
    /// A 64-bit integer; dates are microseconds since 1970, booleans 0 or 1.
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// Texts are equal where their bytes are equal, as in the database.
    public static func == (left: SQLValue, right: SQLValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.integer(let left), .integer(let right)): left == right
        case (.real(let left), .real(let right)): left == right
        case (.text(let left), .text(let right)): left.isExactly(right)
        case (.blob(let left), .blob(let right)): left == right
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let number): hasher.combine(number)
        case .real(let number): hasher.combine(number)
        case .text(let text): hasher.combine(ExactText(text))
        case .blob(let bytes): hasher.combine(bytes)
        }
    }
}

/// One row of an answer.
public struct SQLRow: Sendable {
    private let names: [String]
    /// In the order of the statement's columns.
    public let values: [SQLValue]

    /// The names of the statement's columns.
    public var columns: [String] { names }

    /// A row: the names of the statement's columns, and the value of each.
    public init(names: [String], values: [SQLValue]) {
        self.names = names
        self.values = values
    }

    /// The value of the first column of that name, or null where the answer has no such column.
    public subscript(_ column: String) -> SQLValue {
        names.firstIndex(of: column).map { values[$0] } ?? .null
    }

    /// The value at a place.
    public subscript(_ place: Int) -> SQLValue { values[place] }
}

/// A connection inside a transaction. Placeholders are `?`; statements are prepared once and kept.
public protocol SQLConnection {
    /// How this database spells what not all spell alike.
    var dialect: SQLDialect { get }

    /// The rows of an answer.
    func query(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> [SQLRow]

    /// Runs a statement and returns how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> Int

    /// Holds until the transaction ends what is numbered one by one, the feed of changes and the audit
    /// trail: whoever comes next sees this transaction's numbers. A change beside others (`work`) calls
    /// it last, before it reads the latest number.
    func holdNumbers() throws(CatalogError)

    /// Makes the index for a column in which texts are searched for, where this database can have one
    /// and has none yet. Called after each migration, in its transaction.
    func makeSearchIndex(of column: SearchedColumn) throws(CatalogError)

    /// The ids of rows whose column may contain a text, at most `limit`: every row that does is among
    /// them where they are fewer. nil where there is no index, or none for so short a text.
    func searchHits(in column: SearchedColumn, _ text: String, limit: Int) throws(CatalogError) -> [String]?
}

extension SQLConnection {
    public func holdNumbers() throws(CatalogError) {}

    public func makeSearchIndex(of column: SearchedColumn) throws(CatalogError) {}

    public func searchHits(in column: SearchedColumn, _ text: String, limit: Int) throws(CatalogError) -> [String]? {
        nil
    }
}

/// How much a change excludes other changes, in databases that several processes use.
public enum WriteStrength: Sendable, Hashable, CaseIterable {
    /// No other change is made meanwhile, and the body sees every earlier one.
    case control
    /// An examined change that runs often: beside its like, never beside a `control` change. It adds
    /// rows that nobody else knows yet. What else it changes or counts it locks before it looks
    /// (`SELECT … FOR UPDATE`), and it sets columns instead of whole records.
    case work
    /// A change of single rows by condition, which beside others cannot do harm: it runs beside every
    /// change and waits for none but those of the same rows.
    case plain
}

/// A database that holds the catalogue.
///
/// Promises: `read` sees one consistent state; `write` is serialised against other writes, atomic
/// (a body that throws changes nothing) and durable when it returns. Writes that wait at the same
/// time may share a transaction, each in its own savepoint.
///
/// The body of a call may run more than once, after what it did before was undone: a database that
/// several processes use refuses a change that met another. So a body changes nothing but the
/// database, and computes its result from what it reads each time.
public protocol SQLDriver: Sendable {
    /// Reads from one consistent state.
    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value

    /// Changes the database, all or nothing.
    /// - Parameter strength: a database with one writer takes every strength for `control`.
    @discardableResult
    func write<Value: Sendable>(
        _ strength: WriteStrength, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value

    /// Closes every connection. Calls after it fail.
    func close() async throws
}

extension SQLDriver {
    /// Changes the database while no other change is made.
    @discardableResult
    public func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await write(.control, body)
    }
}
