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

/// The tag of a snapshot that names the restore point for which it was taken.
enum PointTag {
    private static let prefix = "point-"

    /// The tag of a point.
    static func text(_ pointID: String) -> String { prefix + pointID }

    /// The point that a snapshot's tags name.
    static func pointID(in tags: [String]) -> String? {
        tags.lazy.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.first {
            UUID(uuidString: $0) != nil
        }
    }
}
