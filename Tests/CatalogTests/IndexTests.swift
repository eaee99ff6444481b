import BackupTesting
import CatalogSQLite
import Testing

@testable import Catalog

/// The cost of a page does not depend on where it is: the database goes to its first row at once
/// and reads only what it gives.
@Suite struct IndexTests {
    private func plans<Record>(_ query: Query<Record>, _ catalog: TemporaryCatalog) async throws -> [[String]] {
        try await catalog.driver.read { connection in
            try query.rangeQueries(.sqlite).map { fragment in
                let rows = try connection.query("EXPLAIN QUERY PLAN \(fragment.sql) LIMIT 100", fragment.arguments)
                return rows.map { row in if case .text(let detail) = row["detail"] { detail } else { "" } }
            }
        }
    }

    /// Every range is found by searching an index, and nothing is sorted afterwards.
    private func expectSearch<Record>(
        _ query: Query<Record>, _ catalog: TemporaryCatalog, using index: String
    ) async throws {
        for plan in try await plans(query, catalog) {
            let comment = Comment("\(Record.table.name) \(query.order): \(plan)")
            #expect(plan.count == 1, comment)
            #expect(plan.first?.hasPrefix("SEARCH") == true, comment)
            #expect(plan.first?.contains(index) == true, comment)
        }
    }

    /// The first page reads an index in its order.
    private func expectInOrder<Record>(
        _ query: Query<Record>, _ catalog: TemporaryCatalog, using index: String
    ) async throws {
        for plan in try await plans(query, catalog) {
            let comment = Comment("\(Record.table.name) \(query.order): \(plan)")
            #expect(plan.count == 1, comment)
            #expect(plan.first?.contains(index) == true, comment)
        }
    }

    private func check<Record: CatalogRecord>(
        _ column: String, of record: Record, _ catalog: TemporaryCatalog, index: String? = nil
    ) async throws {
        for ascending in [true, false] {
            var query = Query<Record>(order: [.init(column, ascending: ascending)])
            let name = index ?? "\(Record.table.name)_\(column)_id"
            try await expectInOrder(query, catalog, using: name)
            query.after = query.key(of: record)
            try await expectSearch(query, catalog, using: name)
        }
    }

    @Test func `every list order is an index`() async throws {
        let catalog = try await TemporaryCatalog.make()
        for column in ["protectionDateTime", "expirationDateTime"] {
            try await check(column, of: Sample.fullPoint, catalog)
        }
        for column in ["createdDateTime", "lastModifiedDateTime", "displayName"] {
            try await check(column, of: Sample.fullPolicy, catalog)
        }
        for column in [
            "createdDateTime", "lastModifiedDateTime", "displayName", "email", "siteName", "nextBackupDateTime",
        ] {
            try await check(column, of: Sample.fullUnit, catalog)
            try await check(column, of: Sample.bareUnit, catalog)
        }
        for column in [
            "displayName", "email", "newestPointDateTime", "sizeInBytes", "storedInBytes", "verifiedDateTime",
        ] {
            try await check(column, of: Sample.fullUnitState, catalog)
            try await check(column, of: Sample.bareUnitState, catalog)
        }
        for column in ["createdDateTime", "lastModifiedDateTime", "completedDateTime"] {
            try await check(column, of: Sample.fullSession, catalog)
        }
        try await check("id", of: Sample.fullPoint, catalog, index: "sqlite_autoindex_restorePoint_1")
        try await check("createdDateTime", of: Sample.fullJob, catalog)
    }

