import Catalog
import Foundation

/// What is refused of rules, bulk restores, browse sessions and exclusions.
extension Refusal {
    private static let root = "/solutions/backupRestore"
    private static let policy = root + "/oneDriveForBusinessProtectionPolicies/" + World.id(1, .oneDriveForBusiness)
    private static let sitePolicy = root + "/sharePointProtectionPolicies/" + World.id(1, .sharePoint)
    private static let session = root + "/oneDriveForBusinessRestoreSessions/" + World.id(4, .oneDriveForBusiness)
    private static let siteSession = root + "/sharePointRestoreSessions/" + World.id(4, .sharePoint)
    private static let rules = policy + "/driveInclusionRules"
    private static let bulk = session + "/driveRestoreArtifactsBulkAdditionRequests"
    private static let browsing = root + "/oneDriveForBusinessBrowseSessions"
    private static let unknown = World.unknown

    private static func rule(_ kind: World.Rule) -> String { "\(rules)/\(World.id(kind))" }

    private static func groups(_ count: Int) -> String {
        let ids = (0..<count).map { "'20000000-0000-4000-8000-000000000\(100 + $0)'" }.joined(separator: ",")
        return #"{"driveExpression":"(memberOf -any (group.id -in [\#(ids)]))"}"#
    }

    static let inclusion: [Refusal] = [
        Refusal(400, "InvalidInclusionRuleCreateRequest", "POST \(rules)", body: "{"),
        Refusal(
            400, "InvalidInclusionRuleCreateRequest", "POST \(sitePolicy)/siteInclusionRules",
            body: #"{"siteExpression":"displayName -contains 'legal'","isAutoApplyEnabled":true}"#),
        Refusal(400, "InvalidRuleExpression", "POST \(rules)", body: "{}"),
        Refusal(400, "InvalidRuleExpression", "POST \(rules)", body: #"{"driveExpression":"memberOf everybody"}"#),
        Refusal(413, "InvalidRuleExpressionGroupLimitExceeded", "POST \(rules)", body: groups(101)),
        Refusal(400, "InvalidInclusionRuleId", "GET \(root)/driveInclusionRules/abc"),
        Refusal(400, "InvalidInclusionRuleId", "DELETE \(rules)/abc"),
        Refusal(404, "ProtectionRuleNotFound", "GET \(root)/driveInclusionRules/\(unknown)"),
        Refusal(404, "ProtectionRuleNotFound", "PATCH \(rules)/\(unknown)", body: groups(1)),
        Refusal(404, "ProtectionRuleNotFound", "POST \(rules)/\(unknown)/run"),
        Refusal(400, "PatchNotAllowedForStaticRule", "PATCH \(rule(.completedStatic))", body: groups(1)),
        Refusal(
            400, "InvalidProtectionRulePatchRequest", "PATCH \(rule(.completedDynamic))",
            body: #"{"isAutoApplyEnabled":false}"#
        ),
        Refusal(400, "InvalidRuleExpression", "PATCH \(rule(.completedDynamic))", body: #"{"driveExpression":""}"#),
        Refusal(413, "InvalidRuleExpressionGroupLimitExceeded", "PATCH \(rule(.completedDynamic))", body: groups(101)),
        Refusal(400, "InvalidProtectionRuleStatusForUpdation", "PATCH \(rule(.activeDynamic))", body: groups(1)),
        Refusal(
            422, "InvalidProtectionRuleStatusForDynamicRuleEdit", "PATCH \(rule(.deletedDynamic))", body: groups(1)),
        Refusal(400, "InvalidProtectionRuleStatusForDeletion", "DELETE \(rule(.activeStatic))"),
        Refusal(422, "InvalidProtectionRuleStatusForDynamicRuleDeletion", "DELETE \(rule(.activeDynamic))"),
        Refusal(
            422, "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll",
            "POST \(rule(.completedStatic))/deleteAndUnprotect"),
        Refusal(
            422, "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll",
            "POST \(rule(.activeDynamic))/deleteAndUnprotect"),
        Refusal(400, "ProtectionRuleActionNotAllowed", "POST \(rule(.activeStatic))/run"),
        Refusal(400, "RunNotAllowedForDynamicRule", "POST \(rule(.completedDynamic))/run"),
        Refusal(403, "AppNotController", "POST \(rule(.completedStatic))/run", state: .foreign),
        Refusal(403, "ServiceNotEnabled", "DELETE \(rule(.completedStatic))", state: .disabled),
    ]

    private static func request(_ list: String, destination: String = "new") -> String {
        #"""
        {"destinationType":"\#(destination)","protectionTimePeriod":{"startDateTime":"2026-03-01T00:00:00Z"},\#(list)}
        """#
    }

    private static func ids(_ count: Int) -> String {
        let ids = (0..<count).map { "\"20000000-0000-4000-8000-00000000\(1000 + $0)\"" }
        return "\"directoryObjectIds\":[\(ids.joined(separator: ","))]"
    }

    static let bulkRestores: [Refusal] = [
        Refusal(
            400, "InvalidBulkRestoreArtifactId",
            "POST \(root)/oneDriveForBusinessRestoreSessions/abc/driveRestoreArtifactsBulkAdditionRequests",
            body: request(ids(1))),
        Refusal(400, "InvalidBulkRestoreArtifactId", "GET \(bulk)/abc"),
        Refusal(400, "InvalidBulkRestoreArtifactId", "DELETE \(bulk)/abc"),
        Refusal(400, "BulkRestoreInvalidCreateRequest", "POST \(bulk)", body: "{"),
        Refusal(400, "BulkRestoreInvalidCreateRequest", "POST \(bulk)", body: "{}"),
        Refusal(400, "BulkRestoreInvalidCreateRequest", "POST \(bulk)", body: request(#""drives":[]"#)),
        Refusal(
            400, "BulkRestoreInvalidCreateRequest", "POST \(bulk)",
            body: request(#""protectionUnitIds":["\#(unknown)"]"#)),
        Refusal(
            400, "BulkRestoreInvalidCreateRequestUserEmail", "POST \(bulk)", body: request(#""drives":["nobody"]"#)),
        Refusal(
            400, "BulkRestoreInvalidCreateRequestSiteUrl",
            "POST \(siteSession)/siteRestoreArtifactsBulkAdditionRequests", body: request(#""siteWebUrls":["nowhere"]"#)
        ),
        Refusal(400, "BulkRestoreRestorationResourcesCountExceedsLimit", "POST \(bulk)", body: request(ids(1001))),
        Refusal(400, "DifferentRestoreDestinationType", "POST \(bulk)", body: request(ids(1), destination: "inPlace")),
        Refusal(404, "BulkRestoreArtifactsNotFound", "GET \(bulk)/\(unknown)"),
        Refusal(404, "BulkRestoreArtifactsNotFound", "DELETE \(bulk)/\(unknown)"),
        Refusal(403, "InvalidStateForBulkRequestDeletion", "DELETE \(bulk)/\(World.bulkRequestID())"),
        Refusal(
            404, "RestoreSessionNotFound",
            "POST \(root)/oneDriveForBusinessRestoreSessions/\(unknown)/driveRestoreArtifactsBulkAdditionRequests",
            body: request(ids(1))),
        Refusal(403, "RestoreSessionActionNotAllowed", "POST \(bulk)", body: request(ids(1)), state: .running),
    ]

    static let browse: [Refusal] = [
        Refusal(400, "InvalidRestorePoint", "POST \(browsing)", body: "{}"),
        Refusal(400, "InvalidRestorePoint", "POST \(browsing)", body: #"{"restorePointId":"\#(unknown)"}"#),
        Refusal(
            400, "InvalidRestorePoint", "POST \(browsing)",
            body: #"{"restorePointId":"\#(World.id(3, .sharePoint))"}"#),
        Refusal(404, "BrowseSessionNotFound", "GET \(browsing)/\(unknown)"),
        Refusal(404, "BrowseSessionNotFound", "GET \(root)/sharePointBrowseSessions/\(World.browseSessionID())"),
        Refusal(404, "BrowseSessionNotFound", "POST \(browsing)/\(unknown)/browse", body: "{}"),
        Refusal(404, "BrowseSessionNotFound", "POST \(root)/browseSessions/\(unknown)/browse", body: "{}"),
        Refusal(409, "BrowseSessionNotReady", "POST \(browsing)/\(World.browseSessionID())/browse", body: "{}"),
        Refusal(
            400, "InvalidBrowseRequest", "POST \(browsing)/\(World.browseSessionID())/browse",
            body: #"{"orderBy":"upwards"}"#),
        Refusal(
            400, "InvalidBrowseRequest", "POST \(browsing)/\(World.browseSessionID())/browse",
            body: #"{"browseResourceType":"planet"}"#),
        Refusal(400, "InvalidBrowseRequest", "GET \(browsing)/\(World.browseSessionID())/browse(nextFetchToken='abc')"),
        Refusal(400, "InvalidBrowseRequest", "GET \(browsing)/\(World.browseSessionID())/browse?$skiptoken=abc"),
    ]

    static let exclusions: [Refusal] = [
        Refusal(
            400, "InvalidExclusionRequest", "PATCH /beta\(policy)",
            body: #"{"driveExclusionUnits@delta":[{"directoryObjectId":"\#(World.tomas)"}]}"#),
        Refusal(
            400, "InvalidExclusionRequest", "POST /beta\(policy)/driveExclusionUnitsBulkAdditionJobs",
            body: #"{"displayName":"x","drives":["tomas@fjordlabs.example"]}"#),
        Refusal(400, "InvalidProtectionUnitId", "GET /beta\(root)/exclusionUnits/abc"),
        Refusal(404, "ProtectionUnitNotFound", "GET /beta\(root)/driveExclusionUnits/\(unknown)"),
        Refusal(404, "ResourceNotFound", "GET \(root)/exclusionUnits"),
        // A property of the preview only. Source: contract types.md, protectionUnitBase.
        Refusal(
            400, "BadRequest", "PATCH \(root)/driveProtectionUnits/\(World.id(2, .oneDriveForBusiness))",
            body: #"{"billingPolicyId":"\#(unknown)"}"#, state: .detached),
    ]

    /// Names of the permission table that are never offered. Source: contract operations.md.
    static let withheld: [Refusal] = [
        Refusal(404, "ResourceNotFound", "GET /beta\(root)/reports/getStatisticsByWorkload(workloadId='exchange')"),
        Refusal(
            405, "methodNotAllowed", "POST \(root)/restoreSessions/\(World.id(4, .oneDriveForBusiness))/deactivate",
            state: .running),
    ]

    /// What an application may not read before its activation takes effect. Source:
    /// contract behaviour.md, section 2.
    static let waiting: [Refusal] = [
        Refusal(403, "accessDenied", "GET \(root)/restorePoints/\(World.id(3, .oneDriveForBusiness))", state: .waiting),
        Refusal(403, "accessDenied", "GET \(root)/restorePoints/$count", state: .waiting),
        Refusal(
            403, "accessDenied", "POST \(root)/restorePoints/search", body: #"{"protectionUnitIds":[]}"#,
            state: .waiting),
        Refusal(403, "accessDenied", "GET \(root)/restoreSessions", state: .waiting),
        Refusal(403, "accessDenied", "GET \(session)/driveRestoreArtifacts", state: .waiting),
        Refusal(403, "accessDenied", "GET \(bulk)", state: .waiting),
        Refusal(403, "accessDenied", "GET \(browsing)", state: .waiting),
        Refusal(
            403, "accessDenied", "POST \(root)/browseSessions/\(World.browseSessionID())/browse", body: "{}",
            state: .waiting),
        Refusal(403, "AppNotController", "DELETE \(session)", state: .waiting),
    ]
}
