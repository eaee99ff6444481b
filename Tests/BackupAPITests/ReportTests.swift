import BackupTesting
import Catalog
import Connectors
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupAPI

/// Reports as files: what is protected, who may do what and did it, and what a restore came to.
@Suite struct ReportTests {
    private let harness: RestoreHarness

    init() async throws { harness = try await RestoreHarness() }

    private var person: Principal {
        Principal(
            applicationID: harness.application, applicationName: "Console",
            user: .init(
                id: "3b6e2f60-0000-4000-8000-000000000001", displayName: "Ines", email: "ines@contoso.example"),
            permissions: GraphPermission.all)
    }

    private func report(_ target: String, as principal: Principal? = nil) async throws -> JSONValue {
        let answer = await harness.get(target, as: principal ?? person)
        try #require(answer.status == 200, "\(answer)")
        #expect(answer.headers["Content-Disposition"]?.hasPrefix("attachment; ") == true)
        return try JSONValue(parsing: try await answer.content())
    }

    private func rows(_ report: JSONValue, _ kind: String? = nil) -> [JSONValue] {
        (report["rows"]?.arrayValue ?? []).filter { kind == nil || $0.text("kind") == kind }
    }

    @Test func `every account is in the report on protection, with its points`() async throws {
        let (unit, point) = try await harness.protectedDrive()
        let found = try await report("/reports/protection")
        #expect(found.text("kind") == "protection")
        #expect(found.text("createdDateTime") == DateTimeOffset.text(harness.clock.now()))
        #expect((found["notCovered"]?.arrayValue?.count ?? 0) > 0)
        #expect(rows(found).count == (try harness.service.dependencies.tenant.sources().count))
        let row = try #require(rows(found).first { $0.text("unitId") == unit.id })
        #expect(row.text("email") == "ada@contoso.example")
        #expect(row.text("state") == "protected")
        #expect(row.text("newestPointDateTime") == DateTimeOffset.text(point.protectionDateTime))
        #expect(row["pointCount"] == .int(1))
        #expect(found["summary"]?.arrayValue?.contains("protected: 1") == true, "\(found["summary"] ?? .null)")
    }

    @Test func `a program gets no names of people`() async throws {
        let (unit, _) = try await harness.protectedDrive()
        let found = try await report("/reports/protection", as: harness.principal())
        let row = try #require(rows(found).first { $0.text("unitId") == unit.id })
        #expect(row["email"] == nil)
        #expect(row["displayName"] == nil)
        #expect(row.text("state") == "protected")
    }

    @Test func `an account that had no points tells from when to when`() async throws {
        let (unit, point) = try await harness.protectedDrive()
        let cadence = harness.service.dependencies.intervals.cadenceSeconds
        let first = point.protectionDateTime
        let later = { first.addingTimeInterval(Double(cadence * $0)) }
        let gaps = (0..<12).map {
            PointGap(pointId: "p\($0)", unitId: unit.id, start: later($0 * 10), end: later($0 * 10 + 4))
        }
        try await harness.service.catalog.write { try $0.insert(contentsOf: gaps) }
        let row = try #require(rows(try await report("/reports/protection")).first { $0.text("unitId") == unit.id })
        #expect(row["gapCount"] == .int(12))
        #expect(row["missedPointCount"] == .int(36))
        let named = try #require(row.text("gaps")).components(separatedBy: ", ")
        #expect(named.count == 10)
        let newest = [later(110), later(114)].map { DateTimeOffset.text($0) }.joined(separator: "/")
        #expect(named.first == newest)
        let other = rows(try await report("/reports/protection")).first { $0.text("unitId") != unit.id }
        #expect(other?["gapCount"] == nil)
    }

    @Test func `a gap that goes on has no end yet`() async throws {
        let (unit, point) = try await harness.protectedDrive()
        let cadence = harness.service.dependencies.intervals.cadenceSeconds
        harness.clock.turn(seconds: Double(cadence * 5))
        let row = try #require(rows(try await report("/reports/protection")).first { $0.text("unitId") == unit.id })
        #expect(row.text("state") == "late")
        #expect(row["gapCount"] == .int(1))
        #expect(row["missedPointCount"] == .int(4))
        #expect(row.text("gaps") == DateTimeOffset.text(point.protectionDateTime) + "/..")
    }

    @Test func `reports are for those who may monitor, and leave a record`() async throws {
        var poor = person
        poor.permissions.remove("BackupRestore-Monitor.Read.All")
        #expect(await harness.get("/reports/protection", as: poor).status == 403)
        #expect(await harness.get("/reports/nothing", as: person).status == 400)
        #expect(await harness.get("/reports/protection?$format=xml", as: person).status == 400)
        _ = try await report("/reports/protection")
        let acts = try await harness.service.catalog.page(Query<AuditRecord>(order: [.init("sequence")]))
        #expect(acts.map(\.action) == Array(repeating: "reports.protection", count: 3))
        #expect(acts.map(\.outcome) == ["accessDenied", "BadRequest", AuditRecord.succeeded])
    }