    @Test func `the filters that the service and the API use most are indexes too`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let points = Query<RestorePoint>(
            where: .equal("unitId", "u"), order: [.init("protectionDateTime", ascending: false)])
        let expired = Query<RestorePoint>(
            where: .compare("expirationDateTime", .lessOrEqual, .integer(0)), order: [.init("expirationDateTime")])
        let sessions = Query<RestoreSession>(
            where: .equal("workload", Workload.sharePoint), order: [.init("createdDateTime", ascending: false)])
        let units = Query<ProtectionUnit>(where: .equal("policyId", "p"), order: [.init("createdDateTime")])
        let unitsDue = Query<ProtectionUnit>(
            where: .and([
                .equal("status", ProtectionUnitStatus.protected),
                .compare("nextBackupDateTime", .lessOrEqual, .integer(0)),
            ]), order: [.init("nextBackupDateTime")])
        let artifacts = Query<RestoreArtifact>(where: .equal("sessionId", "s"))
        // How much was restored in a day is asked with each activation.
        let ofDay = RowPredicate.and([
            .equal("workload", Workload.sharePoint), .compare("lastModifiedDateTime", .greater, .integer(0)),
        ])
        let restored = Query<RestoreSession>(where: ofDay, order: [.init("lastModifiedDateTime")])
        try await expectSearch(restored, catalog, using: "restoreSession_workload_lastModifiedDateTime_id")
        let due = Query<Job>(
            where: .and([.equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, .integer(0))]),
            order: [.init("runAfterDateTime")])
        try await expectSearch(points, catalog, using: "restorePoint_unitId_protectionDateTime_id")
        try await expectSearch(expired, catalog, using: "restorePoint_expirationDateTime_id")
        try await expectSearch(sessions, catalog, using: "restoreSession_workload_createdDateTime_id")
        try await expectSearch(units, catalog, using: "protectionUnit_policyId_createdDateTime_id")
        try await expectSearch(unitsDue, catalog, using: "protectionUnit_status_nextBackupDateTime_id")
        try await expectSearch(artifacts, catalog, using: "restoreArtifact_sessionId_id")
        try await expectSearch(due, catalog, using: "job_state_runAfterDateTime_id")
    }
}

/// The default order of every list of the API, and every order that clients may ask for.
@Suite struct ListOrderTests {
    /// What the database does for a page somewhere in the middle, range by range.
    private func plans<Record>(_ query: Query<Record>, _ catalog: TemporaryCatalog) async throws -> [String] {
        try await catalog.driver.read { connection in
            try query.rangeQueries(.sqlite).flatMap { fragment in
                let rows = try connection.query("EXPLAIN QUERY PLAN \(fragment.sql) LIMIT 100", fragment.arguments)
                return rows.map { row in if case .text(let detail) = row["detail"] { detail } else { "" } }
            }
        }
    }

