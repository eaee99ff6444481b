import Catalog
import Foundation
import ProtectionRules
import ProtectionService

/// Rows of repositories' health, within one transaction.
struct HealthRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Counts what a backup stored, where the rest was counted.
    func countStored(_ bytes: Int, unitID: String) throws {
        guard let before = try rows.find(RepositoryHealth.self, id: unitID)?.storedBytes else { return }
        try setStored(before + bytes, unitID: unitID)
    }

    /// Notes what all packs of a repository have.
    func setStored(_ bytes: Int, unitID: String) throws {
        try rows.update(RepositoryHealth.self, where: .equal("id", unitID), set: ["storedBytes": bytes.sqlValue])
    }
}
