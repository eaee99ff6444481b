import Catalog
import Foundation
import OData

let restorePointType = EntityType<RestorePoint>("restorePoint") {
    Property("protectionDateTime", \.protectionDateTime, [.filter, .order])
    Property("expirationDateTime", \.expirationDateTime, [.filter, .order])
    Property("tags", [.filter, .order]) { (point: RestorePoint, _) in RestorePointTag.flags(point.tags) }
    Navigation.one("protectionUnit", "protectionUnitBase", [.filter], contained: false)
    BoundOperation.action(
        "search", onCollection: true,
        parameters: [
            Parameter("protectionUnitIds", [String]?.self), Parameter("protectionTimePeriod", TimePeriod?.self),
            Parameter("restorePointPreference", RestorePointPreference?.self),
            Parameter("tags", Set<RestorePointTag>?.self),
            Parameter("artifactQuery", ArtifactQuery?.self), Parameter("policyId", String?.self, versions: .betaOnly),
        ],
        returns: .value(SearchResponse.edmType))
}

extension RestoreSession {
    /// The counts as sent to clients.
    var counts: RestoreSessionArtifactCount {
        var counts = RestoreSessionArtifactCount()
        counts.total = Int32(clamping: artifactsTotal)
        counts.completed = Int32(clamping: artifactsCompleted)
        counts.inProgress = Int32(clamping: artifactsInProgress)
        counts.failed = Int32(clamping: artifactsFailed)
        return counts
    }
}

let sessionBase = EntityType<RestoreSession>("restoreSessionBase") {
    Property("status", \.status, [.filter, .order])
    Property("restoreJobType", \.restoreJobType, [.filter, .order])
    Property("restoreSessionArtifactCount", [.filter]) { (session: RestoreSession, _) in session.counts }
    audit(created: \.createdDateTime, by: \.createdBy, modified: \.lastModifiedDateTime, by: \.lastModifiedBy)
    Property("completedDateTime", \.completedDateTime, [.filter, .order])
    Property("error", \.error, [.filter])
    Property("policyId", \.policyId, [.create, .update, .filter, .order], versions: .betaOnly)
    BoundOperation.action("activate", returns: .entity("restoreSessionBase"))
    // In the permission table only: a running session cannot be stopped. Source:
    // contract operations.md, restore sessions.
    WithheldName("deactivate", .methodNotAllowed)
}

func sessionType(_ workload: Workload) -> EntityType<RestoreSession> {
    EntityType<RestoreSession>(workload.sessionType, base: "restoreSessionBase", when: { $0.workload == workload }) {
        Navigation.many("\(workload.artifactType)s", workload.artifactType, [.create, .update])
        Navigation.many("\(workload.granularType)s", workload.granularType, [.create, .update])
        Navigation.many(workload.bulkRequests, workload.bulkRequestType)
    }
}

let artifactBase = EntityType<RestoreArtifact>("restoreArtifactBase") {
    Property("destinationType", \.destinationType, [.create, .update, .filter, .order])
    Property("status", \.status, [.filter, .order])
    Property("startDateTime", \.startDateTime, [.filter, .order])
    Property("completionDateTime", \.completionDateTime, [.filter, .order])
    Property("error", \.error, [.filter])
    Navigation.one("restorePoint", "restorePoint", [.create, .update, .filter], contained: false)
}

func artifactType(_ workload: Workload) -> EntityType<RestoreArtifact> {
    EntityType<RestoreArtifact>(workload.artifactType, base: "restoreArtifactBase", when: { $0.workload == workload }) {
        if workload == .exchange {
            Property("restoredFolderId", [.filter, .order]) { (_: RestoreArtifact, _) in String?.none }
            Property("restoredFolderName", [.filter, .order]) { (_: RestoreArtifact, _) in String?.none }
            Property("restoredItemCount", [.filter, .order]) { (_: RestoreArtifact, _) in Int32?.none }
        } else {
            Property("restoredSiteId", \.restoredSiteId, [.filter, .order])
            Property("restoredSiteName", \.restoredSiteName, [.filter, .order])
            Property("restoredSiteWebUrl", \.restoredSiteWebUrl, [.filter, .order])
        }
    }
}
