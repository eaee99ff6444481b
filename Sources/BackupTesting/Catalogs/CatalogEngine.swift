public import Catalog
public import CatalogPostgres
import Foundation
import Synchronization

/// A migrated catalogue for a test, which goes with its owner.
public protocol TestCatalog: Sendable {
    var store: CatalogStore { get }
}

extension TemporaryCatalog: TestCatalog {}

/// A migrated catalogue in a database of its own on the test run's server of PostgreSQL.
public final class PostgresCatalog: TestCatalog {
    public let store: CatalogStore
    public let driver: PostgresDriver
    /// Where the database is.
    public let address: String

    private init(address: String) async throws {
        self.address = address
        driver = try await PostgresDriver(PostgresSettings(address: address, readers: 2, writers: 2))
        store = CatalogStore(driver: driver)
    }

    /// The same database as another process has it: with connections of its own, which the caller closes.
    public func anotherDriver() async throws -> any SQLDriver {
        try await PostgresDriver(PostgresSettings(address: address, readers: 2, writers: 2))
    }

    /// Makes a catalogue over an empty database.
    public static func unmigrated() async throws -> PostgresCatalog {
        try await PostgresCatalog(address: PostgresServer.shared().makeDatabase())
    }

    /// Makes a catalogue with this program's schema.
    public static func make() async throws -> PostgresCatalog {
        let server = try await PostgresServer.shared()
        return try await PostgresCatalog(address: server.makeDatabase(like: migrated()))
    }

    private static let template = Mutex<Task<String, any Error>?>(nil)

    /// The name of a database with the schema: a copy of it is made sooner than a schema.
    private static func migrated() async throws -> String {
        let task = template.withLock { known in
            if let known { return known }
            let task = Task {
                let server = try await PostgresServer.shared()
                try server.run("CREATE DATABASE migrated TEMPLATE template0")
                let settings = try PostgresSettings(address: server.address(of: "migrated"), readers: 1, writers: 1)
                let driver = try await PostgresDriver(settings)
                try await CatalogStore(driver: driver).migrate()
                try await driver.close()
                return "migrated"
            }
            known = task
            return task
        }
        return try await task.value
    }

    deinit {
        // Its connections would stay open until the process ends.
        let driver = driver
        Task { try? await driver.close() }
    }
}

/// The databases that can hold a catalogue.
public enum CatalogEngine: String, Sendable, CaseIterable, CustomStringConvertible {
    case sqlite
    case postgres

    public var description: String { rawValue }

    /// The database of whatever names none: `HOLDFAST_CATALOG=postgres swift test …` runs any suite over
    /// PostgreSQL that looks at no file.
    public static let ofRun =
        CatalogEngine(rawValue: ProcessInfo.processInfo.environment["HOLDFAST_CATALOG"] ?? "") ?? .sqlite

    /// Makes a catalogue with this program's schema.
    public func make() async throws -> any TestCatalog {
        switch self {
        case .sqlite: try await TemporaryCatalog.make(in: .sqlite)
        case .postgres: try await PostgresCatalog.make()
        }
    }
}
