import BackupAPI
import BackupTesting
import Catalog
import FileTree
import Foundation
import OData
import Testing

@testable import BackupWork
@testable import ProtectionRules
@testable import ProtectionService

/// Plans, progress, cancel, retry and undo below `/holdfast/v1.0`.
@Suite struct RestorePlanTests {
    private let harness: RestoreHarness
    private let additions: HoldfastAPI
    private let unit: ProtectionUnit
    private let point: RestorePoint

    /// Ada's drive with one point, and a file that changed, one that is new and one that is gone.
    init() async throws {
        harness = try await RestoreHarness()
        additions = HoldfastAPI(
            SurfaceSettings(
                service: harness.service, sign: { Array($0.reversed().prefix(64)) },
                report: { id, text in Issue.record("\(id): \(text)") }))
        (unit, point) = try await harness.protectedDrive()
        let drive = "drives/\(RestoreHarness.ada)"
        try harness.folder.write("\(drive)/Plans/notes.txt", "encrypted!")
        try harness.folder.write("\(drive)/READ_ME.txt", "pay")
        try FileManager.default.removeItem(atPath: harness.folder.path + "/\(drive)/bread order.docx")
    }

    private func text(_ path: String) -> String? {
        try? String(contentsOfFile: harness.folder.path + "/drives/\(RestoreHarness.ada)/\(path)", encoding: .utf8)
    }

    private var person: Principal {
        Principal(
            applicationID: harness.application, applicationName: "Console",
            user: .init(id: UUID().uuidString, displayName: "Ines", email: "ines@contoso.example"),
            permissions: GraphPermission.all)
    }

    private func ask(
        _ method: String, _ path: String, _ body: JSONValue? = nil, prefer: String? = nil,
        as principal: Principal? = nil
    ) async -> APIAnswer {
        await additions.ask(method, "/holdfast/v1.0/\(path)", body, prefer: prefer, as: principal ?? person)
    }

    /// What makes a plan.
    private func body(scope: JSONValue? = nil, moment: JSONValue? = nil) -> JSONValue {
        [
            "displayName": "Monday",
            "scope": scope ?? ["list": ["ADA@contoso.example", "nobody@contoso.example"]],
            "moment": moment ?? ["kind": "at", "dateTime": .string(harness.clock.now().formatted(.iso8601))],
            "destinationType": "inPlace", "newerFiles": "remove", "undoPoints": "take",
        ]
    }

    /// A plan that is ready.
    private func plan() async throws -> String {
        let made = await ask("POST", "restorePlans", body())
        try #require(made.status == 201, "\(made)")
        try await harness.fixture.work()
        return made.id
    }

    @Test func `a plan is made, shown, started, followed and undone`() async throws {
        let made = await ask("POST", "restorePlans", body())
        #expect(made.status == 201)
        #expect(made.json.text("status") == "planning")
        #expect(made["excluded"]?.arrayValue?.first?.text("unitId") == "nobody@contoso.example")
        try await harness.fixture.work()

        let ready = await ask("GET", "restorePlans/\(made.id)")
        #expect(ready.json.text("status") == "ready", "\(ready)")
        #expect(ready["sums"]?["create"] == .int(1))
        #expect(ready["sums"]?["overwrite"] == .int(1))
        #expect(ready["sums"]?["delete"] == .int(1))
        // 13 bytes come back and 14 are overwritten; sums of bytes are texts.
        #expect(ready["sums"]?.text("bytesToWrite") == "27")
        #expect(ready["sessions"]?.arrayValue?.isEmpty == true)
        #expect(ready.json.text("sentence")?.contains("1 account") == true)

        let units = await ask("GET", "restorePlans/\(made.id)/units?$count=true")
        #expect(units["@odata.count"] == .int(1))
        let shown = try #require(units.values.first)
        #expect(shown.text("id") == unit.id)
        #expect(shown.text("email") == "ada@contoso.example")
        #expect(shown.text("restorePointId") == point.id)
        #expect(shown["secondsBeforeMoment"] == .int(0))

        let changes = await ask(
            "GET", "restorePlans/\(made.id)/units/\(unit.id)/changes", prefer: "odata.maxpagesize=2")
        #expect(changes.values.count == 2, "\(changes)")
        #expect(changes.values.first?.text("path") == "Plans")
        #expect(changes["@odata.nextLink"] != nil)

        let differs = await ask("POST", "restorePlans/\(made.id)/start", ["expectedUnits": 2])
        #expect(differs.status == 409)
        #expect(differs.code == "ExpectedUnitsDiffer")
        #expect(text("READ_ME.txt") == "pay")
        let started = await ask("POST", "restorePlans/\(made.id)/start", ["expectedUnits": 1])
        #expect(started.status == 202)
        #expect(started.json.text("status") == "started")
        let session = try #require(started["sessions"]?.arrayValue?.first?.stringValue)
        let waiting = await ask("GET", "restorePlans/\(made.id)/progress")
        #expect(waiting["units"]?["waiting"] == .int(1), "\(waiting)")
        try await harness.fixture.work()

        #expect(text("READ_ME.txt") == nil)
        #expect(text("Plans/notes.txt") == "notes of March")
        #expect(text("bread order.docx") == "twelve loaves")
        let progress = await ask("GET", "restoreSessions/\(session)/progress")
        #expect(progress.json.text("phase") == "done", "\(progress)")
        #expect(progress["bytes"]?.text("done") == "27")
        let rows = await ask("GET", "restoreSessions/\(session)/units")
        let row = try #require(rows.values.first, "\(rows)")
        #expect(row.text("status") == "succeeded")
        #expect(row["errorCount"] == .int(0))
        let undoPoint = try #require(row.text("undoRestorePointId"))
        #expect(undoPoint != point.id)
        #expect(await ask("GET", "restorePlans/\(made.id)").json.text("undoUntil") != nil)
        let artifact = try #require(row.text("artifactId"))
        let errors = await ask("GET", "restoreArtifacts/\(artifact)/itemErrors")
        #expect(errors.status == 200)
        #expect(errors.values.isEmpty)

        // The session is one of Graph's surface like others, and the undo point is not.
        let graph = await harness.send("GET", "/restoreSessions/\(session)")
        #expect(graph.json.text("status") == "completed")
        let count = await harness.send(
            "GET",
            "/restorePoints?$expand=protectionUnit($filter=id%20eq%20'\(unit.id)')"
                + "&$filter=protectionDateTime%20lt%202100-01-01T00:00:00Z")
        #expect(count.values.map { $0.text("id") } == [point.id], "\(count)")

        let undo = await ask("POST", "restoreSessions/\(session)/undo")
        #expect(undo.status == 201, "\(undo)")
        #expect(undo.json.text("undoOf") == session)
        try await harness.fixture.work()
        #expect(await ask("POST", "restorePlans/\(undo.id)/start", ["expectedUnits": 1]).status == 202)
        try await harness.fixture.work()
        #expect(text("READ_ME.txt") == "pay")
        #expect(text("Plans/notes.txt") == "encrypted!")
        #expect(text("bread order.docx") == nil)
        #expect(await ask("POST", "restorePlans/\(undo.id)/undo").status == 201)
        let list = await ask("GET", "restorePlans?$count=true")
        #expect(list["@odata.count"] == .int(3))
        #expect(await ask("DELETE", "restorePlans/\(made.id)").status == 204)
        #expect(await ask("GET", "restorePlans/\(made.id)").status == 404)
    }

