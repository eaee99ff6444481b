import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

/// Incidents as rows: from what snapshots wrote to what people are told, below scheduler and jobs.
@Suite struct IncidentOperationTests {
    private let fixture: ServiceFixture
    private let caller = Caller(
        application: Identity(id: "5d8f0000-0000-4000-8000-000000000001"),
        user: Identity(id: "77aa0000-0000-4000-8000-000000000002", displayName: "Zoë"))

    init() async throws { fixture = try await ServiceFixture(tenant: MemoryTenant()) }

    private var service: ServiceContext { fixture.service }

    /// A unit with a point every ten minutes; the damage is in the last ones.
    private func backUp(_ unit: String, _ rows: [(inout ChangeStatistics) -> Void]) async throws {
        for change in rows {
            fixture.clock.turn(seconds: 600)
            let now = fixture.clock.now()
            let id = "\(unit) at \(Int(now.timeIntervalSince1970))"
            var row = ChangeStatistics(id: id, unitId: unit, dateTime: now)
            (row.files, row.changed) = (1000, 1)
            change(&row)
            try await fixture.catalog.write { [row] writer in
                if try writer.find(ProtectionUnit.self, id: unit) == nil {
                    try writer.insert(
                        ProtectionUnit(
                            id: unit, workload: .oneDriveForBusiness, sourceId: unit, status: .protected,
                            protectionSources: [], createdDateTime: now))
                }
                try writer.insert(
                    RestorePoint(
                        id: id, unitId: unit, workload: .oneDriveForBusiness, protectionDateTime: now,
                        expirationDateTime: now.addingTimeInterval(86_400), snapshotId: id, cadence: .tenMinutes))
                try ChangeRows(writer).record(row)
                try IncidentRows(writer, IncidentSettings()).follow(row, now: now)
            }
        }
    }

    private func hit(_ files: Int) -> (inout ChangeStatistics) -> Void {
        {
            ($0.changed, $0.rewritten) = (files, files)
            var evidence = ChangeEvidence()
            (evidence.broken, evidence.kinds, evidence.hitFolders) = (files, 0b111, 1)
            evidence.samples = [ChangeSample(path: "a.docx")]
            $0.evidence = evidence
        }
    }

    private let calm: (inout ChangeStatistics) -> Void = { _ in }

    @Test func `damage begins an incident that names the last clean point`() async throws {
        try await backUp("u", [calm, calm, hit(2), hit(300)])
        let incident = try #require(try await service.incidents.list().first)
        #expect(incident.id == "1")
        #expect(incident.status == .open)
        #expect(incident.unitCount == 1)
        let unit = try #require(try await service.incidents.units(ofIncident: "1").first).unit
        let points = try await fixture.catalog.page(
            Query<RestorePoint>(order: [.init("protectionDateTime")])
        ).map(\.id)
        #expect(unit.lastCleanPointId == points[1])
        #expect(unit.firstPointId == points[2])
        #expect(unit.replaced == 302)
        #expect(unit.samples.values.map(\.path) == ["a.docx", "a.docx"])
        #expect(incident.beganAfter == unit.lastCleanDateTime)
    }

    @Test func `calm work begins none, and one signal is notable`() async throws {
        try await backUp("u", [calm, { ($0.changed, $0.rewritten, $0.evidence) = (400, 400, ChangeEvidence()) }])
        #expect(try await service.incidents.list().isEmpty)
        let flags = try await fixture.catalog.page(
            Query<ChangeStatistics>(order: [.init("dateTime")])
        ).map(\.flags)
        #expect(flags == [[], .notable])
    }

    @Test func `more damage belongs to the same incident, and its begin does not move`() async throws {
        try await backUp("u", [calm, hit(300)])
        let before = try await service.incidents.incident(id: "1")
        try await backUp("u", [hit(5), calm, hit(1)])
        let after = try await service.incidents.incident(id: "1")
        #expect(try await service.incidents.list().count == 1)
        #expect(after.beganBefore == before.beganBefore)
        #expect(after.lastActivityDateTime > before.lastActivityDateTime)
        #expect(try await service.incidents.units(ofIncident: "1").first?.unit.replaced == 306)
    }

