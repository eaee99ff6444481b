import BackupTesting
import Catalog
import CatalogSQLite
import Testing

@Suite struct RecordTests {
    @Test(arguments: CatalogEngine.allCases)
    func `every record comes back as it was, with every field and with none of the optional ones`(
        engine: CatalogEngine
    ) async throws {
        let catalog = try await engine.make()
        for samples in Sample.everyRecord { try await samples.roundTrip(catalog) }
    }

    @Test func `declarations, properties and the schema say the same`() async throws {
        let catalog = try await TemporaryCatalog.make()
        for samples in Sample.everyRecord { try await samples.checkDeclaration(catalog) }
    }

    @Test func `every table of the schema has its record on the list that these tests walk`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let tables = try await catalog.driver.read { connection in
            try connection.query(
                "SELECT \"name\" FROM \"sqlite_master\" WHERE \"type\" = 'table' ORDER BY \"name\"", []
            ).compactMap { String(sqlValue: $0["name"]) }
        }
        // What a search index keeps is no record: it is made again from its column.
        let indexes = SearchedColumn.all.map { "\($0.table)_\($0.column)" }
        let records = tables.filter { table in !indexes.contains { table == $0 || table.hasPrefix("\($0)_groups") } }
        #expect(
            records == (Sample.everyRecord.map(\.tableName) + ["schemaVersion", "commitMark", "catalogNote"]).sorted())
    }

    @Test(arguments: CatalogEngine.allCases)
    func `every member of an enumeration may be stored`(engine: CatalogEngine) async throws {
        let catalog = try await engine.make()
        try await catalog.store.write { writer in
            for status in BackupServiceStatus.allCases {
                for reason in DisableReason.allCases {
                    try writer.save(
                        ServiceState(id: "t", status: status).with {
                            $0.disableReason = reason
                        })
                }
            }
            for status in ServiceAppStatus.allCases {
                try writer.save(
                    ServiceApp(
                        id: "a", status: status, registrationDateTime: Sample.moment,
                        lastModifiedDateTime: Sample.moment))
            }
            var policy = Sample.barePolicy
            for status in ProtectionPolicyStatus.allCases {
                policy.status = status
                try writer.save(policy)
            }
            for mode in ProtectionMode.allCases {
                policy.protectionMode = mode
                try writer.save(policy)
            }
            for workload in Workload.allCases {
                policy.workload = workload
                try writer.save(policy)
            }
            var unit = Sample.bareUnit
            for status in ProtectionUnitStatus.allCases {
                unit.status = status
                try writer.save(unit)
            }
            unit.id = "unit-1"
            try writer.delete(ProtectionUnit.self, id: "unit-2")
            try writer.save(unit)
            var point = Sample.barePoint
            for cadence in Cadence.allCases {
                point.cadence = cadence
                try writer.save(point)
            }
            var session = Sample.fullSession
            for status in RestoreSessionStatus.allCases {
                session.status = status
                try writer.save(session)
            }
            for type in RestoreJobType.allCases {
                session.restoreJobType = type
                try writer.save(session)
            }
            var artifact = Sample.bareArtifact
            for status in ArtifactRestoreStatus.allCases {
                artifact.status = status
                try writer.save(artifact)
            }
            for destination in DestinationType.allCases {
                artifact.destinationType = destination
                try writer.save(artifact)
            }
        }
    }

    @Test func `a value that no program of ours wrote is an error that names the place`() async throws {
        let catalog = try await TemporaryCatalog.make()
        try await catalog.store.write { writer in
            try writer.insert(Sample.fullPolicy)
            try writer.update(ProtectionPolicy.self, where: .true, set: ["createdBy": .text("no JSON")])
        }
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.store.find(ProtectionPolicy.self, id: "policy-1")
        }
        #expect(error?.code == .unexpectedValue)
        #expect(error?.message.contains("createdBy") == true)
        #expect(error?.message.contains("policy-1") == true)
    }
}
