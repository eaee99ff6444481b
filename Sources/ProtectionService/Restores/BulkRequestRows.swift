package import Catalog
import Foundation
import ProtectionRules
import Texts

/// Rows of bulk restore requests, within one transaction.
package struct BulkRequestRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    package func request(
        _ id: String, session sessionID: String, _ workload: Workload
    ) throws -> RestoreBulkRequest {
        guard try rows.find(RestoreSession.self, id: sessionID)?.workload == workload else {
            throw ServiceError(.restoreSessionNotFound, "Unable to find the restore session.")
        }
        guard let request = try rows.find(RestoreBulkRequest.self, id: id), request.sessionId == sessionID else {
            throw ServiceError(.bulkRestoreArtifactsNotFound, "Unable to find the bulk restore request.")
        }
        return request
    }

    /// The entries of the bulk requests of some sessions that have not become artifacts yet.
    package func openEntries(of sessionIDs: [String]) throws -> Int {
        guard !sessionIDs.isEmpty else { return 0 }
        let open = RowPredicate.and([.oneOf("sessionId", sessionIDs), .equal("status", BulkRequestStatus.active)])
        return try rows.page(Query<RestoreBulkRequest>(where: open)).reduce(0) { $0 + $1.entries.count }
    }
}