    @Test func `little damage in three units within half an hour is one incident of three`() async throws {
        try await backUp("a", [calm, hit(5)])
        try await backUp("b", [hit(5)])
        #expect(try await service.incidents.list().isEmpty)
        try await backUp("c", [hit(5)])
        let incident = try #require(try await service.incidents.list().first)
        #expect(incident.unitCount == 3)
        #expect(incident.severity == .critical)
        let clean = try await service.incidents.units(ofIncident: "1").map { $0.unit.lastCleanPointId != nil }
        #expect(clean == [true, false, false], "the others have no point before")
    }

    @Test func `little damage in three units over a day is none`() async throws {
        for unit in ["a", "b", "c"] {
            try await backUp(unit, [calm, hit(5)])
            fixture.clock.turn(seconds: 7200)
        }
        #expect(try await service.incidents.list().isEmpty)
    }

    @Test func `points of its units are held until it is dismissed`() async throws {
        try await backUp("u", [calm, hit(300)])
        #expect(try await fixture.catalog.page(Query<UnitHold>()).map(\.id) == ["u"])
        let dismissed = try await service.incidents.dismiss(id: "1", reason: "Our own encryption.", caller)
        #expect(dismissed.status == .dismissed)
        #expect(dismissed.dismissedReason == "Our own encryption.")
        #expect(dismissed.dismissedBy == caller.identitySet)
        #expect(try await fixture.catalog.count(Query<UnitHold>()) == 0)
    }

    @Test func `what was dismissed is no damage any more, and what comes after is`() async throws {
        try await backUp("u", [calm, hit(300)])
        _ = try await service.incidents.dismiss(id: "1", reason: "no", caller)
        try await backUp("u", [hit(4)])
        #expect(try await service.incidents.list().count == 1)
        try await backUp("u", [hit(300)])
        #expect(try await service.incidents.list().map(\.id) == ["2", "1"])
    }

    @Test func `a dismissal is refused without reason, without incident and for a second time`() async throws {
        try await backUp("u", [calm, hit(300)])
        for reason in ["", "  \n", String(repeating: "x", count: 1025)] {
            await #expect(throws: ServiceError.self) {
                try await service.incidents.dismiss(id: "1", reason: reason, caller)
            }
        }
        #expect(try await service.incidents.incident(id: "1").status == .open)
        await #expect { try await service.incidents.dismiss(id: "7", reason: "x", caller) } throws: {
            ($0 as? ServiceError)?.code == .incidentNotFound
        }
        _ = try await service.incidents.dismiss(id: "1", reason: "x", caller)
        await #expect { try await service.incidents.dismiss(id: "1", reason: "y", caller) } throws: {
            ($0 as? ServiceError)?.code == .incidentClosed
        }
        #expect(try await service.incidents.incident(id: "1").dismissedReason == "x")
    }

    @Test func `it is restored when the last of its units was rolled back far enough`() async throws {
        try await backUp("a", [calm, hit(300)])
        try await backUp("b", [calm, hit(300)])
        let units = try await service.incidents.units(ofIncident: "1").map(\.unit)
        #expect(units.count == 2)
        let now = fixture.clock.now()
        try await fixture.catalog.write { writer in
            let rows = IncidentEndings(writer)
            try rows.noteRollback(of: "a", to: units[0].beganBefore, now: now)
            try rows.noteRollback(of: "b", to: units[1].lastCleanDateTime ?? now, now: now)
        }
        #expect(try await service.incidents.incident(id: "1").status == .open, "a went back to a damaged point")
        try await fixture.catalog.write { writer in
            try IncidentEndings(writer).noteRollback(
                of: "a", to: units[0].lastCleanDateTime ?? now, now: now)
        }
        #expect(try await service.incidents.incident(id: "1").status == .restored)
        #expect(try await fixture.catalog.count(Query<UnitHold>()) == 0)
    }

    @Test func `it is switched off by its setting`() async throws {
        var settings = IncidentSettings()
        settings.isEnabled = false
        try await backUp("u", [calm])
        let row = ChangeStatistics(id: "x", unitId: "u", dateTime: fixture.clock.now()).with(hit(500))
        try await fixture.catalog.write { [settings] in try IncidentRows($0, settings).follow(row, now: Date()) }
        #expect(try await service.incidents.list().isEmpty)
    }

    @Test func `a mail goes to those who get mails, names no file, and goes once`() async throws {
        let tenantID = service.tenantID
        try await fixture.catalog.write { writer in
            var setting = NotificationSetting(id: tenantID)
            setting.isEnabled = true
            setting.recipients = RecipientList([Identity(id: "1", email: "admin@example.org")])
            try writer.insert(setting)
        }
        try await backUp("u", [calm, hit(300), hit(300)])
        let jobs = try await fixture.catalog.page(Query<Job>())
        #expect(jobs.map(\.subjectId) == ["incident/1"])
        let mail = IncidentMail.mail(try await service.incidents.incident(id: "1"), to: ["admin@example.org"])
        #expect(!mail.text.contains("a.docx"))
        #expect(mail.subject == "Holdfast: files of 1 account may be under attack (incident 1)")
        #expect(IncidentMail.incidentID(ofSubject: "incident/1") == "1")
        #expect(IncidentMail.incidentID(ofSubject: "1") == nil)
    }
}

