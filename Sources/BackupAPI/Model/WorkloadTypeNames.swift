import Catalog
import ProtectionService

/// The names of types and properties that the API makes from a workload.
extension Workload {
    /// The property that holds the id of the protected source.
    var keyProperty: String { self == .sharePoint ? "siteId" : "directoryObjectId" }
    var policyType: String { "\(rawValue)ProtectionPolicy" }
    var policies: String { "\(rawValue)ProtectionPolicies" }
    var sessionType: String { "\(rawValue)RestoreSession" }
    var unitType: String { "\(noun)ProtectionUnit" }
    var artifactType: String { "\(noun)RestoreArtifact" }

    /// The workload whose unit type has a name.
    static func ofUnitType(_ name: String) -> Workload? { allCases.first { $0.unitType == name } }

    var ruleType: String { "\(noun)ProtectionRule" }
    var rules: String { "\(noun)InclusionRules" }
    /// The property of a rule that holds its expression.
    var expressionProperty: String { "\(noun)Expression" }
    var unitsJobType: String { "\(noun)ProtectionUnitsBulkAdditionJob" }
    var exclusionType: String { "\(noun)ExclusionUnit" }
    var exclusionsJobType: String { "\(noun)ExclusionUnitsBulkAdditionJob" }

    var granularType: String { "granular\(noun.prefix(1).uppercased())\(noun.dropFirst())RestoreArtifact" }
    var bulkRequestType: String { "\(artifactType)sBulkAdditionRequest" }
    var bulkRequests: String { "\(bulkRequestType)s" }
    /// The list of addresses in a bulk request or job.
    var addresses: String {
        switch self {
        case .oneDriveForBusiness: "drives"
        case .sharePoint: "siteWebUrls"
        case .exchange: "mailboxes"
        }
    }
    /// The list of ids in a bulk request.
    var bulkObjectIDs: String { self == .sharePoint ? "siteIds" : "directoryObjectIds" }
}
