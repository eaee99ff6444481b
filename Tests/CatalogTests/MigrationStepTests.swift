import BackupTesting
import CatalogSQLite
import Foundation
import Testing

@testable import Catalog

/// Each step on rows that a program of the version before it wrote: they are there afterwards, and
/// what the step adds has the value that the new program expects.
@Suite struct MigrationStepTests {
    private struct Row: CustomStringConvertible {
        var table: String
        var values: [String: SQLValue]

        var description: String { table }

        func insert(_ connection: any SQLConnection) throws {
            let columns = values.keys.sorted()
            try connection.execute(
                "INSERT INTO \"\(table)\" (\(columns.map { "\"\($0)\"" }.joined(separator: ", "))) "
                    + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))",
                columns.map { values[$0] ?? .null })
        }
    }

    private static let drive = SQLValue.text("oneDriveForBusiness")
    private static let policy = Row(
        table: "protectionPolicy",
        values: [
            "id": .text("p"), "workload": drive, "displayName": .text("Old"), "status": .text("active"),
            "protectionMode": .text("standard"), "retentionDays": .integer(365), "createdDateTime": .integer(1),
        ])
    private static let unit = Row(
        table: "protectionUnit",
        values: [
            "id": .text("u"), "workload": drive, "policyId": .text("p"), "sourceId": .text("s"),
            "displayName": .text("Ada"), "status": .text("protected"), "protectionSources": .integer(1),
            "createdDateTime": .integer(2),
        ])
    private static let repository = Row(
        table: "unitRepository",
        values: [
            "id": .text("u"), "createdDateTime": .integer(77), "sealedMasterKey": .blob([1, 2]),
            "pruneNeeded": .integer(0), "location": .text("u"),
        ])
    private static let point = Row(
        table: "restorePoint",
        values: [
            "id": .text("r"), "unitId": .text("u"), "workload": drive, "protectionDateTime": .integer(5),
            "expirationDateTime": .integer(6), "tags": .integer(1), "snapshotId": .text("snapshot"),
            "cadence": .text("weekly"), "isDamaged": .integer(0), "failureCount": .integer(0),
        ])
    private static let session = Row(
        table: "restoreSession",
        values: [
            "id": .text("x"), "workload": drive, "status": .text("completed"), "restoreJobType": .text("standard"),
            "artifactsTotal": .integer(1), "artifactsCompleted": .integer(1), "artifactsFailed": .integer(0),
            "artifactsInProgress": .integer(0), "createdDateTime": .integer(3),
        ])
    private static let artifact = Row(
        table: "restoreArtifact",
        values: [
            "id": .text("a"), "sessionId": .text("x"), "workload": drive, "ordinal": .integer(0),
            "restorePointId": .text("r"), "unitId": .text("u"), "destinationType": .text("new"),
            "status": .text("succeeded"),
        ])

    /// A catalogue of a version with rows of its time.
    private func catalog(version: Int, _ rows: [Row]) async throws -> TemporaryCatalog {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: Array(Migration.all.prefix(version)))
        try await catalog.driver.write { connection in for row in rows { try row.insert(connection) } }
        return catalog
    }

    private static let everything = [policy, unit, repository, point, session, artifact]

    @Test(arguments: 1..<14)
    func `rows of the first version survive every way to the last one`(stop: Int) async throws {
        let catalog = try await catalog(version: 1, Self.everything)
        try await catalog.store.migrate(with: Array(Migration.all.prefix(stop)))
        try await catalog.store.migrate()
        let store = catalog.store
        let unit = try #require(try await store.find(ProtectionUnit.self, id: "u"))
        #expect(unit.displayName == "Ada")
        #expect(unit.protectionSources == .manual)
        #expect(unit.createdDateTime == Date(sqlValue: .integer(2)))
        #expect(try await store.find(ProtectionPolicy.self, id: "p")?.displayName == "Old")
        #expect(try await store.find(UnitRepository.self, id: "u")?.sealedMasterKey == [1, 2])
        #expect(try await store.find(RestorePoint.self, id: "r")?.snapshotId == "snapshot")
        #expect(try await store.find(RestoreSession.self, id: "x")?.status == .completed)
        #expect(try await store.find(RestoreArtifact.self, id: "a")?.status == .succeeded)
    }

    @Test func `step 3 leaves retention and coverage of older rows open`() async throws {
        let catalog = try await catalog(version: 2, [Self.policy, Self.unit])
        try await catalog.store.migrate()
        let unit = try await catalog.store.find(ProtectionUnit.self, id: "u")
        let policy = try await catalog.store.find(ProtectionPolicy.self, id: "p")
        #expect(unit?.retentionDays == nil)
        #expect(unit?.retentionChange == nil)
        // Without a digest the policy's coverage is resolved on the next tick.
        #expect(policy?.coverageDigest == nil)
    }

    @Test func `step 4 leaves older sessions without a recovery folder`() async throws {
        let catalog = try await catalog(version: 3, [Self.session, Self.artifact])
        try await catalog.store.migrate()
        let session = try await catalog.store.find(RestoreSession.self, id: "x")
        #expect(session?.conflictBehavior == nil)
        #expect(session?.recoveryFolder == nil)
        #expect(try await catalog.store.find(RestoreArtifact.self, id: "a")?.searchResponseId == nil)
    }

    @Test func `step 6 counts older repositories as verified when they were made`() async throws {
        let catalog = try await catalog(version: 5, [Self.policy, Self.unit, Self.repository])
        try await catalog.store.migrate()
        let health = try await catalog.store.page(Query<RepositoryHealth>())
        #expect(health.map(\.id) == ["u"])
        #expect(health.map(\.verifiedDateTime) == [Date(sqlValue: .integer(77))])
        #expect(health.map(\.problems) == [0])
        // Step 7 adds the size, which is counted later.
        #expect(health.map(\.storedBytes) == [nil])
    }

    @Test func `step 6 makes the health go with its repository`() async throws {
        let catalog = try await catalog(version: 5, [Self.policy, Self.unit, Self.repository])
        try await catalog.store.migrate()
        try await catalog.store.write { try $0.delete(UnitRepository.self, id: "u") }
        #expect(try await catalog.store.count(Query<RepositoryHealth>()) == 0)
    }

    @Test func `step 8 knows no last names of older units`() async throws {
        let catalog = try await catalog(version: 7, [Self.policy, Self.unit])
        try await catalog.store.migrate()
        let unit = try await catalog.store.find(ProtectionUnit.self, id: "u")
        #expect(unit?.lastDisplayName == nil)
        #expect(unit?.ownerName == "Ada")
    }

    @Test func `step 13 takes the time of older points for what the clock said`() async throws {
        let catalog = try await catalog(version: 12, [Self.policy, Self.unit, Self.point])
        try await catalog.store.migrate()
        let point = try await catalog.store.find(RestorePoint.self, id: "r")
        #expect(point?.clockDateTime == nil)
        #expect(point?.protectionDateTime == Date(sqlValue: .integer(5)))
    }

    @Test(
        arguments: [
            (6, ["ledgerRow", "repositoryHealth"]), (7, ["repositoryCreation"]), (10, ["clockState"]),
            (11, ["restoreNotice", "unreadItem"]), (12, ["pointHold"]),
            (15, ["planUnit", "restoreItemError", "restorePlan"]),
            (
                16,
                [
                    "changeDay", "changeStatistics", "changeTotal", "incident", "incidentUnit", "putOffPoint",
                    "unitHold",
                ]
            ),
            (17, ["changeNote"]), (18, ["fileSearch", "fileSearchUnit"]),
        ] as [(Int, [String])])
    func `a step makes its own tables and no others`(step: Int, tables: [String]) async throws {
        let catalog = try await catalog(version: step - 1, [])
        let before = try await Self.tables(catalog)
        try await catalog.store.migrate(with: Array(Migration.all.prefix(step)))
        #expect(try await Self.tables(catalog).subtracting(before) == Set(tables))
    }

    @Test func `step 22 makes the tables of people who sign in, and changes no other`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: Migration.all.filter { $0.version < 22 })
        let before = try await Self.tables(catalog)
        try await catalog.store.migrate(with: Migration.all.filter { $0.version <= 22 })
        let made = try await Self.tables(catalog).subtracting(before)
        #expect(
            made == [
                "authorizationCode", "deviceCode", "firstRunCode", "operatorAccount", "portalSession", "refreshToken",
            ])
    }

    @Test func `step 23 makes the table of the audit trail, and changes no other`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: Migration.all.filter { $0.version < 23 })
        let before = try await Self.tables(catalog)
        try await catalog.store.migrate(with: Migration.all.filter { $0.version <= 23 })
        #expect(try await Self.tables(catalog).subtracting(before) == ["auditRecord"])
    }

    @Test func `step 27 makes the tables of processes, and changes no other`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        try await catalog.store.migrate(with: Migration.all.filter { $0.version < 27 })
        let before = try await Self.tables(catalog)
        try await catalog.store.migrate(with: Migration.all.filter { $0.version <= 27 })
        #expect(try await Self.tables(catalog).subtracting(before) == ["process", "schedule"])
    }

    private static func tables(_ catalog: TemporaryCatalog) async throws -> Set<String> {
        let rows = try await catalog.driver.read {
            try $0.query("SELECT \"name\" FROM \"sqlite_schema\" WHERE \"type\" = 'table'", [])
        }
        return Set(rows.compactMap { String(sqlValue: $0[0]) })
    }

    /// What the schema forbids in rows that a step adds, by what SQLite says of it.
    @Test(arguments: [
        Row(
            table: "ledgerRow",
            values: ["id": .text("u/0"), "unitId": .text("u"), "sequence": .integer(0), "entry": .text("")]),
        Row(
            table: "repositoryHealth",
            values: ["id": .text("none"), "verifiedDateTime": .integer(1), "problems": .integer(0)]),
        Row(
            table: "repositoryHealth",
            values: [
                "id": .text("u"), "verifiedDateTime": .integer(1), "problems": .integer(0), "storedBytes": .integer(-1),
            ]),
        Row(
            table: "notificationSetting",
            values: [
                "id": .text("t"), "isEnabled": .integer(2), "includesUpdates": .integer(0), "recipients": .text("{}"),
            ]),
        Row(
            table: "pointHold",
            values: [
                "id": .text("none"), "unitId": .text("u"), "sinceDateTime": .integer(1), "untilDateTime": .integer(2),
                "pointExpirationDateTime": .integer(3), "files": .integer(1), "filesLeft": .integer(0),
            ]),
        Row(table: "ruleMember", values: ["id": .text("m"), "ruleId": .text("none"), "unitId": .text("u")]),
    ])
    private func `what the schema forbids is refused`(row: Row) async throws {
        let catalog = try await catalog(version: Migration.all.count, [Self.policy, Self.unit, Self.repository])
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.driver.write { try row.insert($0) }
        }
        #expect(error?.code == .constraint)
    }
}