@Suite struct ChangeSeriesTests {
    private let fixture: ServiceFixture

    init() async throws { fixture = try await ServiceFixture(tenant: MemoryTenant()) }

    private func record(_ rows: [ChangeStatistics]) async throws {
        try await fixture.catalog.write { writer in
            for unit in Set(rows.map(\.unitId)).sorted() {
                guard try writer.find(ProtectionUnit.self, id: unit) == nil else { continue }
                try writer.insert(
                    ProtectionUnit(
                        id: unit, workload: .oneDriveForBusiness, sourceId: unit, status: .protected,
                        protectionSources: [], createdDateTime: Date(timeIntervalSince1970: 0)))
            }
            for row in rows { try ChangeRows(writer).record(row) }
        }
    }

    private let day = Date(timeIntervalSince1970: 20_000 * 86_400)

    private func row(
        _ unit: String, _ minutes: Double, files: Int, added: Int = 0, changed: Int = 0, removed: Int = 0
    ) -> ChangeStatistics {
        ChangeStatistics(id: "\(unit)\(minutes)", unitId: unit, dateTime: day.addingTimeInterval(minutes * 60)).with {
            ($0.files, $0.added, $0.changed, $0.removed) = (files, added, changed, removed)
            $0.replaced = min(added, removed)
            ($0.addedBytes, $0.storedBytes) = (1000, 400)
        }
    }

    @Test func `buckets have sums, the greatest share, and files carried on`() async throws {
        try await record([
            row("u", 5, files: 100, changed: 10), row("u", 15, files: 110, added: 20, removed: 10),
            row("u", 65, files: 110, changed: 1),
        ])
        let series = try await fixture.service.statistics.series(
            .unit("u"), start: day, end: day.addingTimeInterval(3 * 3600), buckets: 3)
        #expect(series.bucketSeconds == 3600)
        #expect(series.changed == [10, 1, 0])
        #expect(series.added == [20, 0, 0])
        #expect(series.removed == [10, 0, 0])
        #expect(series.replaced == [10, 0, 0])
        #expect(series.files == [110, 110, 110])
        #expect(series.addedBytes == [2000, 1000, 0])
        #expect(series.maxShare[0] > 0.18)
        #expect(series.units == [2, 1, 0])
        #expect(series.unitsHit == [2, 0, 0])
    }

    @Test func `days say the same as the rows that they were made of`() async throws {
        let rows = [
            row("u", 5, files: 100, changed: 10), row("u", 15, files: 110, added: 20, removed: 10),
            row("v", 25, files: 7, changed: 3), row("u", 1445, files: 111, added: 1),
        ]
        try await record(rows)
        let (service, end) = (fixture.service, day.addingTimeInterval(2 * 86_400))
        let scopes: [ChangeScope] = [.unit("u"), .unit("v"), .all]
        var before: [ChangeSeries] = []
        for scope in scopes {
            before.append(try await service.statistics.series(scope, start: day, end: end, buckets: 2))
        }
        let folded = try await fixture.catalog.write { [day] writer in
            let (rows, limit) = (ChangeRows(writer), day.addingTimeInterval(86_400))
            return [
                try rows.fold(before: limit, limit: 2), try rows.fold(before: limit, limit: 2),
                try rows.foldTotals(before: limit, limit: 200),
            ]
        }
        #expect(folded == [2, 1, 3])
        #expect(try await fixture.catalog.count(Query<ChangeStatistics>()) == 1)
        for (scope, old) in zip(scopes, before) {
            let new = try await service.statistics.series(scope, start: day, end: end, buckets: 2)
            #expect(new.added == old.added)
            #expect(new.changed == old.changed)
            #expect(new.removed == old.removed)
            #expect(new.files == old.files)
            #expect(new.maxShare == old.maxShare)
            #expect(new.storedBytes == old.storedBytes)
        }
    }

