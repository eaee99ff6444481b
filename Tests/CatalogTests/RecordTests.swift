import BackupTesting
import Catalog
import CatalogSQLite
import Testing

@Suite struct RecordTests {
    /// Stores both, changes the full one into the bare one's values under its own id and back, and reads everything again.
    private func roundTrip<Record: CatalogRecord & Hashable>(_ full: Record, _ bare: Record, _ catalog: TemporaryCatalog) async throws {
        try await catalog.store.write { try $0.insert(contentsOf: [full, bare]) }
        #expect(try await catalog.store.find(Record.self, id: full.id) == full)
        #expect(try await catalog.store.find(Record.self, id: bare.id) == bare)
        #expect(try await catalog.store.find(Record.self, id: "none") == nil)
        #expect(try await catalog.store.page(Query<Record>(order: [.init("id")])) == [full, bare])
        #expect(try await catalog.store.count(Query<Record>()) == 2)
        try await catalog.store.write { try $0.update(bare) }
        try await catalog.store.write { try $0.save(full) }
        #expect(try await catalog.store.page(Query<Record>(order: [.init("id")])) == [full, bare])
    }

    @Test func `every record comes back as it was, with every field and with none of the optional ones`() async throws {
        let catalog = try await TemporaryCatalog.make()
        try await roundTrip(Sample.fullState, Sample.bareState, catalog)
        try await roundTrip(Sample.fullApp, Sample.bareApp, catalog)
        try await roundTrip(Sample.fullPolicy, Sample.barePolicy, catalog)
        try await roundTrip(Sample.fullUnit, Sample.bareUnit, catalog)
        try await roundTrip(Sample.fullRepository, Sample.bareRepository, catalog)
        try await roundTrip(Sample.fullPoint, Sample.barePoint, catalog)
        try await roundTrip(Sample.fullSession, Sample.bareSession, catalog)
        try await roundTrip(Sample.fullArtifact, Sample.bareArtifact, catalog)
        try await roundTrip(Sample.fullJob, Sample.bareJob, catalog)
        try await roundTrip(Sample.fullClient, Sample.bareClient, catalog)
        try await roundTrip(Sample.fullKey, Sample.bareKey, catalog)
        try await roundTrip(Sample.fullRule, Sample.bareRule, catalog)
        try await roundTrip(Sample.fullBulkJob, Sample.bareBulkJob, catalog)
        try await roundTrip(Sample.fullExclusion, Sample.bareExclusion, catalog)
    }

    private func checkDeclaration<Record: CatalogRecord>(of _: Record.Type, _ catalog: TemporaryCatalog) async throws {
        let properties = Mirror(reflecting: Record()).children.compactMap(\.label)
        #expect(Record.table.columnNames == properties, "\(Record.self) declares other columns than it has properties")
        let stored = try await catalog.driver.read { connection in
            try connection.query("SELECT \"name\", \"notnull\" FROM pragma_table_info(?)", [.text(Record.table.name)]).map { ($0["name"], $0["notnull"]) }
        }
        #expect(stored.map(\.0) == properties.map { .text($0) }, "the table of \(Record.self) has other columns")
        for (child, column) in zip(Mirror(reflecting: Record()).children, stored) {
            let isOptional = Mirror(reflecting: child.value).displayStyle == .optional
            #expect(column.1 == .integer(isOptional ? 0 : 1), "\(Record.table.name).\(child.label ?? "") is nullable and its property is not, or the reverse")
        }
    }

    @Test func `declarations, properties and the schema say the same`() async throws {
        let catalog = try await TemporaryCatalog.make()
        try await checkDeclaration(of: ServiceState.self, catalog)
        try await checkDeclaration(of: ServiceApp.self, catalog)
        try await checkDeclaration(of: ProtectionPolicy.self, catalog)
        try await checkDeclaration(of: ProtectionUnit.self, catalog)
        try await checkDeclaration(of: UnitRepository.self, catalog)
        try await checkDeclaration(of: RestorePoint.self, catalog)
        try await checkDeclaration(of: RestoreSession.self, catalog)
        try await checkDeclaration(of: RestoreArtifact.self, catalog)
        try await checkDeclaration(of: Job.self, catalog)
        try await checkDeclaration(of: ClientApplication.self, catalog)
        try await checkDeclaration(of: SigningKey.self, catalog)
        try await checkDeclaration(of: InclusionRule.self, catalog)
        try await checkDeclaration(of: RuleMember.self, catalog)
        try await checkDeclaration(of: BulkAdditionJob.self, catalog)
        try await checkDeclaration(of: ExclusionUnit.self, catalog)
    }

    @Test func `every member of an enumeration may be stored`() async throws {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { writer in
            for status in BackupServiceStatus.allCases {
                for reason in DisableReason.allCases { try writer.save(ServiceState(id: "t", status: status, disableReason: reason)) }
            }
            for status in ServiceAppStatus.allCases {
                try writer.save(ServiceApp(id: "a", status: status, registrationDateTime: Sample.moment, lastModifiedDateTime: Sample.moment))
            }
            var policy = Sample.barePolicy
            for status in ProtectionPolicyStatus.allCases { policy.status = status; try writer.save(policy) }
            for mode in ProtectionMode.allCases { policy.protectionMode = mode; try writer.save(policy) }
            for workload in Workload.allCases { policy.workload = workload; try writer.save(policy) }
            var unit = Sample.bareUnit
            for status in ProtectionUnitStatus.allCases { unit.status = status; try writer.save(unit) }
            unit.id = "unit-1"
            try writer.delete(ProtectionUnit.self, id: "unit-2")
            try writer.save(unit)
            var point = Sample.barePoint
            for cadence in Cadence.allCases { point.cadence = cadence; try writer.save(point) }
            var session = Sample.fullSession
            for status in RestoreSessionStatus.allCases { session.status = status; try writer.save(session) }
            for type in RestoreJobType.allCases { session.restoreJobType = type; try writer.save(session) }
            var artifact = Sample.bareArtifact
            for status in ArtifactRestoreStatus.allCases { artifact.status = status; try writer.save(artifact) }
            for destination in DestinationType.allCases { artifact.destinationType = destination; try writer.save(artifact) }
        }
    }

    @Test func `a value that no program of ours wrote is an error that names the place`() async throws {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { writer in
            try writer.insert(Sample.fullPolicy)
            try writer.update(ProtectionPolicy.self, where: .true, set: ["createdBy": .text("no JSON")])
        }
        let error = await #expect(throws: CatalogError.self) { try await catalog.store.find(ProtectionPolicy.self, id: "policy-1") }
        #expect(error?.code == .unexpectedValue)
        #expect(error?.message.contains("createdBy") == true && error?.message.contains("policy-1") == true)
    }
}