    @Test func `a filter over units chooses them`() async throws {
        let filter = { (text: JSONValue) in await ask("POST", "restorePlans", body(scope: ["filter": text])) }
        let made = await filter("email eq 'ada@contoso.example'")
        #expect(made.status == 201, "\(made)")
        #expect(await filter("nonsense eq 1").status == 400)
        #expect(await filter("email eq 'nobody@contoso.example'").code == "EmptyScope")
    }

    @Test func `refusals have their codes`() async throws {
        let id = try await plan()
        let unknown = UUID().uuidString
        #expect(await ask("GET", "restorePlans/\(unknown)").code == "RestorePlanNotFound")
        #expect(await ask("GET", "restorePlans/x").status == 404)
        #expect(await ask("GET", "restorePlans/\(id)/units/\(unknown)").status == 404)
        #expect(await ask("POST", "restorePlans/\(id)/start", [:]).status == 400)
        #expect(await ask("POST", "restorePlans/\(id)/cancel").code == "NothingToCancel")
        #expect(await ask("POST", "restorePlans/\(id)/retry").code == "NothingToRetry")
        #expect(await ask("POST", "restoreSessions/\(unknown)/undo").status == 404)
        #expect(await ask("POST", "restoreSessions/\(unknown)/cancel").code == "RestoreSessionNotFound")
        #expect(await ask("GET", "restoreArtifacts/\(unknown)/itemErrors").status == 404)
        #expect(await ask("POST", "restorePlans", body(scope: [:])).code == "EmptyScope")
        #expect(await ask("POST", "restorePlans", body(moment: ["kind": "yesterday"])).status == 400)
        let future: JSONValue = ["kind": "at", "dateTime": "2999-01-01T00:00:00Z"]
        #expect(await ask("POST", "restorePlans", body(moment: future)).code == "InvalidMoment")
        let reader = Principal(
            applicationID: harness.application, permissions: ["BackupRestore-Restore.Read.All"])
        #expect(await ask("POST", "restorePlans", body(), as: reader).status == 403)
        #expect(await ask("GET", "restorePlans/\(id)/progress", as: reader).status == 200)
        let stranger = Principal(applicationID: UUID().uuidString, permissions: GraphPermission.all)
        #expect(await ask("POST", "restorePlans", body(), as: stranger).code == "AppNotController")
        let owner = Principal(applicationID: FirstParty.applicationID, permissions: GraphPermission.all)
        #expect(await ask("POST", "restorePlans", body(), as: owner).status == 201)
    }

    @Test func `names of people are for people`() async throws {
        let id = try await plan()
        let program = harness.principal()
        let units = await ask("GET", "restorePlans/\(id)/units", as: program)
        #expect(units.values.first?["email"] == .null)
        #expect(units.values.first?["displayName"] == .null)
    }

    @Test(arguments: [true, false]) func `a Graph client says whether it wants an undo point`(
        isWanted: Bool
    ) async throws {
        let session = await harness.send(
            "POST", "/oneDriveForBusinessRestoreSessions",
            [
                "driveRestoreArtifacts": [
                    ["restorePoint": ["id": .string(point.id)], "destinationType": "inPlace"]
                ]
            ])
        try #require(session.status == 201, "\(session)")
        let answer = await harness.send(
            "POST", "/restoreSessions/\(session.id)/activate", prefer: isWanted ? nil : "holdfast.undo=none")
        #expect(answer.status == 200)
        #expect(answer.headers["Preference-Applied"] == (isWanted ? nil : "holdfast.undo=none"))
        try await harness.settle()
        #expect(text("READ_ME.txt") == nil)
        let undo = await ask("POST", "restoreSessions/\(session.id)/undo")
        #expect(undo.status == (isWanted ? 201 : 409))
        #expect(undo.code == (isWanted ? nil : "NoUndoPoint"))
    }
}
