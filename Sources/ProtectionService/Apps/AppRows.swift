package import Catalog
import Foundation
import ProtectionRules

/// Rows of applications, within one transaction.
package struct AppRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Leaves the controller that was to be replaced in place.
    package func cancelHandOver() throws {
        for var app in try rows.page(Query<ServiceApp>(where: .equal("status", ServiceAppStatus.pendingInactive))) {
            guard app.advance(.handOverCancelled) else { continue }
            app.effectiveDateTime = nil
            try rows.update(app)
        }
    }
}
