package import ProtectionRules
package import Catalog
import Connectors
import Foundation
import Texts

/// One entry of a bulk restore request.
package enum BulkEntry: Sendable {
    case name(String)
    case objectID(String)

    package var text: String {
        switch self {
        case .name(let text), .objectID(let text): text
        }
    }

    package func unknownCode(_ workload: Workload) -> ServiceErrorCode {
        switch self {
        case .name: workload == .sharePoint ? .siteWebURLNotFound : .emailNotFound
        case .objectID: workload == .sharePoint ? .siteIDNotFound : .directoryObjectIDNotFound
        }
    }
}

extension RestoreBulkRequest {
    /// Every entry once.
    package var entries: [BulkEntry] {
        var names = Set<ExactText>()
        var ids = Set<ExactText>()
        return self.names.values.filter { names.insert(ExactText($0)).inserted }.map(BulkEntry.name)
            + objectIds.values.filter { ids.insert(ExactText($0)).inserted }.map(BulkEntry.objectID)
    }
}
