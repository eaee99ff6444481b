import ArgumentParser
import Catalog
import CatalogPostgres
import CatalogSQLite
import Foundation

/// How a database of PostgreSQL is reached by a command.
struct PostgresOptions: ParsableArguments {
    @Option(
        name: .customLong("password-file"),
        help: "Where the password for PostgreSQL is kept: credential:NAME or file:/path.")
    var password: String?

    @Option(
        name: .customLong("ca-file"), help: "The certificate authorities that may vouch for the server, a PEM file.",
        completion: .file())
    var authorities: String?

    /// - Parameter address: `postgres://…`.
    func settings(_ address: String) throws -> CatalogSettings {
        var settings = CatalogSettings(address: address, authorities: authorities)
        if let password {
            guard let reference = SecretReference(password) else {
                throw ValidationError("--password-file must be \(SecretReference.form).")
            }
            settings.password = reference
        }
        return settings
    }
}

/// The one way in which the schema in PostgreSQL changes.
struct CatalogMigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring a catalogue in PostgreSQL to this program's version.",
        discussion: HelpText.discussion(
            """
            Makes the tables in an empty database, or adds what a newer program needs. Of several that run at once \
            one does it. Servers wait for nobody: they refuse a database of another version and change none.
            """,
            examples: ["holdfast catalog migrate postgres://holdfast@%2Frun%2Fpostgresql/holdfast"]))
    @Argument(help: "The database: postgres://user@host/database.")
    var address: String
    @OptionGroup var postgres: PostgresOptions

    func run() async throws {
        guard let settings = try postgres.settings(address).postgres() else { return }
        let driver = try await PostgresDriver(settings)
        do {
            let before = try await driver.schemaVersion() ?? 0
            try await CatalogStore(driver: driver).migrate()
            show(
                before == SchemaVersion.known
                    ? "The catalogue has schema version \(before) already."
                    : "The catalogue has schema version \(SchemaVersion.known) now; it had \(before).")
        } catch {
            try? await driver.close()
            throw error
        }
        try await driver.close()
    }
}

/// From the file in the state folder to PostgreSQL, and back.
struct CatalogMoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move", abstract: "Move the catalogue from the state folder to PostgreSQL, or back.",
        discussion: HelpText.discussion(
            """
            Stop the server first. Everything is copied and compared row by row; only then the old catalogue is noted \
            as moved, and no server starts on it any more. A move that was interrupted can be made again. Repositories \
            and secrets stay where they are. Then write the same address into the setting 'catalog', or take it out.
            """,
            examples: [
                "holdfast catalog move --state /var/lib/holdfast --to postgres://holdfast@%2Frun%2Fpostgresql/holdfast",
                "holdfast catalog move --state /var/lib/holdfast --to file",
            ]))
    @OptionGroup var state: StateOption

    @Option(help: "Where to: postgres://user@host/database, or 'file' for the file in the state folder.")
    var to: String

    @OptionGroup var postgres: PostgresOptions

    func run() async throws {
        var folder = try await StateFolder.open(at: state.path)
        folder.lock = try StateLock.take(in: folder.url)
        let settings = to == "file" ? CatalogSettings() : try postgres.settings(to)
        guard settings.address != folder.settings.catalog?.address else {
            throw UsageError("The catalogue is in '\(folder.catalogName)' already.")
        }
        let source = try await folder.openCatalog(isRebuilding: false)
        do {
            let count = try await Self.move(source, to: settings, of: folder)
            try folder.keep(catalog: settings)
            show("\(count.counted("row")) moved to '\(folder.catalogName)'.")
        } catch {
            try? await source.close()
            throw error
        }
        try await source.close()
    }

    private static func move(
        _ source: any SQLDriver, to settings: CatalogSettings, of folder: StateFolder
    ) async throws -> Int {
        let target: any SQLDriver
        if let postgres = try settings.postgres() {
            let driver = try await PostgresDriver(postgres)
            try await CatalogStore(driver: driver).migrate()
            try await driver.takeOver()
            target = driver
        } else {
            target = try SQLiteDriver(path: folder.catalogPath)
        }
        do {
            let place = try settings.postgres()?.shownAddress ?? folder.catalogPath
            let count = try await CatalogTransfer(from: source, to: target).run(named: place)
            try await target.close()
            return count
        } catch {
            try? await target.close()
            throw error
        }
    }
}
