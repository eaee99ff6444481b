import ProtectionService
import OData

extension TenantGroup: Identifiable {}

let directoryGroupType = EntityType<TenantGroup>("directoryGroup") {
    Property("displayName", [.filter, .order]) { (group: TenantGroup, _) in group.displayName }
    Property("memberCount", [.filter, .order]) { (group: TenantGroup, _) in group.memberCount }
}

/// A site of the tenant under its own id, with which units and policies name it.
struct DirectorySiteRecord: Sendable, Identifiable {
    var site: TenantSite
    var id: String { site.id }
}

let directorySiteType = EntityType<DirectorySiteRecord>("directorySite") {
    Property("name", [.filter, .order]) { (record: DirectorySiteRecord, _) in record.site.name }
    Property("displayName", [.filter, .order]) { (record: DirectorySiteRecord, _) in record.site.displayName }
    Property("webUrl", [.filter, .order]) { (record: DirectorySiteRecord, _) in record.site.webURL }
}
