import BackupTesting
import Catalog
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import CatalogSQLite

@Suite struct SQLiteDriverTests {
    @Test(arguments: SQLDriverConformance.all)
    func `the driver keeps its promises`(_ check: SQLDriverConformance) async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        #expect(try await check.violations(of: catalog.driver) == [])
    }

    @Test func `commits wait for the disk, and foreign keys count`() async throws {
        let catalog = try TemporaryCatalog.unmigrated()
        // 2 is FULL. Source: SQLite, "PRAGMA synchronous".
        #expect(
            try await catalog.driver.settings() == [
                "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "30000",
            ])
    }

    @Test func `folder and files are open to their owner only`() async throws {
        let catalog = try await TemporaryCatalog.make()
        let mode = { (path: String) in try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(URL(filePath: catalog.path).deletingLastPathComponent().path) == 0o700)
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(catalog.path + suffix) == 0o600) }
    }

    /// Holds the writer, lets as many writes wait as may, and gives what each of them saw once the
    /// writer is let go.
    private func writeInOneGroup<Value: Sendable>(
        _ catalog: TemporaryCatalog, waiting: Int, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> (refused: [CatalogError.Code], results: [Result<Value, any Error>]) {
        let (holding, gate) = (AsyncStream<Void>.makeStream(), DispatchSemaphore(value: 0))
        return try await withThrowingTaskGroup(of: Result<Value, any Error>?.self) { group in
            group.addTask {
                try await catalog.driver.write { _ in
                    holding.continuation.finish()
                    gate.wait()
                }
                return nil
            }
            for await _ in holding.stream {}
            for _ in 0..<(waiting + 3) {
                group.addTask {
                    do { return .success(try await catalog.driver.write(body)) } catch { return .failure(error) }
                }
            }
            // Three more than may wait are refused at once; then all the others do wait.
            var refused: [CatalogError.Code] = []
            while refused.count < 3, case .failure(let error)?? = try await group.next() {
                refused.append((error as? CatalogError)?.code ?? .database)
            }
            gate.signal()
            return (refused, try await group.reduce(into: []) { if let result = $1 { $0.append(result) } })
        }
    }

    @Test func `writes beyond the bound are refused, and those that wait share one commit`() async throws {
        let catalog = try await TemporaryCatalog.make(waitingWritesLimit: 20)
        try await catalog.driver.write { try $0.execute("CREATE TABLE \"n\" (\"v\" INTEGER)", []) }
        let other = try DatabaseQueue(path: catalog.path)
        let (refused, results) = try await writeInOneGroup(catalog, waiting: 20) { connection in
            try connection.execute("INSERT INTO \"n\" (\"v\") VALUES (1)", [])
            let own =
                try connection.query("SELECT COUNT(*) FROM \"n\"", []).first.flatMap { Int(sqlValue: $0[0]) } ?? -1
            return [own, try other.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM n") ?? -1 }]
        }
        #expect(refused == [.busy, .busy, .busy])
        // Each sees those before it in the same transaction, while for everybody else
        // nothing is there yet.
        #expect(try results.map { try $0.get() }.sorted { $0[0] < $1[0] } == (1...20).map { [$0, 0] })
        #expect(try await other.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM n") } == 20)
    }

    @Test func `of the writes that share a commit, those that throw undo only themselves`() async throws {
        struct Refused: Error {}
        let catalog = try await TemporaryCatalog.make(waitingWritesLimit: 20)
        try await catalog.driver.write { try $0.execute("CREATE TABLE \"n\" (\"v\" INTEGER)", []) }
        let turn = Mutex(0)
        let (_, results) = try await writeInOneGroup(catalog, waiting: 20) { connection in
            let number = turn.withLock {
                $0 += 1
                return $0
            }
            try connection.execute("INSERT INTO \"n\" (\"v\") VALUES (?)", [.integer(Int64(number))])
            if number.isMultiple(of: 4) { throw Refused() }
            return number
        }
        let made = results.compactMap { try? $0.get() }.sorted()
        #expect(made == (1...20).filter { !$0.isMultiple(of: 4) })
        #expect(
            try await catalog.driver.read { try $0.query("SELECT \"v\" FROM \"n\" ORDER BY 1", []).map { $0[0] } }
                == made.map { .integer(Int64($0)) })
    }

    @Test func `the first statements are kept prepared, and not without end`() {
        let admission = StatementAdmission()
        for number in 0..<StatementAdmission.limit { #expect(admission.admits("\(number)")) }
        #expect(!admission.admits("one more"))
        #expect(admission.admits("0"))
    }
}
