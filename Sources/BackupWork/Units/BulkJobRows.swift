import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

/// Rows of bulk addition jobs, within one transaction.
struct BulkJobRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    func end(_ list: BulkAdditionJob, _ error: PublicError?, _ now: Date) throws {
        guard var list = try rows.find(BulkAdditionJob.self, id: list.id),
            list.advance(.worked(withErrors: error != nil))
        else { return }
        list.error = error
        list.lastModifiedDateTime = now
        try rows.update(list)
    }
}
