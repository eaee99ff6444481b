import Catalog
import Foundation

extension Refusal {
    private static let root = "/solutions/backupRestore"
    private static let drives = root + "/oneDriveForBusinessProtectionPolicies"
    private static let sessions = root + "/oneDriveForBusinessRestoreSessions"
    private static let policy = World.id(1, .oneDriveForBusiness)
    private static let unit = World.id(2, .oneDriveForBusiness)
    private static let point = World.id(3, .oneDriveForBusiness)
    private static let session = World.id(4, .oneDriveForBusiness)
    private static let artifact = World.id(5, .oneDriveForBusiness)
    private static let unknown = World.unknown

    /// Every refusal that the tests ask for.
    static let all: [Refusal] = [
        general, policies, units, points, restores, service, inclusion, bulkRestores, browse, exclusions, withheld,
        waiting, failing, order, everywhere, recommended, bodies, outer, ordered,
    ].flatMap { $0 }

    private static func unitList(_ count: Int) -> String {
        (0..<count).map { #"{"directoryObjectId":"20000000-0000-4000-8000-0000000000\#(10 + $0)"}"# }.joined(
            separator: ",")
    }

    private static func artifacts(_ count: Int) -> String {
        (0..<count).map {
            #"{"restorePoint":{"id":"20000000-0000-4000-8000-0000000000\#(10 + $0)"},"destinationType":"new"}"#
        }.joined(separator: ",")
    }

    private static let general: [Refusal] = [
        Refusal(400, "BadRequest", "GET \(root)/nothing"),
        Refusal(400, "InvalidCreateRequest", "POST \(drives)", body: "{"),
        Refusal(400, "BadRequest", "GET \(drives)?$filter=status eq"),
        Refusal(400, "BadRequest", "GET \(drives)?$orderby=nothing"),
        Refusal(400, "BadRequest", "GET \(drives)?$search=x"),
        Refusal(400, "BadRequest", "GET \(drives)?$top=-1"),
        Refusal(400, "BadRequest", "GET \(drives)?$skiptoken=abc"),
        Refusal(
            400, "FilterLengthExceeded",
            "GET \(root)/driveProtectionUnits?$filter="
                + Array(repeating: "status eq 'protected'", count: 300).joined(separator: " or ")),
        Refusal(404, "ResourceNotFound", "GET \(root)/activityLogs"),
        Refusal(405, "methodNotAllowed", "PATCH \(root)", body: "{}"),
        Refusal(406, "notAcceptable", "GET \(drives)", headers: [("Accept", "text/html")]),
        Refusal(412, "preconditionFailed", "PATCH \(drives)/\(policy)", body: "{}", headers: [("If-Match", "\"1\"")]),
        Refusal(
            415, "unsupportedMediaType", "POST \(drives)", body: "a=b",
            headers: [("Content-Type", "application/x-www-form-urlencoded")]),
    ]

