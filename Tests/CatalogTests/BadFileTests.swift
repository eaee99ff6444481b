import BackupTesting
import Catalog
import CatalogSQLite
import Foundation
import Testing

@Suite struct BadFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "catalog-bad-" + UUID().uuidString)

    private func opening(_ path: String) -> CatalogError? {
        #expect(throws: CatalogError.self) { try SQLiteDriver(path: path) }
    }

    @Test func `a file that is no database is named, and left as it is`() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "notes.txt")
        let bytes = Data((0..<9_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        try bytes.write(to: file)
        let error = opening(file.path)
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(file.path) == true)
        #expect(try Data(contentsOf: file) == bytes)
    }

    @Test func `a place where no file can be is named`() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data([1]).write(to: folder.appending(path: "file"))
        let below = folder.appending(path: "file/catalog.sqlite").path
        for path in [below, folder.path] {
            let error = opening(path)
            #expect(error?.code == .cannotOpen)
            #expect(error?.message.contains(folder.path) == true)
        }
    }

    @Test func `damage within the file is told as damage`() async throws {
        let path = folder.appending(path: "catalog.sqlite").path
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = CatalogStore(driver: try SQLiteDriver(path: path))
        try await whole.migrate()
        try await whole.write { writer in
            for number in 0..<200 {
                var job = Sample.bareJob
                job.id = "job-\(number)"
                job.subjectId = "unit-\(number)"
                try writer.insert(job)
            }
        }
        try await whole.close()
        // Everything after the first page, which holds the schema's root, becomes noise; SQLite's
        // pages have 4,096 bytes.
        var bytes = try Data(contentsOf: URL(filePath: path))
        for place in 4_096..<bytes.count { bytes[place] = UInt8(truncatingIfNeeded: place &* 31) }
        try bytes.write(to: URL(filePath: path))
        let found = await #expect(throws: CatalogError.self) { try await SQLiteDriver(path: path).requireSound() }
        #expect(found?.code == .damaged)
        #expect(found?.message.contains(path) == true)
        let error = await #expect(throws: CatalogError.self) {
            let damaged = CatalogStore(driver: try SQLiteDriver(path: path))
            try await damaged.migrate()
            _ = try await damaged.page(Query<Job>())
        }
        #expect(error?.code == .damaged)
    }

    @Test func `a closed catalogue is whole in its one file`() async throws {
        let path = folder.appending(path: "catalog.sqlite").path
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = CatalogStore(driver: try SQLiteDriver(path: path))
        try await first.migrate()
        try await first.write { try $0.insert(Sample.fullJob) }
        try await first.close()
        let copy = folder.appending(path: "copy.sqlite").path
        try FileManager.default.copyItem(atPath: path, toPath: copy)
        let driver = try SQLiteDriver(path: copy)
        try await driver.requireSound()
        #expect(try await CatalogStore(driver: driver).page(Query<Job>()) == [Sample.fullJob])
    }

    @Test func `what was committed is there when the file is opened again`() async throws {
        let path = folder.appending(path: "new/folder/catalog.sqlite").path
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = CatalogStore(driver: try SQLiteDriver(path: path))
        try await first.migrate()
        try await first.write { try $0.insert(Sample.fullJob) }
        try await first.close()
        let second = CatalogStore(driver: try SQLiteDriver(path: path))
        try await second.migrate()
        #expect(try await second.page(Query<Job>()) == [Sample.fullJob])
    }
}
