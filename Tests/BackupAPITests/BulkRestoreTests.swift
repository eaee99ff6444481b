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

    /// Ada and Ben protected, and a session with a request that names both, a stranger
    /// and an unknown id.
    private struct Scene {
        let harness: RestoreHarness
        let session: String
        let created: APIAnswer
        let unknown: String
        var path: String {
            "/oneDriveForBusinessRestoreSessions/\(session)/driveRestoreArtifactsBulkAdditionRequests"
        }
        var request: String { "\(path)/\(created.id)" }

        func activate() async throws {
            #expect(await harness.send("POST", "/restoreSessions/\(session)/activate").status == 200)
            try await harness.settle()
        }
    }

    private func scene() async throws -> Scene {
        let harness = try await RestoreHarness()
        let keys = [try harness.key(RestoreHarness.ada), try harness.key(RestoreHarness.ben)]
        #expect(try await harness.protect(.oneDriveForBusiness, keys).count == 2)
        let session = await harness.send("POST", sessions)
        #expect(session.json["restoreJobType"]?.stringValue == "standard")
        let unknown = UUID().uuidString.lowercased()
        let created = await harness.send(
            "POST", "\(sessions)/\(session.id)/driveRestoreArtifactsBulkAdditionRequests",
            .object(request(["ADA@contoso.example", "nobody@contoso.example"], ids: [keys[1], unknown])))
        return Scene(harness: harness, session: session.id, created: created, unknown: unknown)
    }

    @Test func `a request is made active, without its lists, and its session is one of requests`() async throws {
        let scene = try await scene()
        #expect(scene.created.status == 201, "\(scene.created.text)")
        #expect(scene.created.json["status"]?.stringValue == "active")
        #expect(scene.created.json["drives"] == [])
        #expect(scene.created.json["directoryObjectIds"] == [])
        #expect(scene.created.json["tags"]?.stringValue == "fastRestore")
        #expect(scene.created.headers["Location"]?.hasSuffix("/\(scene.created.id)") == true)
        let session = await scene.harness.send("GET", "/restoreSessions/\(scene.session)")
        #expect(session.json["restoreJobType"]?.stringValue == "bulk")
    }

    @Test func `a request waits for the activation of its session, and is not deleted before`() async throws {
        let scene = try await scene()
        try await scene.harness.settle()
        #expect(await scene.harness.send("GET", scene.request).json["status"]?.stringValue == "active")
        let early = await scene.harness.send("DELETE", scene.request)
        #expect(early.status == 403)
        #expect(early.code == "InvalidStateForBulkRequestDeletion")
    }

    @Test func `what a request names in vain is told when it is done`() async throws {
        let scene = try await scene()
        try await scene.activate()
        let done = await scene.harness.send("GET", scene.request)
        #expect(done.json["status"]?.stringValue == "completedWithErrors")
        #expect(done.json["error"]?["code"]?.stringValue == "ProtectionResourcesNotFound")
        let details = done.json["error"]?["details"]?.arrayValue ?? []
        #expect(details.map { $0["code"]?.stringValue } == ["EmailNotFound", "DirectoryObjectIdNotFound"])
        #expect(details.map { $0["target"]?.stringValue } == ["nobody@contoso.example", scene.unknown])
    }

    @Test func `entries become artifacts when the session is activated, and are restored`() async throws {
        let scene = try await scene()
        try await scene.activate()
        let artifacts = await scene.harness.send("GET", "\(sessions)/\(scene.session)/driveRestoreArtifacts")
        #expect(artifacts.values.map { $0["status"]?.stringValue } == ["succeeded", "succeeded"], "\(artifacts.text)")
        #expect(artifacts.values.first?["restorePoint"]?["protectionDateTime"]?.stringValue == "2026-03-01T08:00:00Z")
        #expect(
            Set(artifacts.values.map { $0["restoredSiteName"]?.stringValue }) == [
                "\(RestoreHarness.ada)R0", "\(RestoreHarness.ben)R0",
            ])
        #expect(scene.harness.folder.read("sites/\(RestoreHarness.ben)R0/Documents/a.txt") == "of Ben")
        let session = await scene.harness.send("GET", "/restoreSessions/\(scene.session)")
        #expect(session.json["status"]?.stringValue == "completedWithError")
    }

    @Test func `requests are listed without their lists and counted`() async throws {
        let scene = try await scene()
        let list = await scene.harness.send("GET", scene.path)
        try #require(list.values.count == 1)
        #expect(list.values[0]["drives"] == nil)
        #expect(list.values[0]["directoryObjectIds"] == nil)
        #expect(list.values[0]["displayName"] != nil)
        #expect(await scene.harness.send("GET", scene.path + "/$count").text == "1")
    }

    @Test func `a request that is done is deleted`() async throws {
        let scene = try await scene()
        try await scene.activate()
        #expect(await scene.harness.send("DELETE", scene.request).status == 204)
        #expect(await scene.harness.send("GET", scene.request).code == "BulkRestoreArtifactsNotFound")
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

    private static let invalid = "BulkRestoreInvalidCreateRequest"
    private static let email = "BulkRestoreInvalidCreateRequestUserEmail"

    /// Changes of a right body, each with the code that it is refused with.
    private static let refused: [(property: String, value: JSONValue, code: String)] = [
        ("drives", [], invalid), ("destinationType", .null, invalid), ("tags", "none such", invalid),
        ("protectionTimePeriod", .null, invalid), ("protectionUnitIds", ["x"], invalid),
        ("directoryObjectIds", ["x"], invalid),
        (
            "protectionTimePeriod",
            ["startDateTime": "2026-04-01T00:00:00Z", "endDateTime": "2026-03-01T00:00:00Z"], invalid
        ),
        ("drives", ["no address"], email), ("drives", [""], email),
        (
            "drives", .array(Array(repeating: .string(RestoreHarness.ada), count: 3001)),
            "BulkRestoreRestorationResourcesCountExceedsLimit"
        ),
    ]

    /// An empty session over a drive with a point, and the path of its requests.
    private func draft() async throws -> (harness: RestoreHarness, point: RestorePoint, id: String, path: String) {
        let harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        let id = await harness.send("POST", sessions).id
        return (harness, point, id, "\(sessions)/\(id)/driveRestoreArtifactsBulkAdditionRequests")
    }

    private func expectRefused(_ harness: RestoreHarness, _ path: String, _ body: JSONValue?, code: String) async throws
    {
        let before = try await harness.fixture.rows()
        let answer = await harness.send("POST", path, body)
        #expect(answer.status == 400, "\(answer.text)")
        #expect(answer.code == code, "\(answer.text)")
        #expect(try await harness.fixture.rows() == before)
    }

    @Test(arguments: refused.indices)
    func `a request that makes no sense is refused and changes nothing`(number: Int) async throws {
        let (harness, _, _, path) = try await draft()
        let (property, value, code) = Self.refused[number]
        var body = request()
        body[property] = value
        try await expectRefused(harness, path, .object(body), code: code)
    }

    @Test(arguments: [nil, [:]] as [JSONValue?])
    func `a request without a body is refused`(body: JSONValue?) async throws {
        let (harness, _, _, path) = try await draft()
        try await expectRefused(harness, path, body, code: Self.invalid)
    }

    @Test func `ids of requests and sessions are GUIDs`() async throws {
        let (harness, _, _, path) = try await draft()
        let nowhere = "\(sessions)/nonsense/driveRestoreArtifactsBulkAdditionRequests"
        #expect(await harness.send("POST", nowhere, .object(request())).code == "InvalidBulkRestoreArtifactId")
        #expect(await harness.send("GET", "\(path)/nonsense").code == "InvalidBulkRestoreArtifactId")
    }

    @Test func `a request that is not there is missed, and none is changed`() async throws {
        let (harness, _, _, path) = try await draft()
        let missing = await harness.send("GET", "\(path)/\(UUID().uuidString)")
        #expect(missing.status == 404)
        #expect(missing.code == "BulkRestoreArtifactsNotFound")
        #expect(await harness.send("PATCH", "\(path)/\(UUID().uuidString)", [:]).status == 405)
    }

    @Test func `a request needs a session`() async throws {
        let (harness, _, _, _) = try await draft()
        let stranger = await harness.send(
            "POST", "\(sessions)/\(UUID().uuidString)/driveRestoreArtifactsBulkAdditionRequests", .object(request()))
        #expect(stranger.status == 404)
        #expect(stranger.code == "RestoreSessionNotFound")
    }

    @Test func `whole drives and requests are never mixed, in either order`() async throws {
        let (harness, point, id, path) = try await draft()
        let whole: JSONValue = [["restorePoint": ["id": .string(point.id)], "destinationType": "new"]]
        let standard = await harness.send("POST", sessions, ["driveRestoreArtifacts": whole])
        try await expectRefused(
            harness, "\(sessions)/\(standard.id)/driveRestoreArtifactsBulkAdditionRequests", .object(request()),
            code: Self.invalid)
        #expect(await harness.send("POST", path, .object(request())).status == 201)
        #expect(
            await harness.send("PATCH", "\(sessions)/\(id)", ["driveRestoreArtifacts@delta": whole]).code
                == "InvalidArtifactRequest")
    }

    @Test func `the requests of a session go to one kind of place`() async throws {
        let (harness, _, _, path) = try await draft()
        #expect(await harness.send("POST", path, .object(request())).status == 201)
        var other = request()
        other["destinationType"] = "inPlace"
        try await expectRefused(harness, path, .object(other), code: "DifferentRestoreDestinationType")
    }

    @Test func `a session that was activated takes no more requests`() async throws {
        let (harness, _, id, path) = try await draft()
        #expect(await harness.send("POST", path, .object(request())).status == 201)
        _ = await harness.send("POST", "/restoreSessions/\(id)/activate")
        #expect(await harness.send("POST", path, .object(request())).code == "RestoreSessionActionNotAllowed")
    }

    @Test func `sites have requests of their own`() async throws {
        let harness = try await RestoreHarness()
        let unit = try await harness.protect(.sharePoint, [try harness.key("team")])[0]
        let session = await harness.send("POST", "/sharePointRestoreSessions")
        let path = "/sharePointRestoreSessions/\(session.id)/siteRestoreArtifactsBulkAdditionRequests"
        let created = await harness.send("POST", path, .object(siteRequest(unit)))
        #expect(created.status == 201, "\(created.text)")
        #expect(created.json["siteWebUrls"] == [], "\(created.text)")
        #expect(created.json["siteIds"] == [], "\(created.text)")
        _ = await harness.send("POST", "/restoreSessions/\(session.id)/activate")
        try await harness.settle()
        let details = await harness.send("GET", "\(path)/\(created.id)").json["error"]?["details"]?.arrayValue ?? []
        #expect(details.map { $0["code"]?.stringValue } == ["SiteWebUrlNotFound", "SiteIdNotFound"])
        #expect(harness.folder.read("sites/teamR0/Shared/Work/plan.txt") == "the plan")
    }

    /// A request for a site by its address, another address and an id that nothing has.
    private func siteRequest(_ unit: ProtectionUnit) -> JSONObject {
        [
            "destinationType": "new", "protectionTimePeriod": request()["protectionTimePeriod"] ?? .null,
            "siteWebUrls": [.string((unit.siteWebUrl ?? "") + "/"), "https://x.example/sites/none"],
            "siteIds": [.string(UUID().uuidString.lowercased())],
        ]
    }

    @Test func `a site is named by a whole address`() async throws {
        let harness = try await RestoreHarness()
        let unit = try await harness.protect(.sharePoint, [try harness.key("team")])[0]
        let session = await harness.send("POST", "/sharePointRestoreSessions")
        var body = siteRequest(unit)
        body["siteWebUrls"] = ["team"]
        try await expectRefused(
            harness, "/sharePointRestoreSessions/\(session.id)/siteRestoreArtifactsBulkAdditionRequests",
            .object(body), code: "BulkRestoreInvalidCreateRequestSiteUrl")
    }

    @Test func `mailboxes have requests of their own`() async throws {
        let harness = try await RestoreHarness()
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
