import BackupTesting
import CatalogSQLite
import Foundation
import Testing

@testable import Catalog

@Suite struct MigrationTests {
    private let second = Migration(
        version: 2, name: "test",
        statements: [
            "ALTER TABLE \"job\" ADD COLUMN \"extra\" TEXT", "CREATE INDEX \"job_extra\" ON \"job\" (\"extra\")",
        ])

    private func versions(_ catalog: TemporaryCatalog) async throws -> [SQLValue] {
        try await catalog.driver.read {
            try $0.query("SELECT \"version\" FROM \"schemaVersion\" ORDER BY 1", []).map { $0[0] }
        }
    }

    @Test func `versions are 1, 2, 3 and so on`() {
        #expect(Migration.all.map(\.version) == Array(1...Migration.all.count))
    }

    @Test func `an empty database gets the schema, and a second call changes nothing`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate()
        try await catalog.store.write { try $0.insert(Sample.bareJob) }
        try await catalog.store.migrate()
        let versions1 = try await versions(catalog)
        let expected: [SQLValue] = Migration.all.map { SQLValue.integer(Int64($0.version)) }
        #expect(versions1 == expected)
        #expect(try await catalog.store.page(Query<Job>()) == [Sample.bareJob])
    }

    @Test func `an older database gets what is missing and keeps its rows`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: [.migration1])
        try await catalog.store.write { try $0.insert(Sample.fullClient) }
        try await catalog.store.migrate(with: [.migration1, second])
        let versions2 = try await versions(catalog)
        #expect(versions2 == [.integer(1), .integer(2)])
        #expect(try await catalog.store.page(Query<ClientApplication>()) == [Sample.fullClient])
        let columns = try await catalog.driver.read {
            try $0.query("SELECT \"name\" FROM pragma_table_info('job')", []).map { $0[0] }
        }
        #expect(columns.contains(.text("extra")))
    }

    @Test func `jobs that ended before the moment of their end was kept count from their beginning`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: Array(Migration.all.prefix(9)))
        try await catalog.driver.write { connection in
            for state in ["done", "failed", "waiting"] {
                try connection.execute(
                    "INSERT INTO \"job\" (\"id\", \"kind\", \"subjectId\", \"state\", "
                        + "\"runAfterDateTime\", \"attempt\", \"createdDateTime\") "
                        + "VALUES (?, 'backup', 'unit', ?, 5, 0, 7)",
                    [.text(state), .text(state)])
            }
        }
        try await catalog.store.migrate()
        let jobs = try await catalog.store.page(Query<Job>(order: [.init("id")]))
        let moment = Date(sqlValue: .integer(7))
        #expect(jobs.map(\.endedDateTime) == [moment, moment, nil])
    }

    @Test func `a step that fails leaves the database as it was`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: [.migration1])
        let broken = Migration(
            version: second.version, name: second.name,
            statements: second.statements(for: .sqlite) + ["CREATE TABLE \"job\" (\"id\" TEXT)"])
        let steps = [Migration.migration1, broken]
        await #expect(throws: CatalogError.self) { try await catalog.store.migrate(with: steps) }
        let versions3 = try await versions(catalog)
        #expect(versions3 == [.integer(1)])
        try await catalog.store.migrate(with: [.migration1, second])
        let versions4 = try await versions(catalog)
        #expect(versions4 == [.integer(1), .integer(2)])
    }

    @Test func `a newer database is refused with what to do, and not touched`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let newer = Migration(version: Migration.all.count + 1, name: "newer", statements: [])
        try await catalog.store.migrate(with: Migration.all + [newer])
        let before = try await versions(catalog)
        let error = await #expect(throws: CatalogError.self) { try await catalog.store.migrate() }
        #expect(error?.code == .newerVersion)
        #expect(error?.message.contains("newer program") == true)
        #expect(error?.message.contains("version \(newer.version)") == true)
        let versions5 = try await versions(catalog)
        #expect(versions5 == before)
    }
}
