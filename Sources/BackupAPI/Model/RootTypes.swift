import ProtectionService
import Catalog
import Foundation
import OData

/// The root of the service: one for each tenant.
struct RootRecord: Sendable, Identifiable {
    var id = ""
    var status = ServiceStatus()
}

let rootType = EntityType<RootRecord>("backupRestoreRoot") {
    Property("serviceStatus", \.status)
    Navigation.many("serviceApps", "serviceApp")
    Navigation.many("protectionPolicies", "protectionPolicyBase")
    Navigation.many("protectionUnits", "protectionUnitBase", contained: false)
    Navigation.many("exclusionUnits", "exclusionUnitBase", contained: false, versions: .betaOnly)
    Navigation.many("restorePoints", "restorePoint")
    Navigation.many("restoreSessions", "restoreSessionBase")
    Navigation.many("browseSessions", "browseSessionBase")
    for workload in Workload.browsable { Navigation.many(workload.browseSessions, workload.browseSessionType) }
    Navigation.many("activityLogs", "activityLogBase", versions: .betaOnly)
    Navigation.one("reports", "backupReport", contained: true, versions: .betaOnly)
    Navigation.one("emailNotificationsSetting", "emailNotificationsSetting", contained: true)
    Navigation.many("entraProtectionPolicies", "entraProtectionPolicy", versions: .betaOnly)
    for workload in Workload.allCases {
        Navigation.many(workload.policies, workload.policyType)
        Navigation.many("\(workload.noun)ProtectionUnits", workload.unitType)
        protectionNavigations(workload, contained: true)
        Navigation.many("\(workload.sessionType)s", workload.sessionType)
    }
    BoundOperation.action(
        "enable", parameters: [Parameter("appOwnerTenantId", String?.self)], returns: .value(ServiceStatus.edmType))
}

let serviceAppType = EntityType<ServiceApp>("serviceApp") {
    Property("status", \.status, [.filter, .order])
    Property("registrationDateTime", \.registrationDateTime, [.filter, .order])
    Property("effectiveDateTime", [.filter]) { (app: ServiceApp, _) in
        app.status == .inactive ? nil : app.effectiveDateTime
    }
    Property("lastModifiedDateTime", \.lastModifiedDateTime, [.filter, .order])
    Property("lastModifiedBy", \.lastModifiedBy, [.filter])
    Property("application", [.filter]) { (app: ServiceApp, _) in
        Identity(id: app.id, displayName: app.displayName) as Identity?
    }
    BoundOperation.action(
        "activate", parameters: [Parameter("effectiveDateTime", Date?.self)], returns: .entity("serviceApp"))
    BoundOperation.action("deactivate", returns: .entity("serviceApp"))
}

/// A person of the directory.
struct UserRecord: Sendable, Identifiable {
    var user: TenantUser
    var id: String { user.id }
}

/// The one drive that a person has.
struct DriveRecord: Sendable, Identifiable {
    var user: TenantUser
    var id: String { user.id }
}

let userType = EntityType<UserRecord>("user") {
    Property("userPrincipalName", [.filter, .order]) { (record: UserRecord, _) in
        record.user.userPrincipalName as String?
    }
    Property("displayName", [.filter, .order]) { (record: UserRecord, _) in record.user.displayName as String? }
    Property("mail", [.filter, .order]) { (record: UserRecord, _) in record.user.mail }
    Navigation.one("drive", "drive", contained: true)
}

let driveType = EntityType<DriveRecord>("drive") {
    Property("name") { (_: DriveRecord, _) in "Documents" as String? }
    Property("driveType") { (_: DriveRecord, _) in "business" as String? }
    Property("webUrl") { (record: DriveRecord, _) in record.user.driveWebURL as String? }
}

/// A site of the tenant.
struct SiteRecord: Sendable, Identifiable {
    var site: TenantSite
    var id: String { site.graphID }
}

/// The root of a site collection, which has no properties.
struct SiteRoot: EdmComplex {
    init() {}
    static let edm = ComplexType<SiteRoot>("root") {}
}

/// The collection that a site belongs to. None of the tenant's is the root of its host.
struct SiteCollection: EdmComplex {
    var hostname: String?
    init() {}
    init(_ site: TenantSite) { hostname = site.host }
    static let edm = ComplexType<SiteCollection>("siteCollection") {
        Property("hostname", \.hostname)
        Property("root") { (_: SiteCollection, _) in SiteRoot?.none }
    }
}

let siteType = EntityType<SiteRecord>("site") {
    Property("name", [.filter, .order]) { (record: SiteRecord, _) in record.site.name as String? }
    Property("displayName", [.filter, .order]) { (record: SiteRecord, _) in record.site.displayName as String? }
    Property("webUrl", [.filter, .order]) { (record: SiteRecord, _) in record.site.webURL as String? }
    Property("siteCollection", [.filter]) { (record: SiteRecord, _) in SiteCollection(record.site) as SiteCollection? }
}

/// The whole surface, declared once.
let graphModel = Model(
    namespace: "microsoft.graph",
    types: [
        rootType, serviceAppType, policyBase, unitBase, restorePointType, sessionBase, artifactBase, userType,
        driveType, siteType,
    ]
        + [
            activityBase, policyActivity, ruleActivity, offboardingActivity, restoreActivity, reportType,
            notificationType, entraPolicyType,
        ]
        + protectionTypes
        + Workload.allCases.map(policyType) + Workload.allCases.map(unitType) + Workload.allCases.map(sessionType)
        + Workload.allCases.map(artifactType)
        + [browseBase, granularBase, granularMailType, bulkRequestBase] + Workload.browsable.map(browseType)
        + Workload.browsable.map(granularType)
        + Workload.allCases.map(bulkRequestType),
    container: [
        .singleton("solutions/backupRestore", "backupRestoreRoot"), .set("users", "user"), .set("sites", "site"),
    ],
    aliases: ["backupRestore": ["solutions", "backupRestore"]], notNull: publishedNotNull)
