import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import Synchronization
import Testing

@Suite struct RoundTripTests {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `what was archived comes back`(seed: UInt64) async throws {
        let source = try RandomTree(seed: seed, items: 60)
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(
            source.tree, request: .plain())
        #expect(outcome.failures == [])
        let copy = MemoryTree()
        let restored = try await restore(repository, outcome.snapshotID, onto: copy, mode: .fresh)
        #expect(restored.failures == [])
        #expect(try copy.description() == source.tree.description())
        let report = try await Checker(repository: repository, width: 2).check(readsData: true)
        #expect(report.problems == [])
    }

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `in place undoes anything`(seed: UInt64) async throws {
        var source = try RandomTree(seed: seed, items: 50)
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(
            source.tree, request: .plain())
        let before = try source.tree.description()
        try source.disturb(20)
        let restored = try await restore(repository, outcome.snapshotID, onto: source.tree)
        #expect(restored.failures == [])
        #expect(try source.tree.description() == before)
        let restorer = Restorer(repository: repository)
        let again = try await restorer.plan(snapshot: outcome.snapshotID, onto: source.tree, mode: .inPlace)
        #expect(again.summary.isEmpty, "\(again)")
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `every snapshot of a series stays whole`(seed: UInt64) async throws {
        var source = try RandomTree(seed: seed, items: 40)
        let repository = try await makeRepository()
        var states: [(String, [TreePath: DescribedItem])] = []
        for step in 0..<4 {
            let request = ArchiveRequest.plain(parent: states.last?.0, seconds: 1_700_000_000 + Int64(step))
            let outcome = try await Archiver(repository: repository, options: .small).archive(
                source.tree, request: request)
            #expect(outcome.failures == [])
            states.append((outcome.snapshotID, try source.tree.description()))
            try source.disturb(5)
        }
        for (snapshot, state) in states {
            let copy = MemoryTree()
            _ = try await restore(repository, snapshot, onto: copy, mode: .fresh)
            #expect(try copy.description() == state)
        }
    }
}
