import BackupTesting
import Catalog
import Synchronization
import Testing

@Suite struct TwiceDriverTests {
    @Test func `a body runs twice, and only the second run counts`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let driver = TwiceDriver(catalog.driver)
        let runs = Mutex(0)
        let number = try await driver.write { connection in
            let run = runs.withLock { runs in
                runs += 1
                return runs
            }
            return try connection.execute(
                #"INSERT INTO "ledgerRow" ("id", "unitId", "sequence", "entry") VALUES (?, 'u', 1, 'x')"#,
                [.text("run \(run)")])
        }
        let rows = try await driver.read { try $0.query(#"SELECT "id" FROM "ledgerRow""#, []) }
        #expect(runs.withLock { $0 } == 2)
        #expect(number == 1)
        #expect(rows.map { $0[0] } == [.text("run 2")])
        #expect(driver.repetitions == 1)
    }

    @Test func `a body that throws does not run again`() async throws {
        struct Refused: Error {}
        let catalog = try await TemporaryCatalog.make()
        let runs = Mutex(0)
        await #expect(throws: Refused.self) {
            try await TwiceDriver(catalog.driver).write { _ in
                runs.withLock { $0 += 1 }
                throw Refused()
            }
        }
        #expect(runs.withLock { $0 } == 1)
    }

    /// Counts what it does outside of the database, as no body of the service may.
    @Test func `a body that keeps something of its first run shows`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let kept = Mutex<[String]>([])
        try await TwiceDriver(catalog.driver).write { _ in kept.withLock { $0.append("once") } }
        #expect(kept.withLock { $0 } != ["once"])
    }
}
