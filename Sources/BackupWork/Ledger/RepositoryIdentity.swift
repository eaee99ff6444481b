import Catalog
import Foundation

/// Whose repository it is: what a lost catalogue cannot be made again without.
/// Authenticated, beside the repository.
struct RepositoryIdentity: Codable, Hashable, Sendable {
    var format = 1
    var tenantID: String
    var unitID: String
    var repositoryID: String
    var workload: String
    var sourceID: String
    var displayName: String?
    var email: String?
    var siteName: String?
    var siteWebURL: String?

    init(_ unit: ProtectionUnit, tenantID: String, repositoryID: String) {
        self.tenantID = tenantID
        self.repositoryID = repositoryID
        unitID = unit.id
        workload = unit.workload.rawValue
        sourceID = unit.sourceId
        displayName = unit.ownerName
        email = unit.ownerEmail
        siteName = unit.signInOrSiteName
        siteWebURL = unit.siteWebUrl
    }
}
