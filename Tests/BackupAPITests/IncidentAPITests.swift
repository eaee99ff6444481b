import BackupAPI
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Testing

/// Incidents and series of changes below `/holdfast/v1.0` (additions.md, A3 and A4).
@Suite struct IncidentAPITests {
    private let surface: ProtectionAPI
    private let unitID = "11111111-2222-4333-8444-555555555555"
    private let moment = Date(timeIntervalSince1970: 1_700_000_400)

    init() async throws {
        surface = try await ProtectionAPI()
        let (unitID, moment) = (unitID, moment)
        try await surface.service.dependencies.catalog.write { writer in
            var unit = ProtectionUnit(
                id: unitID, workload: .oneDriveForBusiness, sourceId: "s", status: .protected, protectionSources: [],
                createdDateTime: moment)
            (unit.displayName, unit.email) = ("Ada", "ada@example.org")
            try writer.insert(unit)
            var incident = Incident()
            incident.id = "7"
            (incident.score, incident.unitCount, incident.severity) = (70, 1, .high)
            (incident.beganBefore, incident.detectedDateTime, incident.lastActivityDateTime) = (moment, moment, moment)
            incident.signals = IncidentSignals([IncidentSignal(.newEnding, value: 40, word: "locked")])
            try writer.insert(incident)
            var row = IncidentUnit(incidentId: "7", unitId: unitID)
            (row.beganBefore, row.lastActivityDateTime, row.firstPointId) = (moment, moment, "p2")
            (row.lastCleanPointId, row.lastCleanDateTime, row.replaced) = ("p1", moment, 40)
            row.samples = IncidentSamples([
                IncidentSample(path: "a.docx.locked", pathBefore: "a.docx", pointAfter: "p2", pointBefore: "p1")
            ])
            try writer.insert(row)
            try writer.insert(
                ChangeStatistics(id: "p2", unitId: unitID, dateTime: moment).with {
                    ($0.files, $0.changed, $0.addedBytes) = (100, 40, 1 << 40)
                })
        }
    }

    private func ask(
        _ target: String, method: String = "GET", _ body: JSONValue? = nil,
        as principal: Principal = ProtectionAPI.person
    ) async -> APIAnswer {
        await surface.served.ask(method, "/holdfast/v1.0\(target)", body, as: principal)
    }

    @Test func `incidents are listed and read`() async {
        let list = await ask("/incidents?$filter=status%20eq%20'open'&$count=true")
        #expect(list.values.map { $0.text("id") } == ["7"])
        let incident = await ask("/incidents/7")
        #expect(incident["status"] == .string("open"))
        #expect(incident["score"] == .double(0.7))
        #expect(incident.text.contains("40 files gave way to files that end in '.locked'"))
        #expect(await ask("/incidents/8").status == 404)
        #expect(await ask("/incidents/8").text.contains("IncidentNotFound"))
    }

    @Test func `units name the last clean point, and people and paths only to people`() async {
        let seen = await ask("/incidents/7/units")
        #expect(seen.values.map { $0.text("lastCleanPointId") } == ["p1"])
        #expect(seen.text.contains("Ada"))
        #expect(seen.text.contains("a.docx.locked"))
        let program = Principal(applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Restore.Read.All"])
        let blind = await ask("/incidents/7/units", as: program)
        #expect(blind.values.map { $0.text("lastCleanPointId") } == ["p1"])
        #expect(!blind.text.contains("Ada"))
        #expect(!blind.text.contains("a.docx"))
        #expect(await ask("/incidents/7/units/\(unitID)").status == 200)
        #expect(await ask("/incidents/7/units/other").status == 404)
        #expect(await ask("/incidents/8/units").status == 404)
    }

    @Test func `a person dismisses with a reason, once`() async {
        #expect(await ask("/incidents/7/dismiss", method: "POST", ["reason": ""]).status == 400)
        let program = Principal(
            applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Restore.ReadWrite.All"])
        #expect(await ask("/incidents/7/dismiss", method: "POST", ["reason": "x"], as: program).status == 403)
        let done = await ask("/incidents/7/dismiss", method: "POST", ["reason": "Our own tool."])
        #expect(done.status == 200)
        #expect(done["status"] == .string("dismissed"))
        #expect(done["dismissedReason"] == .string("Our own tool."))
        let again = await ask("/incidents/7/dismiss", method: "POST", ["reason": "x"])
        #expect(again.status == 409)
        #expect(again.text.contains("IncidentClosed"))
        #expect(await ask("/incidents/8/dismiss", method: "POST", ["reason": "x"]).status == 404)
    }

    @Test func `a series has columns of equal length, with bytes as text`() async {
        let query = "unitId=\(unitID)&start=2023-11-14T22:00:00Z&end=2023-11-14T23:00:00Z&buckets=6"
        let series = await ask("/changeSeries?\(query)")
        #expect(series.status == 200)
        #expect(series["bucketSeconds"] == .int(600))
        #expect(series["changed"] == .array([0, 0, 40, 0, 0, 0].map { .int($0) }))
        #expect(series["addedBytes"] == .array(["0", "0", "1099511627776", "0", "0", "0"].map { .string($0) }))
    }

    @Test(arguments: [
        ("start=2023-11-15T00:00:00Z&end=2023-11-14T00:00:00Z", 400), ("buckets=601", 400), ("buckets=0", 400),
        ("unitId=no", 404), ("incidentId=8", 404), ("incidentId=7", 200), ("policyId=x&unitId=y", 400), ("", 200),
        ("start=yesterday", 400), ("colour=red", 400),
    ])
    func `what a series is asked for is checked`(query: String, status: Int) async {
        #expect(await ask("/changeSeries?\(query)").status == status, "\(query)")
    }
}
