import CatalogPostgres
import Foundation

/// Where the catalogue is. The state folder remembers it, so that commands beside the server look
/// there too; it holds no secret, only where one is kept.
struct CatalogSettings: Codable, Equatable, Sendable {
    /// `postgres://user@host/database`; nil for the file in the state folder.
    var address: String?
    var password: SecretReference?
    var authorities: String?
    var readers = 8
    var writers = 4

    /// nil where the catalogue is not in PostgreSQL.
    /// - Parameter environment: tells the folder of credentials.
    func postgres(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> PostgresSettings? {
        guard let address else { return nil }
        return try PostgresSettings(
            address: address, password: password?.read(environment: environment), rootCertificates: authorities,
            readers: readers, writers: writers)
    }

    static let form = "postgres://user@host/database, with more hosts after a comma"
}

extension Setting {
    /// Where the catalogue is, and how PostgreSQL is asked.
    static let catalog = [
        Setting(
            "catalog",
            .text(at: \.catalog.address, type: "address", form: CatalogSettings.form) {
                PostgresSettings.isAddress($0)
            },
            example: "postgres://holdfast@%2Frun%2Fpostgresql/holdfast",
            meaning: "where the catalogue is: \(CatalogSettings.form); without it a file in the state folder"),
        Setting(
            "postgres.password-file", .secret(at: \.catalog.password), example: "credential:postgres",
            meaning: "the password for PostgreSQL; without it the file that libpq knows (PGPASSFILE) counts"),
        Setting(
            "postgres.ca-file", .path(at: \.catalog.authorities), example: "/etc/ssl/certs/corp.pem",
            meaning: "certificate authorities that may vouch for the server of PostgreSQL, a PEM file"),
        Setting(
            "postgres.readers", .number(at: \.catalog.readers, in: 1...256),
            meaning: "connections to PostgreSQL for reading"),
        Setting(
            "postgres.writers", .number(at: \.catalog.writers, in: 1...64),
            meaning: "connections to PostgreSQL for writing"),
    ]
}