    @Test func `who may enter and who did what is counted`() async throws {
        _ = try await harness.service.operators.create(
            name: "Ada", password: "a long enough password", roles: ["administrator"])
        _ = try await harness.service.programs.add(name: "Probe", roles: ["BackupRestore-Monitor.Read.All"])
        for _ in 0..<2 { _ = try await report("/reports/protection") }
        harness.clock.turn(seconds: 3600)
        let middle = harness.clock.now()
        harness.clock.turn(seconds: 3600)
        _ = try await report("/reports/protection")
        harness.clock.turn(seconds: 1)
        let found = try await report("/reports/access")
        #expect(rows(found, "account").map { $0.text("name") } == ["Ada"])
        #expect(rows(found, "account").first?.text("rights") == "administrator")
        #expect(rows(found, "account").first?["hasSecondFactor"] == .bool(false))
        #expect(rows(found, "program").first?.text("rights") == "BackupRestore-Monitor.Read.All")
        let act = try #require(rows(found, "act").first { $0.text("action") == "reports.protection" })
        #expect(act["count"] == .int(3))
        #expect(act.text("name") == "Ines")
        let early = try await report("/reports/access?end=\(DateTimeOffset.text(middle))")
        #expect(rows(early, "act").first?["count"] == .int(2))
        let late = try await report("/reports/access?start=\(DateTimeOffset.text(middle))")
        #expect(rows(late, "act").first { $0.text("action") == "reports.protection" }?["count"] == .int(1))
        let moment = DateTimeOffset.text(middle)
        #expect(await harness.get("/reports/access?start=\(moment)&end=\(moment)", as: person).status == 400)
    }

    @Test func `a restore is told account by account`() async throws {
        let (unit, point) = try await harness.protectedDrive()
        let drive = "drives/\(RestoreHarness.ada)"
        try harness.folder.write("\(drive)/READ_ME.txt", "pay")
        let moment: JSONValue = [
            "kind": "at", "dateTime": .string(harness.clock.now().formatted(.iso8601)),
        ]
        let made = await harness.post(
            "/restorePlans",
            [
                "displayName": "Monday", "scope": ["unitIds": [.string(unit.id)]], "moment": moment,
                "destinationType": "inPlace", "newerFiles": "remove", "undoPoints": "take",
            ], as: person)
        try #require(made.status == 201, "\(made)")
        try await harness.fixture.work()
        let planned = try await report("/restorePlans/\(made.id)/report")
        #expect(rows(planned, "account").first?.text("outcome") == "ready")
        _ = await harness.post("/restorePlans/\(made.id)/start", ["expectedUnits": 1], as: person)
        try await harness.fixture.work()
        let found = try await report("/restorePlans/\(made.id)/report")
        #expect(found.text("title") == "Monday")
        let row = try #require(rows(found, "account").first)
        #expect(row.text("outcome") == "succeeded")
        #expect(row.text("restorePointId") == point.id)
        #expect(row["delete"] == .int(1))
        #expect(row.text("completionDateTime") != nil)
        #expect(rows(found, "item").isEmpty)
        let artifact = try #require(
            try await harness.service.catalog.page(Query<RestoreArtifact>()).first { $0.unitId == unit.id })
        var failed = RestoreItemError()
        (failed.id, failed.sessionId, failed.artifactId) = ("e", artifact.sessionId, artifact.id)
        (failed.path, failed.code, failed.message) = (Array("=a,\"b\".txt".utf8), "ItemDamaged", "A part is lost.")
        try await harness.service.catalog.write { [failed] in try $0.insert(failed) }
        let item = try #require(rows(try await report("/restorePlans/\(made.id)/report"), "item").first)
        #expect(item.text("path") == "=a,\"b\".txt")
        #expect(item.text("errorCode") == "ItemDamaged")
        let answer = await harness.get("/restorePlans/\(made.id)/report?$format=csv", as: person)
        #expect(answer.headers["Content-Type"]?.hasPrefix("text/csv") == true)
        #expect(answer.headers["Content-Disposition"]?.contains("holdfast-restore-") == true)
        let lines = String(decoding: try await answer.content(), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.first?.hasPrefix("\u{feff}kind,unitId,displayName,email,outcome,") == true)
        #expect(lines.count == 4)
        #expect(lines[2].hasSuffix("\"'=a,\"\"b\"\".txt\",ItemDamaged,A part is lost."))
        #expect(await harness.get("/restorePlans/\(UUID().uuidString)/report", as: person).status == 404)
    }

    /// Values as they come from people's files and accounts, and the cell that is written.
    @Test(arguments: [
        (ReportValue.none, ""), (.text(""), ""), (.text("plain"), "plain"), (.text("a,b"), "\"a,b\""),
        (.text("say \"no\""), "\"say \"\"no\"\"\""), (.text("two\nlines"), "\"two\nlines\""), (.text("=1+1"), "'=1+1"),
        (.text("@x"), "'@x"), (.text("+49 30"), "'+49 30"), (.text("\tx"), "'\tx"), (.number(-3), "-3"),
        (.flag(true), "true"), (.moment(Date(timeIntervalSince1970: 0)), "1970-01-01T00:00:00Z"),
    ])
    func `a cell is what a spreadsheet shows, and never a formula`(value: ReportValue, cell: String) async throws {
        let report = Report(kind: "k", title: "T", summary: [], notCovered: [], columns: ["a", "b"]) { take in
            try await take([[.text("x"), value]])
        }
        let sink = TakenBytes()
        try await ReportWriter(report, made: Date(timeIntervalSince1970: 0), tenantID: "t").csv {
            try await sink.write($0)
        }
        #expect(sink.text == "\u{feff}a,b\r\nx,\(cell)\r\n")
    }
}
