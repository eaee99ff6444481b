import Catalog
import CatalogPostgres

/// A catalogue in PostgreSQL. It is made and brought to a version by `holdfast catalog migrate` alone.
extension StateFolder {
    /// Opens the catalogue in PostgreSQL; as its one server where the folder is held by one.
    /// - Throws: `CatalogError` for a database of another version, and for one that is served already.
    func openPostgres(_ settings: PostgresSettings) async throws -> PostgresDriver {
        let driver = try await PostgresDriver(settings)
        do {
            try await Self.requireFitting(driver, settings.shownAddress)
            if lock != nil { try await driver.takeOver() }
        } catch {
            try? await driver.close()
            throw error
        }
        return driver
    }

    /// What a server looks at before it changes anything.
    static func examine(_ settings: CatalogSettings) async throws {
        guard let postgres = try settings.postgres() else { return }
        let driver = try await PostgresDriver(postgres)
        do {
            try await requireFitting(driver, postgres.shownAddress)
        } catch {
            try? await driver.close()
            throw error
        }
        try await driver.close()
    }

    private static func requireFitting(_ driver: PostgresDriver, _ address: String) async throws {
        let (found, known) = (try await driver.schemaVersion() ?? 0, SchemaVersion.known)
        guard found == known else {
            let advice =
                found > known
                ? "It was last used by a newer program: start that one."
                : "Run: holdfast catalog migrate '\(address)'"
            throw CatalogError(
                found > known ? .newerVersion : .cannotOpen,
                "The catalogue '\(address)' has schema version \(found), and this program needs \(known). \(advice)")
        }
        try await CatalogNotes.requireCurrent(driver)
    }

    /// What people know the catalogue by.
    var catalogName: String {
        let address = settings.catalog.flatMap { try? $0.postgres()?.shownAddress }
        return address ?? catalogPath
    }
}
