import BackupTesting
import Catalog
import Foundation
import OData
import Testing

/// What belongs to a policy or to a session, inside of it.
@Suite struct ExpandTests {
    private static let root = "/v1.0/solutions/backupRestore"
    private static let policies = "\(root)/oneDriveForBusinessProtectionPolicies"

    /// A policy with 25 units, and a draft with two artifacts.
    private func world() async throws -> World {
        let world = try await World().enabled()
        try await world.catalog.store.write { writer in
            try writer.insert(world.policy(World.policy, .active))
            for number in 10..<35 {
                try writer.insert(
                    world.unit(
                        "u\(number)", of: "s\(number)", policy: World.policy, number < 20 ? .protected : .unprotected))
            }
            try writer.insert(world.point(World.point, of: "u10"))
            try writer.insert(world.session(World.session, .draft, artifacts: 2))
            for number in 0..<2 {
                try writer.insert(
                    world.artifact(
                        "a\(number)", of: World.session, point: World.point, unit: "u1\(number)", ordinal: number))
            }
        }
        return world
    }

    private func names(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap { $0["id"]?.stringValue }
    }

    @Test func `the units of a policy come page by page`() async throws {
        let world = try await world()
        let answer = await world.send("GET", "\(Self.policies)/\(World.policy)?$expand=driveProtectionUnits")
        #expect(answer.status == 200, "\(answer.text)")
        let first = names(answer.json["driveProtectionUnits"])
        #expect(first == (10..<30).map { "u\($0)" })
        let link = try #require(answer.json["driveProtectionUnits@odata.nextLink"]?.stringValue)
        let next = await world.send("GET", link.replacing("https://graph.backup.example", with: ""))
        #expect(names(next.json["value"]) == (30..<35).map { "u\($0)" })
        #expect(next.json["@odata.nextLink"] == nil)
    }

    @Test(arguments: [
        "protectionPolicies", "protectionPolicies/microsoft.graph.oneDriveForBusinessProtectionPolicy",
        "oneDriveForBusinessProtectionPolicies",
    ])
    func `options inside of the expansion choose, order and count`(list: String) async throws {
        let world = try await world()
        let inner = "$filter=status eq 'protected';$orderby=directoryObjectId desc;$top=3;$count=true;$select=id,status"
        let answer = await world.send("GET", "\(Self.root)/\(list)?$expand=driveProtectionUnits(\(inner))")
        let policy = try #require(answer.json["value"]?.arrayValue?.first, "\(answer.text)")
        #expect(names(policy["driveProtectionUnits"]) == ["u19", "u18", "u17"])
        #expect(policy["driveProtectionUnits@odata.count"] == 10)
        #expect(policy["driveProtectionUnits"]?.arrayValue?.first?["createdDateTime"] == nil)
        let link = try #require(policy["driveProtectionUnits@odata.nextLink"]?.stringValue)
        let next = await world.send("GET", link.replacing("https://graph.backup.example", with: ""))
        #expect(names(next.json["value"]).prefix(3) == ["u16", "u15", "u14"], "\(next.text.prefix(300))")
    }

    @Test func `every collection of a policy and of a session can be expanded`() async throws {
        let world = try await world()
        for (path, shown) in [
            (
                "\(Self.policies)/\(World.policy)",
                """
                driveInclusionRules,driveProtectionUnitsBulkAdditionJobs,driveExclusionUnits,\
                driveExclusionUnitsBulkAdditionJobs
                """
            ),
            (
                "\(Self.root)/oneDriveForBusinessRestoreSessions/\(World.session)",
                """
                driveRestoreArtifacts($expand=restorePoint),granularDriveRestoreArtifacts,\
                driveRestoreArtifactsBulkAdditionRequests
                """
            ),
            ("/v1.0/users/\(World.ines)", "drive"),
        ] {
            let answer = await world.send("GET", "\(path.replacing("v1.0", with: "beta"))?$expand=\(shown)")
            #expect(answer.status == 200, "\(answer.text)")
            for name in shown.replacing("($expand=restorePoint)", with: "").split(separator: ",") {
                #expect(answer.json[String(name)] != nil, "\(name): \(answer.text)")
            }
        }
    }

    @Test func `the artifacts of sessions are shown with their points, in lists of all workloads too`() async throws {
        let world = try await world()
        let answer = await world.send("GET", "\(Self.root)/restoreSessions?$expand=driveRestoreArtifacts")
        let session = answer.json["value"]?.arrayValue?.first
        #expect(names(session?["driveRestoreArtifacts"]) == ["a0", "a1"], "\(answer.text)")
        #expect(session?["driveRestoreArtifacts"]?.arrayValue?.first?["restorePoint"]?["id"] == .string(World.point))
    }

    @Test func `an expansion needs the permission of its list`() async throws {
        let world = try await world()
        let reader = World.principal(["BackupRestore-Restore.Read.All"])
        let path = "\(Self.root)/oneDriveForBusinessRestoreSessions/\(World.session)"
        #expect(await world.send("GET", "\(path)?$expand=driveRestoreArtifacts", as: reader).status == 200)
        let refused = await world.send("GET", "\(path)?$expand=granularDriveRestoreArtifacts", as: reader)
        #expect(refused.status == 403, "\(refused.text)")
        #expect(refused.errorCode == "accessDenied", "\(refused.text)")
    }

    @Test func `of a page with expansions no more than a hundred owners are shown`() async throws {
        let world = try await World().enabled()
        try await world.catalog.store.write { writer in
            for number in 100..<205 { try writer.insert(world.session("s\(number)", .draft)) }
        }
        let answer = await world.send(
            "GET", "\(Self.root)/restoreSessions?$top=999&$expand=driveRestoreArtifacts($top=999)")
        #expect(answer.json["value"]?.arrayValue?.count == 100)
        #expect(answer.json["@odata.nextLink"] != nil)
        #expect(answer.json["value"]?.arrayValue?.last?["driveRestoreArtifacts"] == [])
    }
}
