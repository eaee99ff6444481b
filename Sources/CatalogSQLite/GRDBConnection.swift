import Catalog
import Foundation
import GRDB
import GRDBSQLite

/// A connection of GRDB as the catalogue wants it. Used only inside the access that made it.
struct GRDBConnection: SQLConnection {
    let database: Database
    let statements: StatementAdmission

    func query(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> [SQLRow] {
        try translatingErrors {
            let statement = try prepare(sql)
            let names = statement.columnNames
            var rows: [SQLRow] = []
            let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(arguments))
            while try cursor.next() != nil { rows.append(unsafe SQLRow(names: names, values: Self.values(statement.sqliteStatement, names.count))) }
            return rows
        }
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> Int {
        try translatingErrors {
            let before = database.totalChangesCount
            try prepare(sql).execute(arguments: Self.arguments(arguments))
            // The count of the last change is left from another statement when this one is no insert, update or delete.
            return database.totalChangesCount == before ? 0 : database.changesCount
        }
    }

    private func prepare(_ sql: String) throws -> Statement {
        try statements.admits(sql) ? database.cachedStatement(sql: sql) : database.makeStatement(sql: sql)
    }

    private static func arguments(_ values: [SQLValue]) throws(CatalogError) -> StatementArguments {
        var bound: [DatabaseValue] = []
        for value in values {
            switch value {
            case .null: bound.append(.null)
            case .integer(let number): bound.append(number.databaseValue)
            case .real(let number): bound.append(number.databaseValue)
            case .text(let text):
                // It would end the text there, without a word.
                guard !text.utf8.contains(0) else { throw CatalogError(.unexpectedValue, "A text for the catalogue holds a NUL character.") }
                bound.append(text.databaseValue)
            case .blob(let bytes): bound.append(Data(bytes).databaseValue)
            }
        }
        return StatementArguments(bound)
    }

    /// The present row of a statement. GRDB's own way to the values of a row asks the type system for each of them.
    private static func values(_ statement: SQLiteStatement, _ count: Int) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(count)
        for column in 0..<Int32(count) { values.append(unsafe value(statement, column)) }
        return values
    }

    /// A column of the present row.
    ///
    /// Safe while the statement stands on a row and `column` is one of its columns: SQLite then keeps what it points to until the next call for
    /// this statement, and it is copied at once.
    private static func value(_ statement: SQLiteStatement, _ column: Int32) -> SQLValue {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return unsafe .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return unsafe .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let text = unsafe sqlite3_column_text(statement, column)
            let bytes = unsafe UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
            return unsafe .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let blob = unsafe sqlite3_column_blob(statement, column)
            let bytes = unsafe UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(statement, column)))
            return unsafe .blob([UInt8](bytes))
        default: return .null
        }
    }
}
