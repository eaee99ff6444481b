import BackupTesting
import Catalog
import Concurrency
import Testing

/// The feed tells every change that was made, and none that was not.
@Suite struct ChangeFeedTests {
    /// The catalogue's file, which is there as long as the test.
    private let file: TemporaryCatalog
    private var store: CatalogStore { file.store }

    init() async throws {
        file = try await TemporaryCatalog.make()
        try await file.store.write { writer in
            try writer.insert(Sample.fullApp)
            try writer.insert(Sample.fullPolicy)
        }
    }

    private func subjects(
        _ store: CatalogStore, after number: Int, _ wanted: [ChangeSubject]
    ) async throws -> [ChangeSubject]? {
        try await store.read { try $0.changes(after: number, of: wanted) }?.changes.map(\.subject)
    }

    private static let units = [ChangeSubject(.units)]

    @Test func `a change is told with its row, and wakes those who wait`() async throws {
        let (number, seen) = (try await store.read { try $0.changeNumber() }, store.changed.generation)
        try await store.write { try $0.insert(Sample.fullUnit) }
        #expect(store.changed.generation > seen)
        #expect(try await subjects(store, after: number, Self.units) == [ChangeSubject(.units, Sample.fullUnit.id)])
        #expect(try await subjects(store, after: number, [ChangeSubject(.policies)]) == [])
    }

    @Test func `a write that fails tells nothing and wakes no one`() async throws {
        struct Undone: Error {}
        let (number, seen) = (try await store.read { try $0.changeNumber() }, store.changed.generation)
        await #expect(throws: Undone.self) {
            try await store.write { writer in
                try writer.insert(Sample.fullUnit)
                throw Undone()
            }
        }
        #expect(try await store.read { try $0.changeNumber() } == number)
        #expect(store.changed.generation == seen)
    }

    @Test func `many changes of one thing are one, with the newest number`() async throws {
        let number = try await store.read { try $0.changeNumber() }
        try await store.write { try $0.insert(Sample.fullUnit) }
        for _ in 0..<3 { try await store.write { try $0.update(Sample.fullUnit) } }
        let since = try await store.read { try $0.changes(after: number, of: Self.units) }
        #expect(since?.changes.count == 1)
        let last = try #require(since)
        #expect(last.changes.first.map { $0.number <= last.number } == true)
        #expect(try await subjects(store, after: last.number, Self.units) == [])
    }

    @Test func `a change of many rows at once may be one of each thing`() async throws {
        try await store.write { try $0.insert(Sample.fullUnit) }
        let number = try await store.read { try $0.changeNumber() }
        try await store.write {
            try $0.update(ProtectionUnit.self, where: .equal("id", Sample.fullUnit.id), set: ["email": .null])
        }
        let one = [ChangeSubject(.units, Sample.fullUnit.id)]
        #expect(try await subjects(store, after: number, one) == [ChangeSubject(.units)])
        let later = try await store.read { try $0.changeNumber() }
        try await store.write {
            try $0.update(ProtectionUnit.self, where: .equal("id", "none"), set: ["email": .null])
        }
        #expect(try await store.read { try $0.changeNumber() } == later)
    }

    @Test func `rows that no client follows are not told`() async throws {
        let number = try await store.read { try $0.changeNumber() }
        try await store.write { try $0.insert(Sample.fullJob) }
        #expect(try await store.read { try $0.changeNumber() } == number)
    }

    @Test func `numbers go on after old changes were forgotten, and older numbers are refused`() async throws {
        try await store.write { try $0.insert(Sample.fullUnit) }
        let number = try await store.read { try $0.changeNumber() }
        try await store.write { try $0.trimChanges(through: number) }
        #expect(try await store.read { try $0.changeNumber() } == number)
        #expect(try await subjects(store, after: number, Self.units) == [])
        #expect(try await subjects(store, after: number - 1, Self.units) == nil)
        #expect(try await subjects(store, after: number + 1, Self.units) == nil)
        try await store.write { try $0.update(Sample.fullUnit) }
        #expect(try await subjects(store, after: number, Self.units) == [ChangeSubject(.units, Sample.fullUnit.id)])
        #expect(try await store.write { try $0.trimChanges(through: number) } == 0)
    }

    @Test func `what was noted without a row is told too`() async throws {
        let number = try await store.read { try $0.changeNumber() }
        let search = ChangeSubject(.searches, "s1")
        try await store.write { $0.noteChange(of: search) }
        #expect(try await subjects(store, after: number, [search]) == [search])
        #expect(try await subjects(store, after: number, [ChangeSubject(.searches, "s2")]) == [])
    }

    @Test func `whoever follows a plan hears of its sessions`() async throws {
        let number = try await store.read { try $0.changeNumber() }
        try await store.write { try $0.insert(Sample.fullSession) }
        let plan = ChangeSubject(.restores, Sample.fullSession.planId)
        #expect(try await subjects(store, after: number, [plan]) == [plan])
    }
}
