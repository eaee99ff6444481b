import Catalog
import Foundation

@testable import Sandbox

/// The same refusals at every operation that `errors.md` names, and what it recommends where
/// no code is published.
extension Refusal {
    private static let root = "/solutions/backupRestore"
    private static let policies = root + "/oneDriveForBusinessProtectionPolicies"
    private static let sessions = root + "/oneDriveForBusinessRestoreSessions"
    private static let policy = policies + "/" + World.id(1, .oneDriveForBusiness)
    private static let session = sessions + "/" + World.id(4, .oneDriveForBusiness)
    private static let rules = policy + "/driveInclusionRules"
    private static let point = World.id(3, .oneDriveForBusiness)
    private static let unknown = World.unknown

    static let everywhere: [Refusal] = [
        Refusal(400, "InvalidPolicyId", "POST \(root)/protectionPolicies/abc/deactivate"),
        Refusal(400, "InvalidPolicyId", "GET \(policies)/abc/driveProtectionUnits"),
        Refusal(404, "PolicyNotFound", "POST \(root)/protectionPolicies/\(unknown)/activate"),
        Refusal(
            400, "ProtectionUnitActionNotAllowed", "PATCH \(policy)",
            body: #"""
                {"driveProtectionUnits@delta":[{"@removed":{"reason":"changed"},\#
                "id":"\#(World.id(2, .oneDriveForBusiness))"}]}
                """#, state: .ruled),
        Refusal(
            403, "OperationNotAllowed", "PATCH /beta\(root)/driveProtectionUnits/\(World.id(2, .oneDriveForBusiness))",
            body: #"{"billingPolicyId":"\#(unknown)"}"#),
        Refusal(400, "InvalidInclusionRuleId", "POST \(rules)/abc/run"),
        Refusal(400, "InvalidInclusionRuleId", "POST \(rules)/abc/deleteAndUnprotect"),
        Refusal(404, "ProtectionRuleNotFound", "DELETE \(rules)/\(unknown)"),
        Refusal(404, "ProtectionRuleNotFound", "POST \(rules)/\(unknown)/deleteAndUnprotect"),
        Refusal(400, "InvalidRestoreSessionId", "PATCH \(sessions)/abc", body: "{}"),
        Refusal(400, "InvalidRestoreSessionId", "DELETE \(root)/restoreSessions/abc"),
        Refusal(400, "InvalidRestoreSessionId", "POST \(root)/restoreSessions/abc/activate"),
        Refusal(404, "RestoreSessionNotFound", "PATCH \(sessions)/\(unknown)", body: "{}"),
        Refusal(400, "InvalidArtifactRequest", "PATCH \(session)", body: #"{"driveRestoreArtifacts@delta":[]}"#),
    ]

    private static func whole(_ point: String, _ destination: String = "new") -> String {
        #"{"restorePoint":{"id":"\#(point)"},"destinationType":"\#(destination)"}"#
    }

    /// Where the pages publish no code or no answer. Source: contract errors.md, the
    /// sentences below the tables.
    static let recommended: [Refusal] = [
        Refusal(
            400, "InvalidCreateRequest", "POST /beta\(sessions)",
            body: #"{"conflictBehavior":"rename","driveRestoreArtifacts":[\#(whole(point))]}"#),
        Refusal(
            400, "InvalidArtifactRequest", "POST \(sessions)",
            body: #"""
                {"driveRestoreArtifacts":[\#(whole(point))],"granularDriveRestoreArtifacts":[{"id":"a",\#
                "browseSessionId":"b"}]}
                """#
        ),
        Refusal(
            400, "DifferentRestoreDestinationType", "POST \(sessions)",
            body: #"{"driveRestoreArtifacts":[\#(whole(point)),\#(whole(World.secondPoint, "inPlace"))]}"#,
            state: .twoPoints),
        Refusal(
            400, "DifferentRestoreDestinationType", "PATCH \(session)",
            body: #"{"driveRestoreArtifacts@delta":[\#(whole(World.secondPoint, "inPlace"))]}"#, state: .twoPoints),
        Refusal(
            400, "InvalidArtifactRequest", "POST \(root)/restoreSessions/\(World.emptySession)/activate",
            state: .empty),
        Refusal(
            403, "ServiceAppActionNotAllowed", "POST \(root)/serviceApps/\(World.otherApplications[1])/activate",
            body: #"{"effectiveDateTime":"2026-03-20T00:00:00Z"}"#, state: .handOver),
        Refusal(403, "ServiceAppActionNotAllowed", "DELETE \(root)/serviceApps/\(World.application)", state: .handOver),
        Refusal(
            400, "InvalidEffectiveDateTime", "POST \(root)/serviceApps/\(World.otherApplications[1])/activate",
            body: #"{"effectiveDateTime":"2026-03-10T00:00:00Z"}"#, state: .others),
        Refusal(
            501, "notImplemented", "POST \(root)/restorePoints/search",
            body: #"""
                {"protectionUnitIds":["\#(World.id(2, .exchange))"],\#
                "protectionTimePeriod":{"startDateTime":"2026-01-01T00:00:00Z"},
                """#
                    + #""artifactQuery":{"artifactType":"message","queryExpression":"(subject -contains 'invoice')"}}"#
        ),
    ]

    /// Bodies that are no description of anything.
    static let bodies: [Refusal] = [
        Refusal(400, "BadRequest", "POST \(root)/serviceApps", body: "[null]"),
        Refusal(400, "BadRequest", "PATCH \(policy)"),
        Refusal(400, "InvalidPatchRequest", "PATCH \(session)"),
        Refusal(400, "BadRequest", "PATCH \(root)/emailNotificationsSetting"),
    ]

    /// What is refused before anything is looked at. Source: contract errors.md, generic errors.
    static let outer: [Refusal] = [
        Refusal(401, "InvalidAuthenticationToken", "GET \(root)", state: .stranger),
        Refusal(401, "InvalidAuthenticationToken", "POST \(policies)", body: "{", state: .stranger),
        Refusal(
            413, "requestEntityTooLarge", "POST \(policies)",
            body: #"{"displayName":"\#(String(repeating: "x", count: 5 << 20))"}"#),
        Refusal(
            429, "activityLimitReached", "POST \(root)/restoreSessions/\(World.id(4, .oneDriveForBusiness))/activate",
            state: .spent),
        Refusal(429, "TooManyRequests", "GET \(root)", state: .throttled),
        Refusal(503, "serviceNotAvailable", "GET \(root)", state: .overloaded),
    ]

    /// What can be ordered through the sandbox, of a request that would otherwise make something.
    static let ordered = FaultCodes.ofRequests.sorted { $0.key < $1.key }.map {
        Refusal($0.value, $0.key, "POST \(sessions)", state: .ordered)
    }
}
