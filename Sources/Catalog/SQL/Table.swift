/// A record kept as a row. Its table is declared once, and everything else follows from that.
public protocol CatalogRecord: Sendable {
    /// The table and its columns.
    static var table: Table<Self> { get }

    var id: String { get }

    /// A record with neutral values, to be filled in.
    init()

    /// The topics of those who follow changes of such rows; none for rows that are not followed.
    static var changeTopics: [ChangeTopic] { get }

    /// What a change of this row is about.
    var changeSubjects: [ChangeSubject] { get }
}

extension CatalogRecord {
    public static var changeTopics: [ChangeTopic] { [] }
    /// Everything of the topics.
    public var changeSubjects: [ChangeSubject] { Self.changeTopics.map { ChangeSubject($0) } }
}

extension CatalogRecord {
    /// A copy with some values changed. Initialisers take what a row cannot do without; the rest is set here.
    public func with(_ change: (inout Self) -> Void) -> Self {
        var record = self
        change(&record)
        return record
    }
}

/// A table of one kind of record. The column `id` is the primary key.
public struct Table<Record: CatalogRecord>: Sendable {
    public let name: String
    let columns: [Column<Record>]
    let columnsByName: [String: Column<Record>]
    let selectList: String
    let findSQL: String
    let insertSQL: String
    let updateSQL: String
    let saveSQL: String

    /// The names of the columns, in the order of their declaration.
    public var columnNames: [String] { columns.map(\.name) }

    /// Declares a table; the first column must be `id`.
    public init(_ name: String, _ columns: [Column<Record>]) {
        precondition(columns.first?.name == "id", "the first column of a table is its primary key")
        self.name = name
        self.columns = columns
        columnsByName = Dictionary(uniqueKeysWithValues: columns.map { ($0.name, $0) })
        let quoted = columns.map { "\"\($0.name)\"" }
        selectList = quoted.joined(separator: ", ")
        findSQL = "SELECT \(selectList) FROM \"\(name)\" WHERE \"id\" = ?"
        insertSQL =
            "INSERT INTO \"\(name)\" (\(selectList)) VALUES (\(quoted.map { _ in "?" }.joined(separator: ", ")))"
        let assignments = quoted.dropFirst().map { "\($0) = ?" }.joined(separator: ", ")
        let replacements = quoted.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        saveSQL = "\(insertSQL) ON CONFLICT (\"id\") DO UPDATE SET \(replacements)"
        updateSQL = "UPDATE \"\(name)\" SET \(assignments) WHERE \"id\" = ?"
    }

    /// The statement that adds several rows.
    func insertSQL(rows: Int) -> String {
        let row = "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
        return insertSQL + String(repeating: ", " + row, count: rows - 1)
    }

    func values(of record: Record) -> [SQLValue] {
        columns.map { $0.read(record) }
    }

    func record(from row: SQLRow) throws(CatalogError) -> Record {
        var record = Record()
        for place in columns.indices where !columns[place].assign(&record, row[place]) {
            throw CatalogError(
                .unexpectedValue,
                """
                Column \(columns[place].name) of \(name) in row \(record.id) holds a value that it should not; the \
                catalogue is damaged or was changed by another program.
                """
            )
        }
        return record
    }
}

/// One column: its name is the record's property's name, and Graph's where Graph has one.
///
/// A class, because it is looked at for each value that is read or written: that copies a
/// reference and no fields.
public final class Column<Record>: Sendable {
    let name: String
    let form: SQLForm
    let read: @Sendable (Record) -> SQLValue
    let assign: @Sendable (inout Record, SQLValue) -> Bool

    /// Declares a column over a stored property.
    ///
    /// A key path is walked part by part each time that it is used, so only the place of the
    /// property within the record is kept of it. That is safe: `offset(of:)` gives the place where
    /// a stored property of this very type lies, and nil for every other key path.
    public init<Value: SQLConvertible>(_ name: String, _ path: any WritableKeyPath<Record, Value> & Sendable) {
        guard let offset = MemoryLayout<Record>.offset(of: path) else {
            preconditionFailure("the column \(name) is over no stored property")
        }
        self.name = name
        form = Value.sqlForm
        read = { record in
            unsafe withUnsafeBytes(of: record) { unsafe $0.load(fromByteOffset: offset, as: Value.self) }.sqlValue
        }
        assign = { record, value in
            guard let value = Value(sqlValue: value) else { return false }
            unsafe withUnsafeMutablePointer(to: &record) { record in
                unsafe UnsafeMutableRawPointer(record).advanced(by: offset).assumingMemoryBound(to: Value.self)
                    .pointee = value
            }
            return true
        }
    }
}
