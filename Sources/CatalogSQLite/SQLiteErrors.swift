import Catalog
import GRDB

extension CatalogError {
    /// The catalogue's error for one of SQLite's. The arguments of statements, which hold the
    /// tenant's data, are not part of the text.
    init(_ error: DatabaseError) {
        let reason = error.message ?? "no message"
        switch error.resultCode {
        case .SQLITE_CONSTRAINT:
            switch error.extendedResultCode {
            case .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_ROWID:
                self.init(.duplicate, "The row exists already: \(reason)")
            default: self.init(.constraint, "The change breaks a rule of the catalogue: \(reason)")
            }
        case .SQLITE_FULL:
            self.init(.outOfSpace, "There is no space left for the catalogue; nothing was changed. Free some space.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .damaged, "The catalogue is damaged: \(reason). Put back a copy; the repositories are not affected.")
        case .SQLITE_BUSY, .SQLITE_LOCKED: self.init(.busy, "Another process holds the catalogue. Try again.")
        default: self.init(.database, "SQLite refused: \(reason) (\(error.extendedResultCode.rawValue))")
        }
    }

    /// The error for a file that cannot be opened; it names the file.
    static func opening(_ path: String, _ error: DatabaseError) -> CatalogError {
        let reason = error.message ?? "no message"
        return switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            CatalogError(
                .damaged,
                """
                The catalogue '\(path)' is damaged or no SQLite file (\(reason)). Put back a copy; the \
                repositories are not affected.
                """
            )
        case .SQLITE_FULL:
            CatalogError(.outOfSpace, "There is no space for the catalogue '\(path)'. Free some space.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            CatalogError(.busy, "Another process holds the catalogue '\(path)'. Stop it, or try again.")
        default:
            CatalogError(
                .cannotOpen,
                """
                The catalogue '\(path)' cannot be opened (\(reason)). Look at its permissions, its folder's, and \
                at the disk.
                """
            )
        }
    }
}

/// Runs a call of GRDB and translates its error into the catalogue's. An error of the caller's
/// own body is rethrown.
func translatingErrors<Value>(_ body: () throws -> Value) throws(CatalogError) -> Value {
    do {
        return try body()
    } catch let error as DatabaseError {
        throw CatalogError(error)
    } catch let error as CatalogError {
        throw error
    } catch {
        throw CatalogError(.database, "The database could not be used: \(error)")
    }
}
