import Catalog
import CatalogSQLite
import Foundation
import Testing

@testable import CLI

/// Copies of a catalogue, made beside a server and before an upgrade.
@Suite struct CatalogCopiesTests {
    private let scratch = Scratch()

    /// A catalogue with a number in a table of its own.
    private func driver(_ name: String = "catalog.sqlite") async throws -> SQLiteDriver {
        let driver = try SQLiteDriver(path: scratch.path(name))
        try await driver.write { connection in
            _ = try connection.execute("CREATE TABLE IF NOT EXISTS number (value INTEGER)", [])
        }
        return driver
    }

    private func add(_ number: Int64, to driver: SQLiteDriver) async throws {
        try await driver.write { _ = try $0.execute("INSERT INTO number VALUES (?)", [.integer(number)]) }
    }

    private func numbers(_ path: String) async throws -> [Int64] {
        let driver = try SQLiteDriver(path: path)
        let rows = try await driver.read { try $0.query("SELECT value FROM number ORDER BY value", []) }
        try await driver.close()
        return rows.compactMap { row in
            if case .integer(let number) = row[0] { number } else { nil }
        }
    }

    @Test func `a copy is one private file with all that was committed, and the catalogue goes on`() async throws {
        let driver = try await driver()
        try await add(1, to: driver)
        let copies = CatalogCopies(folder: scratch.url.appending(path: "copies"))
        let copy = try copies.add(of: scratch.path("catalog.sqlite"), at: Date(timeIntervalSince1970: 1_800_000_000))
        try await add(2, to: driver)
        try await driver.close()
        #expect(try scratch.names(in: "copies") == ["catalog-20270115T080000Z.sqlite"])
        #expect(try scratch.mode(of: "copies/catalog-20270115T080000Z.sqlite") == 0o600)
        #expect(try scratch.mode(of: "copies") == 0o700)
        #expect(try await numbers(copy.path) == [1])
        #expect(try await numbers(scratch.path("catalog.sqlite")) == [1, 2])
    }

    @Test func `the oldest copies go, and nothing else`() async throws {
        let driver = try await driver()
        let copies = CatalogCopies(folder: scratch.url.appending(path: "copies"))
        for hour in 0..<4 {
            _ = try copies.add(of: scratch.path("catalog.sqlite"), at: Date(timeIntervalSince1970: Double(hour) * 3600))
        }
        try await driver.close()
        try scratch.write("mine", to: "copies/catalog-of-mine.sqlite")
        try copies.remove(allBut: 2)
        #expect(
            try scratch.names(in: "copies") == [
                "catalog-19700101T020000Z.sqlite", "catalog-19700101T030000Z.sqlite", "catalog-of-mine.sqlite",
            ])
    }

    @Test func `a damaged catalogue gives no copy, and the copy of before stays`() async throws {
        try scratch.write("before", to: "copy.sqlite")
        try scratch.write(String(repeating: "no database ", count: 1000), to: "catalog.sqlite")
        let error = #expect(throws: CatalogError.self) {
            try CatalogCopy.write(scratch.path("catalog.sqlite"), to: scratch.path("copy.sqlite"))
        }
        #expect(error?.code == .damaged)
        #expect(try scratch.text(of: "copy.sqlite") == "before")
        #expect(try scratch.names(in: ".") == ["catalog.sqlite", "copy.sqlite"])
    }

    @Test func `a place that cannot be written is told`() async throws {
        let driver = try await driver()
        #expect(throws: CatalogError.self) {
            try CatalogCopy.write(scratch.path("catalog.sqlite"), to: "/proc/copy.sqlite")
        }
        try await driver.close()
    }

    // MARK: Before an upgrade

    private func state() async throws -> StateFolder {
        let tenant = try scratch.makeFolder("tenant")
        var folder = try await StateFolder.create(at: scratch.url.appending(path: "state"), tenantPath: tenant)
        folder.lock = nil
        return folder
    }

    @Test func `a catalogue of an earlier version is copied before it changes, and one of this version is not`()
        async throws
    {
        let state = try await state()
        let driver = try SQLiteDriver(path: state.catalogPath)
        #expect(try await state.copyCatalogBeforeUpgrade(driver) == nil)
        try await CatalogStore(driver: driver).migrate()
        #expect(try await state.copyCatalogBeforeUpgrade(driver) == nil)
        try await driver.write {
            _ = try $0.execute(
                #"DELETE FROM "schemaVersion" WHERE "version" = ?"#, [.integer(Int64(SchemaVersion.known))])
        }
        let copy = try #require(try await state.copyCatalogBeforeUpgrade(driver))
        #expect(copy == state.catalogPath + ".before-\(Version.current)")
        let copied = try SQLiteDriver(path: copy)
        #expect(try await SchemaVersion.present(in: copied) == SchemaVersion.known - 1)
        try await copied.close()
        try await driver.close()
    }
}
