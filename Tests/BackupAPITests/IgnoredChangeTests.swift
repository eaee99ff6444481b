import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

/// A request that cannot be done is refused: 200 always means that it was.
@Suite struct IgnoredChangeTests {
    private static let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]
    private static let policies = "/oneDriveForBusinessProtectionPolicies"

    @Test(arguments: [
        "driveProtectionUnit@delta", "driveProtectionUnits@detla", "driveProtectionUnits@odata.delta",
        "siteProtectionUnits@delta", "siteProtectionUnits",
        "driveInclusionRules@delta", "mailboxProtectionUnits@delta",
    ])
    func `a change of a policy that names no units of it is refused by its name`(member: String) async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        var body: JSONObject = ["displayName": "Other"]
        body[member] = [Self.adele]
        let answer = await api.call("PATCH", "\(Self.policies)/\(policy)", .object(body))
        #expect(answer.status == 400, "\(answer)")
        #expect(answer["error"]?["message"]?.stringValue?.contains(member) == true, "\(answer)")
        #expect(await api.call("GET", "\(Self.policies)/\(policy)").body?.text("displayName") == "P")
    }

    @Test(
        arguments: [
            (["displayName": "P", "driveProtectionUnits@delta": [adele]], "driveProtectionUnits@delta"),
            (
                ["displayName": "P", "driveExclusionUnits": [adele], "protectionMode": "fullServiceBackup"],
                "driveExclusionUnits"
            ),
            (
                [
                    "displayName": "P",
                    "driveProtectionUnits": [
                        ["directoryObjectId": .string(ContosoTenant.personID("adele")), "polcyId": "x"]
                    ],
                ], "driveProtectionUnits[0]/polcyId"
            ),
            (
                [
                    "displayName": "P",
                    "retentionSettings": [["interval": "R/P1W", "period": "P365D", "perod@odata.type": "x"]],
                ], "retentionSettings[0]/perod@odata.type"
            ),
        ] as [(JSONValue, String)])
    func `a policy is not created without what its body asks for`(body: JSONValue, named: String) async throws {
        let api = try await ProtectionAPI()
        let answer = await api.call("POST", Self.policies, body, beta: true)
        #expect(answer.status == 400, "\(answer)")
        #expect(answer.text.contains(named), "\(answer)")
        #expect(try await api.service.catalog.count(Query<ProtectionPolicy>()) == 0)
    }

    @Test func `ids in upper case name the same things`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false).uppercased()
        let path = "\(Self.policies)/\(policy)"
        let added = await api.call(
            "PATCH", path,
            [
                "driveProtectionUnits@delta": [
                    ["directoryObjectId": .string(ContosoTenant.personID("adele").uppercased())]
                ]
            ])
        let unit = try #require(added["driveProtectionUnits@delta"]?.arrayValue?.first?.text("id")).uppercased()
        for list in [
            "/protectionUnits?$filter=id%20eq%20'\(unit)'", "/driveProtectionUnits?$filter=policyId%20eq%20'\(policy)'",
            "\(path)/driveProtectionUnits?$filter=id%20in%20('\(unit)')",
            """
            /driveProtectionUnits?$filter=directoryObjectId%20eq%20'\(ContosoTenant.personID("adele").uppercased())'
            """,
            "/driveProtectionUnits?$filter=createdBy/application/id%20eq%20\(ProtectionAPI.app.uppercased())",
        ] {
            let answer = await api.call("GET", list)
            #expect(answer.values.count == 1, "\(list): \(answer)")
        }
        #expect(await api.call("GET", "\(path)/driveProtectionUnits/\(unit)").status == 200)
        let removed = await api.call(
            "PATCH", path, ["driveProtectionUnits@delta": [["@removed": ["reason": "changed"], "id": .string(unit)]]])
        #expect(removed["driveProtectionUnits@delta"]?.arrayValue?.first?.text("status") != nil, "\(removed)")
        #expect(await api.call("GET", "/reports/getStatisticsByPolicy(policyId='\(policy)')", beta: true).status == 200)
    }
}

/// The same of restore sessions.
@Suite struct IgnoredSessionChangeTests {
    private let sessions = "/oneDriveForBusinessRestoreSessions"

    private func artifact(_ point: RestorePoint) -> JSONValue {
        ["restorePoint": ["id": .string(point.id)], "destinationType": "new"]
    }

    /// A draft with the whole drive.
    private func draft(_ harness: RestoreHarness, _ point: RestorePoint) async throws -> APIAnswer {
        let made = await harness.send("POST", sessions, ["driveRestoreArtifacts": [artifact(point)]])
        try #require(made.status == 201, "\(made.text)")
        return made
    }

