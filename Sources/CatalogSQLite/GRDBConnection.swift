import Catalog
import Foundation
import GRDB
import GRDBSQLite

/// A connection of GRDB with the catalogue's interface, valid only within the access that made it.
struct GRDBConnection: SQLConnection {
    let database: Database
    let statements: StatementAdmission
    var dialect: SQLDialect { .sqlite }

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
            // Where this statement is no insert, update or delete, the count is that
            // of an earlier one.
            return database.totalChangesCount == before ? 0 : database.changesCount
        }
    }

    private func prepare(_ sql: String) throws -> Statement {
        try statements.admits(sql) ? database.cachedStatement(sql: sql) : database.makeStatement(sql: sql)
    }

    /// Runs a statement to its end and calls `body` for each row. The row is valid
    /// only during the call.
    ///
    /// Arguments and rows bypass GRDB, which would use the type system for each value. Otherwise
    /// GRDB only informs observers of changes, of which there are none.
    private func run(_ statement: Statement, _ arguments: [SQLValue], _ body: (SQLiteStatement) -> Void) throws {
        let handle = unsafe statement.sqliteStatement
        defer {
            statements.count(unsafe sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_VM_STEP, 1))
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

    /// The current row of a statement.
    private static func values(_ statement: SQLiteStatement, _ count: Int) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(count)
        for column in 0..<Int32(count) { values.append(unsafe value(statement, column)) }
        return values
    }

    /// A column of the current row.
    ///
    /// Safe while the statement stands on a row and `column` is one of its columns: SQLite
    /// keeps the memory it points to until the next call for this statement, and the value
    /// is copied at once.
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
