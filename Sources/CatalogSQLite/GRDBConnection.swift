import Catalog
import Foundation
import GRDB

/// A connection of GRDB as the catalogue wants it. Used only inside the access that made it.
struct GRDBConnection: SQLConnection {
    let database: Database

    func query(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> [SQLRow] {
        do {
            let statement = try database.cachedStatement(sql: sql)
            let names = Dictionary(statement.columnNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            var rows: [SQLRow] = []
            let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(arguments))
            while let row = try cursor.next() {
                rows.append(SQLRow(names: names, values: (0..<row.count).map { Self.value(row[$0] as DatabaseValue) }))
            }
            return rows
        } catch let error as DatabaseError {
            throw catalogError(error)
        } catch {
            throw CatalogError(.database, "The question could not be asked: \(error)")
        }
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(CatalogError) -> Int {
        do {
            try database.cachedStatement(sql: sql).execute(arguments: Self.arguments(arguments))
            return database.changesCount
        } catch let error as DatabaseError {
            throw catalogError(error)
        } catch {
            throw CatalogError(.database, "The statement could not be run: \(error)")
        }
    }

    private static func arguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(values.map { value -> DatabaseValue in
            switch value {
            case .null: .null
            case .integer(let number): number.databaseValue
            case .real(let number): number.databaseValue
            case .text(let text): text.databaseValue
            case .blob(let bytes): Data(bytes).databaseValue
            }
        })
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
