import CatalogPostgres
import Foundation

/// A catalogue in PostgreSQL: whether it answers and fits, has connections to spare, and verifies what
/// it reads. Nothing is changed.
struct DatabaseCheck {
    let settings: CatalogSettings
    let environment: [String: String]

    /// - Parameter openState: opens the service over the catalogue, and so compares it with secret
    ///   and tenant of the folder.
    func findings(openState: () async throws -> Void) async -> [Finding] {
        let postgres: PostgresSettings
        do {
            guard let found = try settings.postgres(environment: environment) else { return [] }
            postgres = found
        } catch {
            return [CredentialFinding.of("catalog", error, environment: environment)]
        }
        do {
            try await StateFolder.examine(settings)
            try await openState()
            return Self.findings(try await DatabaseFigures.read(postgres), settings: postgres)
        } catch {
            return [Finding("catalog", .failing, explained(error))]
        }
    }

    /// What the figures of a database that fits mean.
    static func findings(_ figures: DatabaseFigures, settings: PostgresSettings) -> [Finding] {
        let name = "'\(settings.shownAddress)'"
        var findings = [
            Finding(
                "catalog", .ok,
                "\(name) answers (PostgreSQL \(figures.version)); it fits this program, the secret and the tenant.")
        ]
        // A server opens all of its connections, and one more that holds the right to serve.
        let needed = settings.readers + settings.writers + 1
        if figures.freeConnections < needed {
            let free = "\(figures.freeConnections) of \(figures.maximumConnections) connections are free"
            findings.append(
                Finding(
                    "catalog", .warning, "\(name): \(free), and one more server needs up to \(needed).",
                    action: "raise max_connections, or lower postgres.readers and postgres.writers"))
        }
        if !figures.hasChecksums {
            findings.append(
                Finding(
                    "catalog", .warning, "\(name) does not verify what it reads from its disk.",
                    action: "stop the database, then: pg_checksums --enable"))
        }
        return findings
    }
}
