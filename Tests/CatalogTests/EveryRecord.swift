import BackupTesting
import CatalogSQLite
import Testing

@testable import Catalog

/// One kind of record with two samples, so that tests can walk all of them.
protocol AnyRecordSamples: Sendable {
    var tableName: String { get }
    /// The SQL that reads, adds and changes one.
    var tableStatements: [String] { get }
    /// Stores both, changes the full one into the bare one's values under its own id and back,
    /// and reads everything again.
    func roundTrip(_ catalog: any TestCatalog) async throws
    /// Compares the declaration with the properties and with the schema.
    func checkDeclaration(_ catalog: TemporaryCatalog) async throws
}

/// The columns whose name is not that of their property, by the property.
private let renamedColumns = ["signInOrSiteName": "siteName"]

struct RecordSamples<Record: CatalogRecord & Hashable>: AnyRecordSamples {
    let full: Record
    let bare: Record

    init(_ full: Record, _ bare: Record) {
        self.full = full
        self.bare = bare
    }

    var tableName: String { Record.table.name }

    var tableStatements: [String] {
        let table = Record.table
        return [table.findSQL, table.insertSQL, table.updateSQL, table.saveSQL]
    }

    func roundTrip(_ catalog: any TestCatalog) async throws {
        let store = catalog.store
        try await store.write { try $0.insert(contentsOf: [full, bare]) }
        #expect(try await store.find(Record.self, id: full.id) == full)
        #expect(try await store.find(Record.self, id: bare.id) == bare)
        #expect(try await store.find(Record.self, id: "none") == nil)
        #expect(try await store.page(Query<Record>(order: [.init("id")])) == [full, bare])
        #expect(try await store.count(Query<Record>()) == 2)
        try await store.write { try $0.update(bare) }
        try await store.write { try $0.save(full) }
        #expect(try await store.page(Query<Record>(order: [.init("id")])) == [full, bare])
    }

    func checkDeclaration(_ catalog: TemporaryCatalog) async throws {
        let properties = Mirror(reflecting: Record()).children.compactMap { child in
            child.label.map { renamedColumns[$0] ?? $0 }
        }
        #expect(Record.table.columnNames == properties, "\(Record.self) declares other columns than it has properties")
        let stored = try await catalog.driver.read { connection in
            try connection.query("SELECT \"name\", \"notnull\" FROM pragma_table_info(?)", [.text(Record.table.name)])
                .map { ($0["name"], $0["notnull"]) }
        }
        #expect(stored.map(\.0) == properties.map { .text($0) }, "the table of \(Record.self) has other columns")
        for (child, column) in zip(Mirror(reflecting: Record()).children, stored) {
            let isOptional = Mirror(reflecting: child.value).displayStyle == .optional
            #expect(
                column.1 == .integer(isOptional ? 0 : 1),
                "\(Record.table.name).\(child.label ?? "") is nullable and its property is not, or the reverse")
        }
    }
}

extension Sample {
    /// Every kind of record, each after those that it refers to. A table without an
    /// entry here fails `RecordTests`.
    static let everyRecord: [any AnyRecordSamples] = [
        // Triggers make rows of these two for units, so they come before them.
        RecordSamples(fullUnitTotals, bareUnitTotals), RecordSamples(fullUnitState, bareUnitState),
        // First, because others are noted there.
        RecordSamples(fullNote, bareNote),
        RecordSamples(fullState, bareState), RecordSamples(fullApp, bareApp), RecordSamples(fullPolicy, barePolicy),
        RecordSamples(fullUnit, bareUnit),
        RecordSamples(fullRepository, bareRepository), RecordSamples(fullPoint, barePoint),
        RecordSamples(fullSession, bareSession),
        RecordSamples(fullArtifact, bareArtifact), RecordSamples(fullJob, bareJob),
        RecordSamples(fullClient, bareClient), RecordSamples(fullKey, bareKey),
        RecordSamples(fullRule, bareRule), RecordSamples(fullMember, otherMember),
        RecordSamples(fullBulkJob, bareBulkJob),
        RecordSamples(fullExclusion, bareExclusion), RecordSamples(fullBulkRequest, bareBulkRequest),
        RecordSamples(fullBrowsing, bareBrowsing),
        RecordSamples(fullItem, bareItem), RecordSamples(fullNotification, bareNotification),
        RecordSamples(fullActivity, bareActivity),
        RecordSamples(fullLedgerRow, otherLedgerRow), RecordSamples(fullHealth, otherHealth),
        RecordSamples(fullDoomed, otherDoomed),
        RecordSamples(fullCreation, bareCreation), RecordSamples(fullClock, bareClock),
        RecordSamples(fullProcess, bareProcess), RecordSamples(fullTurn, bareTurn),
        RecordSamples(fullUnread, bareUnread), RecordSamples(fullNotice, bareNotice),
        RecordSamples(fullHold, otherHold), RecordSamples(fullPlan, barePlan),
        RecordSamples(fullPlanUnit, barePlanUnit),
        RecordSamples(fullItemError, bareItemError),
        RecordSamples(fullChange, bareChange), RecordSamples(fullDay, bareDay), RecordSamples(fullTotal, bareTotal),
        RecordSamples(fullIncident, bareIncident), RecordSamples(fullIncidentUnit, bareIncidentUnit),
        RecordSamples(fullUnitHold, otherUnitHold), RecordSamples(fullPutOff, otherPutOff),
        RecordSamples(fullGap, otherGap),
        RecordSamples(fullFileSearch, bareFileSearch), RecordSamples(fullFileSearchUnit, otherFileSearchUnit),
        RecordSamples(fullOperator, bareOperator), RecordSamples(fullPortalSession, barePortalSession),
        RecordSamples(fullRefreshToken, bareRefreshToken),
        RecordSamples(fullAuthorizationCode, bareAuthorizationCode),
        RecordSamples(fullAuditRecord, bareAuditRecord),
        RecordSamples(fullDeviceCode, bareDeviceCode), RecordSamples(fullFirstRun, otherFirstRun),
    ]
}