    @Test(arguments: [
        "driveRestoreArtifact@delta", "driveRestoreArtifacts@detla", "driveRestoreArtifacts@odata.delta",
        "siteRestoreArtifacts@delta",
        "@microsoft.graph.conflictBehavior", "driveRestoreArtifactsBulkAdditionRequests@delta",
    ])
    func `a change that names no artifacts of the session is refused by its name`(member: String) async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = try await draft(harness, point)
        var body: JSONObject = ["driveRestoreArtifacts@delta": [["@removed": ["reason": "changed"], "id": "x"]]]
        body[member] = "fail"
        let answer = await harness.send("PATCH", "\(sessions)/\(session.id)", .object(body))
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == "InvalidPatchRequest", "\(answer.text)")
        #expect(
            answer.json["error"]?["message"]?.stringValue?.contains("conflict") == true || answer.text.contains(member),
            "\(answer.text)")
    }

    @Test func `taking out what a session does not have is told for that entry alone`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = try await draft(harness, point)
        let path = "\(sessions)/\(session.id)"
        let id = try #require(await harness.send("GET", "\(path)/driveRestoreArtifacts").values.first?.text("id"))
        let removal = { (id: String) -> JSONValue in ["@removed": ["reason": "changed"], "id": .string(id)] }
        let unknown = UUID().uuidString.lowercased()
        let answer = await harness.send(
            "PATCH", path, ["driveRestoreArtifacts@delta": [removal(unknown), removal(id.uppercased())]])
        #expect(answer.status == 200, "\(answer.text)")
        let entries = answer.json["driveRestoreArtifacts@delta"]?.arrayValue ?? []
        let exception = entries.first?["@Core.DataModificationException"]
        #expect(exception?.text("failedOperation") == "remove", "\(answer.text)")
        #expect(exception?["info"]?.text("code") == "ArtifactNotFound", "\(answer.text)")
        #expect(entries.first?.text("id") == unknown)
        #expect(entries.first?.text("@contentId") != nil)
        #expect(entries.last?["@removed"] != nil)
        #expect(entries.count == 2)
        #expect(await harness.send("GET", "\(path)/driveRestoreArtifacts/$count").text == "0")
        let twice = await harness.send(
            "PATCH", path, ["driveRestoreArtifacts@delta": [removal(unknown), removal(unknown)]])
        #expect(twice.status == 400, "\(twice.text)")
        #expect(twice.code == "DuplicateArtifactInList", "\(twice.text)")
    }

    @Test func `taking out an item that a session does not have is told for that entry alone`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Documents", "Plans"])
        let session = await harness.send(
            "POST", sessions,
            ["granularDriveRestoreArtifacts": [["browseSessionId": .string(browse), "itemKey": .string(key)]]])
        let answer = await harness.send(
            "PATCH", "\(sessions)/\(session.id)",
            ["granularDriveRestoreArtifacts@delta": [["@removed": ["reason": "changed"], "id": "a,b,c"]]])
        #expect(answer.status == 200, "\(answer.text)")
        #expect(
            answer.json["granularDriveRestoreArtifacts@delta"]?.arrayValue?.first?["@Core.DataModificationException"]
                != nil, "\(answer.text)")
        #expect(await harness.send("GET", "\(sessions)/\(session.id)/granularDriveRestoreArtifacts/$count").text == "1")
    }

    @Test(
        arguments: [
            ["granularDriveRestoreArtifacts": [["browseSessionId": "b", "id": "k", "destinationTpye": "inPlace"]]],
            [
                "granularDriveRestoreArtifacts": [["browseSessionId": "b", "id": "k"]],
                "@microsoft.graph.conflictBehaviour": "replace",
            ],
            ["driveRestoreArtifacts": [["restorePoint": ["id": "p", "idd": "q"], "destinationType": "new"]]],
        ] as [JSONValue])
    func `a session is not created without what its body asks for`(body: JSONValue) async throws {
        let harness = try await RestoreHarness()
        let answer = await harness.send("POST", sessions, body, version: "beta")
        #expect(answer.status == 400, "\(answer.text)")
        #expect(
            ["destinationTpye", "conflictBehaviour", "restorePoint/idd"].contains { answer.text.contains($0) },
            "\(answer.text)")
    }

    @Test func `the policy of a draft can be changed, and its units must belong to it`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await harness.protectedDrive()
        let session = try await draft(harness, point)
        let path = "\(sessions)/\(session.id)"
        let other = await harness.send("PATCH", path, ["policyId": .string(UUID().uuidString)], version: "beta")
        #expect(other.status == 400, "\(other.text)")
        #expect(other.code == "InvalidArtifactRequest", "\(other.text)")
        let policy = try #require(unit.policyId)
        #expect(
            await harness.send("PATCH", path, ["policyId": .string(policy.uppercased())], version: "beta").status == 200
        )
        #expect(await harness.send("GET", path, version: "beta").json.text("policyId") == policy)
        #expect(await harness.send("PATCH", path, ["policyId": "x"], version: "beta").code == "InvalidPolicyId")
    }
}