    /// No page walks over a table or sorts: the first reads an index in order, later ones go to
    /// their place in it.
    private func check<Record: CatalogRecord>(
        _ query: Query<Record>, _ record: Record, _ catalog: TemporaryCatalog
    ) async throws {
        var later = query
        later.after = query.key(of: record)
        for plan in try await plans(query, catalog) + plans(later, catalog) {
            #expect(
                plan.contains("USING INDEX") || plan.contains("USING COVERING INDEX")
                    || plan.contains("USING PRIMARY KEY"), "\(Record.table.name): \(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(Record.table.name) \(query.order): \(plan)")
        }
    }

    /// What belongs to policies is listed as a whole, of a workload, and of a policy.
    private func checkLists<Record: CatalogRecord>(of record: Record, _ catalog: TemporaryCatalog) async throws {
        for condition in [RowPredicate.true, .equal("workload", Workload.sharePoint), .equal("policyId", "p")] {
            try await check(Query(where: condition, order: [.init("createdDateTime")]), record, catalog)
        }
        try await check(Query(order: [.init("lastModifiedDateTime")]), record, catalog)
    }

    @Test func `points of many units are gone through in their order, and not sorted`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let unprotected = RowPredicate.equal("status", ProtectionUnitStatus.unprotected)
        let ofMany = RowPredicate.related(
            column: "unitId", table: ProtectionUnit.table.name, unprotected, testsEachRow: true)
        let query = Query<RestorePoint>(where: ofMany, order: [.init("protectionDateTime")])
        let plan = try await plans(query, catalog)
        #expect(plan.contains { $0.contains("restorePoint_protectionDateTime_id") }, "\(plan)")
        #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(plan)")
    }

    @Test func `the default order of every list is read off an index`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let (policy, unit, point, session, artifact) = (
            Sample.fullPolicy, Sample.fullUnit, Sample.fullPoint, Sample.fullSession, RestoreArtifact()
        )
        try await check(Query(order: [.init("createdDateTime")]), policy, catalog)
        try await check(
            Query(where: .equal("workload", Workload.sharePoint), order: [.init("createdDateTime")]), policy, catalog)
        try await check(Query(order: [.init("createdDateTime")]), unit, catalog)
        try await check(
            Query(where: .equal("workload", Workload.sharePoint), order: [.init("createdDateTime")]), unit, catalog)
        try await check(Query(where: .equal("policyId", "p"), order: [.init("createdDateTime")]), unit, catalog)
        try await check(Query(order: [.init("protectionDateTime")]), point, catalog)
        try await check(Query(where: .equal("unitId", "u"), order: [.init("protectionDateTime")]), point, catalog)
        try await check(Query(order: [.init("createdDateTime")]), session, catalog)
        try await check(
            Query(where: .equal("workload", Workload.sharePoint), order: [.init("createdDateTime")]), session, catalog)
        try await check(Query(where: .equal("sessionId", "s"), order: [.init("ordinal")]), artifact, catalog)
        try await check(Query(order: [.init("registrationDateTime")]), ServiceApp(), catalog)
        try await checkLists(of: Sample.fullRule, catalog)
        try await checkLists(of: Sample.fullBulkJob, catalog)
        try await checkLists(of: Sample.fullExclusion, catalog)
        try await check(
            Query(where: .compare("expirationDateTime", .greater, .integer(0)), order: [.init("createdDateTime")]),
            Sample.fullBrowsing, catalog)
        try await check(Query(where: .equal("sessionId", "s"), order: [.init("ordinal")]), Sample.fullItem, catalog)
        try await check(Query(where: .equal("sessionId", "s"), order: [.init("itemKey")]), Sample.fullItem, catalog)
        try await check(
            Query(where: .equal("sessionId", "s"), order: [.init("createdDateTime")]), Sample.fullBulkRequest, catalog)
        try await check(
            Query(where: .not(.isNull("eventDateTime")), order: [.init("eventDateTime", ascending: false)]),
            ActivityLog(), catalog)
    }

    // Those of `ListOrders` in the API.
    @Test(
        arguments: [
            "id", "createdDateTime", "lastModifiedDateTime", "status", "policyId", "sourceId", "displayName", "email",
            "siteName",
        ], [true, false])
    func `units are read off an index in every order of the API`(column: String, ascending: Bool) async throws {
        let catalog = try await TemporaryCatalog.make()
        for condition in [RowPredicate.true, .equal("workload", Workload.sharePoint), .equal("policyId", "p")] {
            for unit in [Sample.fullUnit, Sample.bareUnit] {
                try await check(Query(where: condition, order: [.init(column, ascending: ascending)]), unit, catalog)
            }
        }
    }

    @Test(
        arguments: ["id", "createdDateTime", "lastModifiedDateTime", "completedDateTime", "status", "restoreJobType"],
        [true, false])
    func `sessions are read off an index in every order of the API`(column: String, ascending: Bool) async throws {
        let catalog = try await TemporaryCatalog.make()
        for condition in [RowPredicate.true, .equal("workload", Workload.sharePoint)] {
            try await check(
                Query(where: condition, order: [.init(column, ascending: ascending)]), Sample.fullSession, catalog)
        }
    }

    @Test(arguments: [(0, 0), (3, 3), (5, 5), (9, 5)])
    func `a bounded count stops at its bound`(most: Int, found: Int) async throws {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { writer in
            for number in 0..<5 {
                var log = ActivityLog()
                log.id = "\(number)"
                try writer.insert(log)
            }
        }
        #expect(try await catalog.store.read { try $0.count(Query<ActivityLog>(), upTo: most) } == found)
    }

    @Test func `an order that a client asks for is an index too`() async throws {
        let catalog = try await TemporaryCatalog.make()
        try await check(Query(order: [.init("status")]), Sample.fullPolicy, catalog)
        try await check(Query(order: [.init("status")]), Sample.fullUnit, catalog)
        try await check(Query(order: [.init("status")]), Sample.fullSession, catalog)
        try await check(Query(order: [.init("lastModifiedDateTime")]), ServiceApp(), catalog)
        for workload in [Workload.exchange, .sharePoint] {
            try await check(
                Query(where: .equal("workload", workload), order: [.init("lastModifiedDateTime")]), Sample.fullUnit,
                catalog)
            try await check(
                Query(where: .equal("workload", workload), order: [.init("lastModifiedDateTime")]), Sample.fullSession,
                catalog)
        }
    }
}
