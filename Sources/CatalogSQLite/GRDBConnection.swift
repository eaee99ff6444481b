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
            try unsafe run(statement, arguments) { row in
                unsafe rows.append(SQLRow(names: names, values: Self.values(row, names.count)))
            }
            return rows
        }
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> Int {
        try translatingErrors {
            let before = database.totalChangesCount
            try unsafe run(prepare(sql), arguments) { _ in }
            // The count of the last change is left from another statement when this one is no
            // insert, update or delete.
            return database.totalChangesCount == before ? 0 : database.changesCount
        }
    }

    private func prepare(_ sql: String) throws -> Statement {
        try statements.admits(sql) ? database.cachedStatement(sql: sql) : database.makeStatement(sql: sql)
    }

    /// Runs a statement to its end and calls `body` at each row, which is that of the call
    /// and gone after it.
    ///
    /// Arguments and rows go past GRDB, whose way asks the type system for each value. What GRDB
    /// does beyond SQLite's own work is to tell observers of changes, of which there are none.
    private func run(_ statement: Statement, _ arguments: [SQLValue], _ body: (SQLiteStatement) -> Void) throws {
        let handle = unsafe statement.sqliteStatement
        defer {
            unsafe sqlite3_reset(handle)
            unsafe sqlite3_clear_bindings(handle)
        }
        try unsafe ArgumentBinding.bind(arguments, to: handle)
        while true {
            let code = unsafe sqlite3_step(handle)
            switch code {
            case SQLITE_ROW: unsafe body(handle)
            case SQLITE_DONE: return
            default:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage, sql: statement.sql)
            }
        }
    }

    /// The present row of a statement.
    private static func values(_ statement: SQLiteStatement, _ count: Int) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(count)
        for column in 0..<Int32(count) { values.append(unsafe value(statement, column)) }
        return values
    }

    /// A column of the present row.
    ///
    /// Safe while the statement stands on a row and `column` is one of its columns: SQLite then
    /// keeps what it points to until the next call for this statement, and it is copied at once.
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