    @Test func `all units have the files of each`() async throws {
        try await record([
            row("u", 1, files: 100, added: 100).with { $0.flags = .first },
            row("v", 2, files: 50, added: 50).with { $0.flags = .first },
            row("u", 20, files: 90, removed: 10),
        ])
        let series = try await fixture.service.statistics.series(
            .all, start: day, end: day.addingTimeInterval(1800), buckets: 3)
        #expect(series.files == [150, 150, 140])
        #expect(series.unitsHit == [0, 0, 1])
    }

    /// Points of a unit at some minutes of the day, each noted as a backup does.
    private func takePoints(_ unit: String, at minutes: [Double], undoAt undo: Double? = nil) async throws {
        let intervals = fixture.service.dependencies.intervals
        try await fixture.catalog.write { [day] writer in
            if try writer.find(ProtectionPolicy.self, id: "p") == nil {
                try writer.insert(
                    ProtectionPolicy(
                        id: "p", workload: .oneDriveForBusiness, displayName: "p", status: .active, retentionDays: 365,
                        createdDateTime: day))
            }
            try writer.insert(
                ProtectionUnit(
                    id: unit, workload: .oneDriveForBusiness, sourceId: unit, status: .protected,
                    protectionSources: [], createdDateTime: day
                ).with { $0.policyId = "p" })
            for minute in (minutes + [undo].compactMap(\.self)).sorted() {
                var point = RestorePoint(
                    id: "\(unit) \(minute)", unitId: unit, workload: .oneDriveForBusiness,
                    protectionDateTime: day.addingTimeInterval(minute * 60), expirationDateTime: .distantFuture,
                    snapshotId: "s", cadence: .tenMinutes)
                if minute == undo { point.undoSessionId = "session" }
                if minute != undo { try PointGapRows(writer, intervals).follow(point) }
                try writer.insert(point)
            }
        }
    }

    @Test func `points that several units miss are summed up`() async throws {
        try await takePoints("u", at: [0, 10, 41, 50], undoAt: 22)
        try await takePoints("v", at: [0, 30, 40, 50])
        try await takePoints("w", at: [0, 10, 20, 30, 40, 50])
        let end = day.addingTimeInterval(3600)
        func missed(_ scope: ChangeScope) async throws -> [Int] {
            try await fixture.service.statistics.series(scope, start: day, end: end, buckets: 6).missed
        }
        #expect(try await missed(.unit("u")) == [0, 0, 1, 1, 0, 0])
        #expect(try await missed(.unit("v")) == [0, 1, 1, 0, 0, 0])
        #expect(try await missed(.policy("p")) == [0, 1, 2, 1, 0, 0])
        #expect(try await missed(.all) == [0, 1, 2, 1, 0, 0])
        let later = try await fixture.service.statistics.series(
            .all, start: day.addingTimeInterval(1500), end: end, buckets: 1)
        #expect(later.missed == [1])
    }

    @Test func `an undo point is marked, and is none that was due`() async throws {
        try await takePoints("u", at: [0, 10, 20], undoAt: 15)
        let series = try await fixture.service.statistics.series(
            .unit("u"), start: day, end: day.addingTimeInterval(1800), buckets: 3)
        #expect(series.special.map(\.kind) == [.undo])
        #expect(series.missed == [0, 0, 0])
        #expect(series.points == [1, 2, 1])
    }

    @Test(
        arguments: [(0, 0, nil), (1, 0, nil), (0, 3600, 0), (0, 3600, 601), (0, 3600, -1)] as [(Double, Double, Int?)])
    func `a range that is none is refused`(start: Double, end: Double, buckets: Int?) async {
        await #expect {
            try await fixture.service.statistics.series(
                .all, start: day.addingTimeInterval(start), end: day.addingTimeInterval(end), buckets: buckets)
        } throws: {
            ($0 as? ServiceError)?.code == .invalidTimeRange
        }
    }

    @Test func `a scope that is not there is refused`() async {
        for (scope, code) in [
            (.unit("x"), .protectionUnitNotFound), (.policy("x"), .policyNotFound), (.incident("9"), .incidentNotFound),
        ] as [(ChangeScope, ServiceErrorCode)] {
            await #expect { try await fixture.service.statistics.series(scope) } throws: {
                ($0 as? ServiceError)?.code == code
            }
        }
    }
}
