import BackupTesting
import ProtectionRules
import ProtectionService
import BackupWork
import Catalog
import Foundation
import OData
import Testing

@Suite struct SharePointRestoreTests {
    private let sessions = "/sharePointRestoreSessions"

    private func protectedSite(_ harness: RestoreHarness) async throws -> (unit: ProtectionUnit, point: RestorePoint) {
        let unit = try await harness.protect(.sharePoint, [harness.key("team")])[0]
        return (unit, try await harness.latestPoint(of: unit))
    }

    private func restore(
        _ harness: RestoreHarness, _ point: RestorePoint, _ destination: String
    ) async throws -> JSONValue {
        let body: JSONValue = [
            "siteRestoreArtifacts": [
                ["restorePoint": ["id": .string(point.id)], "destinationType": .string(destination)]
            ]
        ]
        let created = await harness.send("POST", sessions, body)
        #expect(created.status == 201, "\(created.text)")
        _ = await harness.send("POST", "/restoreSessions/\(created.id)/activate")
        try await harness.settle()
        let list = await harness.send("GET", "\(sessions)/\(created.id)/siteRestoreArtifacts")
        return try #require(list.values.first)
    }

    @Test func `a site with its libraries comes back in place and into new sites`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await protectedSite(harness)
        try harness.folder.write("sites/team/Shared/Work/plan.txt", "encrypted")
        try harness.folder.write("sites/team/Shared/new.txt", "newer")
        for number in 0..<2 {
            let made = try await restore(harness, point, "new")
            #expect(made["status"]?.stringValue == "succeeded", "\(made)")
            #expect(made["restoredSiteWebUrl"]?.stringValue == "\(unit.siteWebUrl ?? "")R\(number)")
            #expect(harness.folder.read("sites/teamR\(number)/Shared/Work/plan.txt") == "the plan")
            #expect(harness.folder.read("sites/teamR\(number)/Pictures/one.jpg") == "picture")
        }
        #expect(harness.folder.read("sites/team/Shared/Work/plan.txt") == "encrypted")
        let back = try await restore(harness, point, "inPlace")
        #expect(back["status"]?.stringValue == "succeeded", "\(back)")
        #expect(back["restoredSiteId"]?.stringValue == unit.sourceId, "\(back)")
        #expect(harness.folder.read("sites/team/Shared/Work/plan.txt") == "the plan")
        #expect(try harness.folder.names("sites/team/Shared") == ["Work"])
    }

    @Test func `a site is browsed by its libraries`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await protectedSite(harness)
        let browse = try await harness.browseSession(point)
        let site = try #require(try await harness.items(browse).values.first)
        #expect(site["type"]?.stringValue == "site")
        #expect(site["webUrl"]?.stringValue == unit.siteWebUrl)
        let libraries = try await harness.items(browse, try #require(site["itemKey"]?.stringValue))
        #expect(libraries.keys.sorted() == ["Pictures", "Shared"])
        #expect(libraries["Shared"]?["type"]?.stringValue == "documentLibrary")
        #expect(libraries["Shared"]?["itemsCount"] == .int(1))
    }

    @Test func `single items of a library are restored into the library`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await protectedSite(harness)
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Shared", "Work"])
        #expect(key.split(separator: ",").count == 4)
        try harness.folder.remove("sites/team/Shared/Work")
        let created = await harness.send("POST", sessions, ["granularSiteRestoreArtifacts": [item(browse, key)]])
        #expect(created.status == 201, "\(created.text)")
        _ = await harness.send("POST", "/restoreSessions/\(created.id)/activate")
        try await harness.settle()
        let artifact = try #require(
            await harness.send("GET", "\(sessions)/\(created.id)/granularSiteRestoreArtifacts").values.first)
        #expect(artifact["status"]?.stringValue == "succeeded", "\(artifact)")
        #expect(artifact["siteId"]?.stringValue == unit.sourceId, "\(artifact)")
        #expect(artifact["restoredItemPath"]?.stringValue == "Shared/Recovered Items 2026-03-01, 08.00")
        #expect(harness.folder.read("sites/team/Shared/Recovered Items 2026-03-01, 08.00/Work/plan.txt") == "the plan")
    }

    private func item(_ browse: String, _ key: String) -> JSONValue {
        ["browseSessionId": .string(browse), "itemKey": .string(key)]
    }

    @Test func `an item of a site is not restored by a session for drives`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await protectedSite(harness)
        let browse = try await harness.browseSession(point)
        let key = try await harness.itemKey(browse, ["Shared", "Work"])
        let drive = await harness.send(
            "POST", "/oneDriveForBusinessRestoreSessions", ["granularDriveRestoreArtifacts": [item(browse, key)]])
        #expect(drive.code == "InvalidArtifactRequest")
    }

    @Test func `a mixed request is refused`() async throws {
        let harness = try await RestoreHarness()
        let (unit, point) = try await protectedSite(harness)
        let later = try await harness.newPoint(of: unit)
        let body: JSONValue = [
            "siteRestoreArtifacts": [
                ["restorePoint": ["id": .string(point.id)], "destinationType": "new"],
                ["restorePoint": ["id": .string(later.id)], "destinationType": "inPlace"],
            ]
        ]
        let answer = await harness.send("POST", sessions, body)
        #expect(answer.status == 400)
        #expect(answer.code == "DifferentRestoreDestinationType")
    }
}