    private static let policies: [Refusal] = [
        Refusal(400, "InvalidCreateRequest", "POST \(drives)", body: #"{"nothing":1}"#),
        Refusal(400, "InvalidDisplayName", "POST \(drives)", body: #"{"displayName":""}"#),
        Refusal(
            400, "InvalidDisplayName", "POST \(drives)",
            body: #"{"displayName":"\#(String(repeating: "x", count: 1025))"}"#),
        Refusal(
            400, "InvalidProtectionUnitId", "POST \(drives)",
            body: #"{"displayName":"x","driveProtectionUnits":[{"directoryObjectId":"\#(unknown)"}]}"#),
        Refusal(
            413, "ProtectionUnitsLimitBreached", "POST \(drives)",
            body: #"{"displayName":"x","driveProtectionUnits":[\#(unitList(51))]}"#),
        Refusal(409, "PolicyCreationNotAllowed", "POST \(drives)", body: #"{"displayName":"x"}"#, state: .active),
        Refusal(
            409, "ProtectionUnitAlreadyExists", "POST \(drives)",
            body: #"{"displayName":"x","driveProtectionUnits":[{"directoryObjectId":"\#(World.ines)"}]}"#),
        Refusal(400, "InvalidPolicyId", "GET \(drives)/abc"),
        Refusal(400, "InvalidPolicyId", "DELETE \(root)/protectionPolicies/abc"),
        Refusal(400, "InvalidPolicyId", "POST \(root)/protectionPolicies/abc/activate"),
        Refusal(404, "PolicyNotFound", "GET \(drives)/\(unknown)"),
        Refusal(404, "PolicyNotFound", "PATCH \(drives)/\(unknown)", body: #"{"displayName":"x"}"#),
        Refusal(404, "PolicyNotFound", "DELETE \(root)/protectionPolicies/\(unknown)"),
        Refusal(404, "PolicyNotFound", "POST \(root)/protectionPolicies/\(unknown)/deactivate"),
        Refusal(404, "PolicyNotFound", "GET \(drives)/\(unknown)/driveProtectionUnits"),
        Refusal(404, "PolicyNotFound", "GET /beta\(root)/reports/getStatisticsByPolicy(policyId='\(unknown)')"),
        Refusal(403, "PolicyActionNotAllowed", "DELETE \(root)/protectionPolicies/\(policy)", state: .active),
        Refusal(403, "PolicyActionNotAllowed", "POST \(root)/protectionPolicies/\(policy)/activate", state: .active),
        Refusal(403, "PolicyActionNotAllowed", "POST \(root)/protectionPolicies/\(policy)/deactivate"),
        Refusal(
            400, "DuplicateProtectionUnitInList", "PATCH \(drives)/\(policy)",
            body: #"""
                {"driveProtectionUnits@delta":[{"directoryObjectId":"\#(World.tomas)"},\#
                {"directoryObjectId":"\#(World.tomas)"}]}
                """#
        ),
        Refusal(403, "AppNotController", "PATCH \(drives)/\(policy)", body: #"{"displayName":"x"}"#, state: .foreign),
        Refusal(403, "ServiceNotEnabled", "PATCH \(drives)/\(policy)", body: #"{"displayName":"x"}"#, state: .disabled),
    ]

    private static let units: [Refusal] = [
        Refusal(400, "InvalidProtectionUnitId", "GET \(root)/driveProtectionUnits/abc"),
        Refusal(404, "ProtectionUnitNotFound", "GET \(root)/protectionUnits/\(unknown)"),
        Refusal(403, "OperationNotAllowed", "POST \(root)/protectionUnits/\(unit)/offboard"),
        Refusal(403, "OperationNotAllowed", "POST \(root)/protectionUnits/\(unit)/cancelOffboard", state: .detached),
    ]

    private static func search(_ units: String, _ more: String = "") -> String {
        #"{"protectionUnitIds":[\#(units)]\#(more)}"#
    }

    private static let points: [Refusal] = [
        Refusal(
            400, "InvalidSearchRequest", "POST \(root)/restorePoints/search",
            body: search(Array(repeating: "\"\(unit)\"", count: 21).joined(separator: ","))),
        Refusal(
            400, "InvalidSearchRequest", "POST \(root)/restorePoints/search",
            body: search(
                "\"\(unit)\"",
                #"""
                ,"protectionTimePeriod":{"startDateTime":"2026-03-02T00:00:00Z","endDateTime":"2026-03-01T00:00:00Z"}
                """#
            )),
        Refusal(
            400, "InvalidProtectionUnitId", "POST \(root)/restorePoints/search",
            body: search("\"abc\"", #","protectionTimePeriod":{"startDateTime":"2026-03-02T00:00:00Z"}"#)),
        Refusal(404, "ResourceNotFound", "GET \(root)/restorePoints/\(unknown)"),
        Refusal(
            400, "FilterLengthExceeded",
            "GET \(root)/restorePoints?$expand=protectionUnit&$filter=" + longFilter("tags eq 'none'")),
        Refusal(
            400, "FilterLengthExceeded",
            """
            GET \(root)/restorePoints?$expand=protectionUnit($filter=\(longFilter("policyId eq null")))&$filter=tags \
            eq 'none'
            """
        ),
        Refusal(
            400, "FilterLengthExceeded", "GET \(root)/restorePoints/$count?$filter=" + longFilter("tags eq 'none'")),
        Refusal(400, "InvalidSearchRequest", "GET \(root)/restorePoints?$filter=tags eq 'none'"),
        Refusal(
            400, "FilterLengthExceeded", "POST \(root)/restorePoints/search",
            body: #"""
                {"protectionUnitIds":["\#(World.id(2, .exchange))"],\#
                "protectionTimePeriod":{"startDateTime":"2026-01-01T00:00:00Z"},
                """#
                    + #""artifactQuery":{"queryExpression":"\#(String(repeating: "x", count: 5000))"}}"#),
    ]

    private static func longFilter(_ term: String) -> String {
        Array(repeating: term, count: 101).joined(separator: " or ")
    }

    /// What a failure of our own looks like; nothing of the request is left
    /// behind. Source: contract errors.md.
    private static let failing: [Refusal] = [
        Refusal(500, "IncompleteArtifactDeletion", "DELETE \(sessions)/\(session)", state: .failing),
        Refusal(500, "IncompleteArtifactDeletion", "DELETE \(root)/restoreSessions/\(session)", state: .failing),
        Refusal(
            500, "PolicySaveFailed", "POST \(drives)",
            body: #"{"displayName":"x","driveProtectionUnits":[{"directoryObjectId":"\#(World.tomas)"}]}"#,
            state: .failing),
        Refusal(500, "InternalServerError", "POST \(sessions)", state: .failing),
    ]

    /// Of several faults the first in the order of checks is told: the caller's right before what
    /// the body says. Source: contract errors.md.
    private static let order: [Refusal] =
        [
            ("POST", drives, "{"), ("PATCH", "\(drives)/\(policy)", "{"),
            ("POST", "\(drives)/\(policy)/driveInclusionRules", "{"), ("POST", sessions, "{"),
            ("PATCH", "\(sessions)/\(session)", "{"),
            ("POST", "\(sessions)/\(session)/driveRestoreArtifactsBulkAdditionRequests", "{"),
            ("POST", "\(root)/oneDriveForBusinessBrowseSessions", "{"), ("POST", "\(root)/enable", "{"),
            ("PATCH", "\(root)/emailNotificationsSetting", "{"),
            ("POST", "\(drives)/\(policy)/driveProtectionUnitsBulkAdditionJobs", "{"),
        ].map { Refusal(403, "AppNotController", "\($0.0) \($0.1)", body: $0.2, state: .foreign) } + [
            Refusal(404, "PolicyNotFound", "PATCH \(drives)/\(unknown)", body: "{", state: .foreign),
            Refusal(404, "itemNotFound", "POST \(root)/serviceApps/\(unknown)/activate", body: "{"),
            Refusal(403, "ServiceNotEnabled", "POST \(drives)", body: "{", state: .disabled),
            Refusal(
                403, "RestoreSessionActionNotAllowed",
                "POST \(sessions)/\(session)/driveRestoreArtifactsBulkAdditionRequests", body: "{", state: .running),
            Refusal(400, "InvalidPolicyId", "PATCH \(drives)/abc", body: "{", state: .foreign),
        ]

    private static func patch(_ entries: String) -> String { #"{"driveRestoreArtifacts@delta":[\#(entries)]}"# }

    private static let restores: [Refusal] = [
        Refusal(
            400, "InvalidPathType", "POST \(sessions)",
            body: #"{"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(point)"}}]}"#),
        Refusal(
            400, "InvalidPathType", "POST \(sessions)",
            body: #"{"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(point)"},"destinationType":"moon"}]}"#),
        Refusal(400, "InvalidArtifactRequest", "POST \(sessions)", body: #"{"driveRestoreArtifacts":[]}"#),
        Refusal(
            400, "InvalidRestorePoint", "POST \(sessions)",
            body: #"{"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(unknown)"},"destinationType":"new"}]}"#),
        Refusal(
            400, "DuplicateArtifactInList", "POST \(sessions)",
            body: #"""
                {"driveRestoreArtifacts":[{"restorePoint":{"id":"\#(point)"},"destinationType":"new"},\#
                {"restorePoint":{"id":"\#(point)"},"destinationType":"new"}]}
                """#
        ),
        Refusal(
            413, "RestoreArtifactsLimitBreached", "POST \(sessions)",
            body: #"{"driveRestoreArtifacts":[\#(artifacts(51))]}"#),
        Refusal(400, "RestoreArtifactsLimitBreached", "PATCH \(sessions)/\(session)", body: patch(artifacts(51))),
        Refusal(
            400, "DuplicateArtifactInList", "PATCH \(sessions)/\(session)",
            body: patch(#"{"restorePoint":{"id":"\#(point)"},"destinationType":"new"}"#)),
        Refusal(
            400, "InvalidRestorePoint", "PATCH \(sessions)/\(session)",
            body: patch(#"{"restorePoint":{"id":"\#(unknown)"},"destinationType":"new"}"#)),
        Refusal(
            400, "InvalidPatchRequest", "PATCH \(sessions)/\(session)", body: #"{"driveRestoreArtifacts@delta":7}"#),
        Refusal(400, "InvalidRestoreSessionId", "GET \(root)/restoreSessions/abc"),
        Refusal(400, "InvalidRestoreSessionId", "GET \(sessions)/abc/driveRestoreArtifacts"),
        Refusal(404, "RestoreSessionNotFound", "GET \(root)/restoreSessions/\(unknown)"),
        Refusal(404, "RestoreSessionNotFound", "DELETE \(sessions)/\(unknown)"),
        Refusal(404, "RestoreSessionNotFound", "POST \(root)/restoreSessions/\(unknown)/activate"),
        Refusal(404, "RestoreSessionNotFound", "GET \(root)/sharePointRestoreSessions/\(session)"),
        Refusal(
            403, "RestoreSessionActionNotAllowed", "PATCH \(sessions)/\(session)",
            body: patch(#"{"@removed":{"reason":"changed"},"id":"\#(artifact)"}"#), state: .running),
        Refusal(403, "RestoreSessionActionNotAllowed", "DELETE \(root)/restoreSessions/\(session)", state: .running),
        Refusal(
            403, "RestoreSessionActionNotAllowed", "POST \(root)/restoreSessions/\(session)/activate", state: .running),
        Refusal(
            500, "TooManyActiveRestoreSessions", "POST \(root)/restoreSessions/\(session)/activate", state: .crowded),
    ]

    private static let service: [Refusal] = [
        Refusal(400, "InvalidAppOwnerTenantId", "POST \(root)/enable", body: #"{"appOwnerTenantId":"abc"}"#),
        Refusal(403, "ServiceAppActionNotAllowed", "POST \(root)/serviceApps/\(World.application)/deactivate"),
        Refusal(
            400, "InvalidRecipients", "PATCH \(root)/emailNotificationsSetting",
            body: #"{"recipients":{"role":"globalAdmins","customRecipients":[]}}"#),
        Refusal(404, "Request_ResourceNotFound", "GET /users/nobody"),
    ]
}
