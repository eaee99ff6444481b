import SampleData
import Catalog
import CatalogSQLite
import Foundation
import Testing

/// One bit of the file is wrong: a start sees it, or no restore point says anything else about
/// what it gives back.
///
/// SQLite keeps no checksums of content, but each of those columns stands in an index too, and a
/// start compares the two. `HOLDFAST_FLIPS` sets how many bits are tried, one at a time.
@Suite struct FlippedBitTests {
    private static let flips = Int(ProcessInfo.processInfo.environment["HOLDFAST_FLIPS"] ?? "") ?? 60

    /// What a point promises, in columns that all stand in an index.
    private struct Promise: Hashable {
        var id: String
        var unit: String
        var workload: Workload
        var moment: Date
        var end: Date
        var snapshot: String

        init(_ point: RestorePoint) {
            (id, unit, workload) = (point.id, point.unitId, point.workload)
            (moment, end, snapshot) = (point.protectionDateTime, point.expirationDateTime, point.snapshotId)
        }
    }

    /// A catalogue as a service of some weeks has it, most of it points and the ledger. Gives its
    /// file's bytes and the promises.
    private func made(at path: String) async throws -> (Data, Set<Promise>) {
        let store = CatalogStore(driver: try SQLiteDriver(path: path))
        try await store.migrate()
        var random = SeededGenerator(seed: 11)
        var (points, rows) = ([RestorePoint](), [LedgerRow]())
        for number in 0..<2_500 {
            let snapshot = random.bytes(32).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            points.append(
                RestorePoint(
                    id: "\(UUID())".lowercased(), unitId: Sample.fullUnit.id, workload: Sample.fullUnit.workload,
                    protectionDateTime: Sample.later(Double(600 * number)),
                    expirationDateTime: Sample.later(Double(600 * number + 1_209_600)), tags: .fastRestore,
                    snapshotId: snapshot, cadence: .tenMinutes))
            if number % 5 == 0 {
                rows.append(
                    LedgerRow(
                        unitId: Sample.fullUnit.id, sequence: number / 5 + 1,
                        entry: snapshot + snapshot + snapshot + snapshot))
            }
        }
        try await store.write { [points, rows] writer in
            try writer.insert(Sample.fullPolicy)
            try writer.insert(Sample.fullUnit)
            try writer.insert(contentsOf: points)
            try writer.insert(contentsOf: rows)
        }
        let promises = Set(try await store.page(Query<RestorePoint>()).map(Promise.init))
        try await store.close()
        return (try Data(contentsOf: URL(filePath: path)), promises)
    }

    @Test func `a flipped bit is seen, or changes no restore point`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "catalog-flips-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (whole, promises) = try await made(at: folder.appending(path: "whole/catalog.sqlite").path)
        var random = SeededGenerator(seed: 12)
        var seen = 0
        for number in 0..<Self.flips {
            let (place, bit) = (Int(random.next() % UInt64(whole.count)), UInt8(1) << UInt8(random.next() % 8))
            var bytes = whole
            bytes[place] ^= bit
            let file = folder.appending(path: "\(number)/catalog.sqlite")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try bytes.write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            do {
                let driver = try SQLiteDriver(path: file.path)
                let store = CatalogStore(driver: driver)
                try await store.migrate()
                try await driver.requireSound()
                let found = Set(try await store.page(Query<RestorePoint>()).map(Promise.init))
                #expect(found == promises, "bit \(bit) of byte \(place) was not seen")
                try await store.close()
            } catch is CatalogError {
                seen += 1
            }
            try FileManager.default.removeItem(at: file.deletingLastPathComponent())
        }
        #expect(seen > Self.flips / 3, "most of such a catalogue is points")
        if ProcessInfo.processInfo.environment["HOLDFAST_FLIPS"] != nil {
            print("\(seen) of \(Self.flips) flipped bits were seen in a catalogue of \(whole.count) bytes")
        }
    }
}
