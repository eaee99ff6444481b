import Catalog
import Foundation
import GRDB

/// A connection of GRDB as the catalogue wants it. Used only inside the access that made it.
struct GRDBConnection: SQLConnection {
    let database: Database
    let statements: StatementAdmission

    func query(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> [SQLRow] {
        try translatingErrors {
            let statement = try prepare(sql)
            let names = Dictionary(statement.columnNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            var rows: [SQLRow] = []
            let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(arguments))
            while let row = try cursor.next() {
                rows.append(SQLRow(names: names, values: (0..<row.count).map { Self.value(row[$0] as DatabaseValue) }))
            }
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

    private static func value(_ value: DatabaseValue) -> SQLValue {
        switch value.storage {
        case .null: .null
        case .int64(let number): .integer(number)
        case .double(let number): .real(number)
        case .string(let text): .text(text)
        case .blob(let data): .blob([UInt8](data))
        }
    }
}
