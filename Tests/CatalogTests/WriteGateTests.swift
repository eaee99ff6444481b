import BackupTesting
import Catalog
import Testing

/// A catalogue that is found damaged is not written to any more.
@Suite struct WriteGateTests {
    @Test func `after the gate is closed writes are refused by the first reason, and reads go on`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let policy = ProtectionPolicy().with { $0.id = "p" }
        try await catalog.store.write { try $0.insert(policy) }
        catalog.store.writeGate.close(because: "row 7 is missing from an index")
        catalog.store.writeGate.close(because: "another")
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.store.write { try $0.insert(policy.with { $0.id = "q" }) }
        }
        #expect(error?.code == .readOnly)
        #expect(error?.message.contains("row 7 is missing from an index") == true)
        #expect(try await catalog.store.find(ProtectionPolicy.self, id: "p") != nil)
        #expect(try await catalog.store.find(ProtectionPolicy.self, id: "q") == nil)
    }
}
