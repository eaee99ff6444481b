import BackupTesting
import ProtectionRules
import ProtectionService
import BackupWork
import Catalog
import Foundation
import OData
import Testing

@Suite struct BulkRestoreTests {
    private let sessions = "/oneDriveForBusinessRestoreSessions"

    private func request(_ drives: [String] = [RestoreHarness.ada], ids: [String] = []) -> JSONObject {
        [
            "displayName": "Everyone", "destinationType": "new", "restorePointPreference": "latest",
            "tags": "fastRestore",
            "protectionTimePeriod": ["startDateTime": "2026-02-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"],
            "drives": .array(drives.map { .string($0) }), "directoryObjectIds": .array(ids.map { .string($0) }),
        ]
    }

    @Test func `entries become artifacts when the session is activated, and the rest is told`() async throws {
        let harness = try await RestoreHarness()
        let keys = [try harness.key(RestoreHarness.ada), try harness.key(RestoreHarness.ben)]
        let units = try await harness.protect(.oneDriveForBusiness, keys)
        let session = await harness.send("POST", sessions)
        #expect(session.json["restoreJobType"]?.stringValue == "standard")
        let path = "\(sessions)/\(session.id)/driveRestoreArtifactsBulkAdditionRequests"
        let unknown = UUID().uuidString.lowercased()
        let created = await harness.send(
            "POST", path, .object(request(["ADA@contoso.example", "nobody@contoso.example"], ids: [keys[1], unknown])))
        #expect(created.status == 201, "\(created.text)")
        #expect(created.json["status"]?.stringValue == "active")
        #expect(created.json["drives"] == [])
        #expect(created.json["directoryObjectIds"] == [])
        #expect(created.json["tags"]?.stringValue == "fastRestore")
        #expect(created.headers["Location"]?.hasSuffix("/\(created.id)") == true)
        #expect(
            await harness.send("GET", "/restoreSessions/\(session.id)").json["restoreJobType"]?.stringValue == "bulk")
        // It waits for the activation.
        try await harness.settle()
        #expect(await harness.send("GET", "\(path)/\(created.id)").json["status"]?.stringValue == "active")
        let early = await harness.send("DELETE", "\(path)/\(created.id)")
        #expect(early.status == 403)
        #expect(early.code == "InvalidStateForBulkRequestDeletion")
        #expect(await harness.send("POST", "/restoreSessions/\(session.id)/activate").status == 200)
        try await harness.settle()
        let done = await harness.send("GET", "\(path)/\(created.id)")
        #expect(done.json["status"]?.stringValue == "completedWithErrors")
        #expect(done.json["error"]?["code"]?.stringValue == "ProtectionResourcesNotFound")
        let details = done.json["error"]?["details"]?.arrayValue ?? []
        #expect(details.map { $0["code"]?.stringValue } == ["EmailNotFound", "DirectoryObjectIdNotFound"])
        #expect(details.map { $0["target"]?.stringValue } == ["nobody@contoso.example", unknown])
        let artifacts = await harness.send("GET", "\(sessions)/\(session.id)/driveRestoreArtifacts")
        #expect(artifacts.values.map { $0["status"]?.stringValue } == ["succeeded", "succeeded"], "\(artifacts.text)")
        #expect(artifacts.values.first?["restorePoint"]?["protectionDateTime"]?.stringValue == "2026-03-01T08:00:00Z")
        #expect(
            Set(artifacts.values.map { $0["restoredSiteName"]?.stringValue }) == [
                "\(RestoreHarness.ada)R0", "\(RestoreHarness.ben)R0",
            ])
        #expect(harness.folder.read("sites/\(RestoreHarness.ben)R0/Documents/a.txt") == "of Ben")
        #expect(
            await harness.send("GET", "/restoreSessions/\(session.id)").json["status"]?.stringValue
                == "completedWithError")
        let list = await harness.send("GET", path)
        try #require(list.values.count == 1)
        #expect(list.values[0]["drives"] == nil)
        #expect(list.values[0]["directoryObjectIds"] == nil)
        #expect(list.values[0]["displayName"] != nil)
        #expect(await harness.send("GET", path + "/$count").text == "1")
        #expect(await harness.send("DELETE", "\(path)/\(created.id)").status == 204)
        #expect(await harness.send("GET", "\(path)/\(created.id)").code == "BulkRestoreArtifactsNotFound")
        #expect(units.count == 2)
    }

    @Test func `the point is chosen by period, preference and tag`() async throws {
        let harness = try await RestoreHarness()
        let (unit, first) = try await harness.protectedDrive()
        try harness.folder.write("drives/\(RestoreHarness.ada)/later.txt", "later")
        let second = try await harness.newPoint(of: unit)
        for (preference, expected) in [("oldest", first), ("latest", second)] {
            let session = await harness.send("POST", sessions)
            var body = request()
            body["restorePointPreference"] = .string(preference)
            let path = "\(sessions)/\(session.id)/driveRestoreArtifactsBulkAdditionRequests"
            let created = await harness.send("POST", path, .object(body))
            _ = await harness.send("POST", "/restoreSessions/\(session.id)/activate")
            try await harness.settle()
            #expect(await harness.send("GET", "\(path)/\(created.id)").json["status"]?.stringValue == "completed")
            let artifacts = await harness.send("GET", "\(sessions)/\(session.id)/driveRestoreArtifacts")
            #expect(artifacts.values.map { $0["restorePoint"]?["id"]?.stringValue } == [expected.id])
            #expect(
                await harness.send("GET", "/restoreSessions/\(session.id)").json["status"]?.stringValue == "completed")
        }
    }

    @Test func `where nothing resolves the session has failed`() async throws {
        let harness = try await RestoreHarness()
        _ = try await harness.protectedDrive()
        let session = await harness.send("POST", sessions)
        var body = request()
        body["protectionTimePeriod"] = ["endDateTime": "2020-01-01T00:00:00Z"]
        let path = "\(sessions)/\(session.id)/driveRestoreArtifactsBulkAdditionRequests"
        let created = await harness.send("POST", path, .object(body))
        _ = await harness.send("POST", "/restoreSessions/\(session.id)/activate")
        try await harness.settle()
        #expect(
            await harness.send("GET", "\(path)/\(created.id)").json["error"]?["details"]?.arrayValue?.first?["code"]?
                .stringValue == "ArtifactNotFound")
        let ended = await harness.send("GET", "/restoreSessions/\(session.id)", prefer: "include-unknown-enum-members")
        #expect(ended.json["status"]?.stringValue == "failed")
        #expect(ended.json["completedDateTime"]?.stringValue != nil)
    }

    @Test func `requests that make no sense are refused and change nothing`() async throws {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let session = await harness.send("POST", sessions)
        let path = "\(sessions)/\(session.id)/driveRestoreArtifactsBulkAdditionRequests"
        func changed(_ name: String, _ value: JSONValue) -> JSONValue {
            var object = request()
            object[name] = value
            return .object(object)
        }
        let invalid = "BulkRestoreInvalidCreateRequest"
        let refused: [(String, JSONValue?)] = [
            (invalid, nil), (invalid, [:]), (invalid, changed("drives", [])),
            (invalid, changed("destinationType", .null)), (invalid, changed("tags", "none such")),
            (invalid, changed("protectionTimePeriod", .null)), (invalid, changed("protectionUnitIds", ["x"])),
            (invalid, changed("directoryObjectIds", ["x"])),
            (
                invalid,
                changed(
                    "protectionTimePeriod",
                    ["startDateTime": "2026-04-01T00:00:00Z", "endDateTime": "2026-03-01T00:00:00Z"])
            ),
            ("BulkRestoreInvalidCreateRequestUserEmail", changed("drives", ["no address"])),
            ("BulkRestoreInvalidCreateRequestUserEmail", changed("drives", [""])),
            (
                "BulkRestoreRestorationResourcesCountExceedsLimit",
                changed("drives", .array(Array(repeating: .string(RestoreHarness.ada), count: 3001)))
            ),
        ]
        for (code, body) in refused {
            let answer = await harness.send("POST", path, body)
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer.code == code, "\(answer.text)")
        }
        #expect(await harness.send("GET", path + "/$count").text == "0")
        #expect(
            await harness.send(
                "POST", "\(sessions)/nonsense/driveRestoreArtifactsBulkAdditionRequests", .object(request())
            ).code == "InvalidBulkRestoreArtifactId")
        #expect(await harness.send("GET", "\(path)/nonsense").code == "InvalidBulkRestoreArtifactId")
        let missing = await harness.send("GET", "\(path)/\(UUID().uuidString)")
        #expect(missing.status == 404)
        #expect(missing.code == "BulkRestoreArtifactsNotFound")
        #expect(await harness.send("PATCH", "\(path)/\(UUID().uuidString)", [:]).status == 405)
        let stranger = await harness.send(
            "POST", "\(sessions)/\(UUID().uuidString)/driveRestoreArtifactsBulkAdditionRequests", .object(request()))
        #expect(stranger.status == 404)
        #expect(stranger.code == "RestoreSessionNotFound")
        // Kinds are never mixed, in either order.
        let whole: JSONValue = [["restorePoint": ["id": .string(point.id)], "destinationType": "new"]]
        let standard = await harness.send("POST", sessions, ["driveRestoreArtifacts": whole])
        #expect(
            await harness.send(
                "POST", "\(sessions)/\(standard.id)/driveRestoreArtifactsBulkAdditionRequests", .object(request())
            ).code == invalid)
        #expect(await harness.send("POST", path, .object(request())).status == 201)
        #expect(
            await harness.send("POST", path, changed("destinationType", "inPlace")).code
                == "DifferentRestoreDestinationType")
        #expect(
            await harness.send("PATCH", "\(sessions)/\(session.id)", ["driveRestoreArtifacts@delta": whole]).code
                == "InvalidArtifactRequest")
        _ = await harness.send("POST", "/restoreSessions/\(session.id)/activate")
        #expect(await harness.send("POST", path, .object(request())).code == "RestoreSessionActionNotAllowed")
    }

    @Test func `sites and mailboxes have requests of their own`() async throws {
        let harness = try await RestoreHarness()
        let site = try harness.key("team")
        let unit = try await harness.protect(.sharePoint, [site])[0]
        let session = await harness.send("POST", "/sharePointRestoreSessions")
        let path = "/sharePointRestoreSessions/\(session.id)/siteRestoreArtifactsBulkAdditionRequests"
        var body = request()
        body = [
            "destinationType": "new", "protectionTimePeriod": try #require(body["protectionTimePeriod"]),
            "siteWebUrls": [.string((unit.siteWebUrl ?? "") + "/"), "https://x.example/sites/none"],
            "siteIds": [.string(UUID().uuidString.lowercased())],
        ]
        let created = await harness.send("POST", path, .object(body))
        #expect(
            created.status == 201,
            "\(created.text)")
        #expect(
            created.json["siteWebUrls"] == [],
            "\(created.text)")
        #expect(
            created.json["siteIds"] == [],
            "\(created.text)")
        body["siteWebUrls"] = ["team"]
        #expect(await harness.send("POST", path, .object(body)).code == "BulkRestoreInvalidCreateRequestSiteUrl")
        _ = await harness.send("POST", "/restoreSessions/\(session.id)/activate")
        try await harness.settle()
        let details = await harness.send("GET", "\(path)/\(created.id)").json["error"]?["details"]?.arrayValue ?? []
        #expect(details.map { $0["code"]?.stringValue } == ["SiteWebUrlNotFound", "SiteIdNotFound"])
        #expect(harness.folder.read("sites/teamR0/Shared/Work/plan.txt") == "the plan")
        let exchange = await harness.send("POST", "/exchangeRestoreSessions")
        let mail = await harness.send(
            "POST", "/exchangeRestoreSessions/\(exchange.id)/mailboxRestoreArtifactsBulkAdditionRequests",
            [
                "destinationType": "new", "protectionTimePeriod": ["startDateTime": "2026-02-01T00:00:00Z"],
                "mailboxes": [.string(RestoreHarness.ada)],
            ])
        #expect(mail.status == 201, "\(mail.text)")
        #expect(mail.json["mailboxes"] == [], "\(mail.text)")
    }
}
