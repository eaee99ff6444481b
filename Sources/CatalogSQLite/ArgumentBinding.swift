import Catalog
import GRDB
import GRDBSQLite

/// Binds the arguments of a statement.
enum ArgumentBinding {
    /// Binds all arguments of a statement that is not running.
    ///
    /// Safe: SQLite copies texts and bytes before a call returns, and refuses a place that the
    /// statement does not have.
    static func bind(_ arguments: [SQLValue], to statement: SQLiteStatement) throws {
        let count = Int(unsafe sqlite3_bind_parameter_count(statement))
        guard count == arguments.count else {
            throw CatalogError(
                .database, "A statement of the catalogue wants \(count) arguments and was given \(arguments.count).")
        }
        for (index, value) in arguments.enumerated() {
            let code = try unsafe bind(value, to: statement, Int32(index + 1))
            guard code == SQLITE_OK else {
                throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "an argument was refused")
            }
        }
    }

    private static func bind(
        _ value: SQLValue, to statement: SQLiteStatement, _ place: Int32
    ) throws(CatalogError) -> CInt {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, place)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, place, number)
        case .real(let number): return unsafe sqlite3_bind_double(statement, place, number)
        case .text(var text):
            // SQLite would end the text there, silently.
            guard !text.utf8.contains(0) else {
                throw CatalogError(.unexpectedValue, "A text for the catalogue holds a NUL character.")
            }
            return text.withUTF8 { bytes in
                // Without an address the value would be null and not an empty text.
                guard bytes.count > 0, let start = bytes.baseAddress else {
                    return unsafe sqlite3_bind_text(statement, place, "", 0, copied)
                }
                return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                    unsafe sqlite3_bind_text(statement, place, characters, Int32(clamping: bytes.count), copied)
                }
            }
        case .blob(let blob):
            guard !blob.isEmpty else { return unsafe sqlite3_bind_zeroblob(statement, place, 0) }
            return unsafe sqlite3_bind_blob(statement, place, blob, Int32(clamping: blob.count), copied)
        }
    }

    /// `SQLITE_TRANSIENT`, a macro that Swift does not import: SQLite makes a copy before the
    /// call returns. Source: sqlite3.h.
    private static var copied: sqlite3_destructor_type { unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
