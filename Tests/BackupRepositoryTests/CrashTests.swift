import BackupRepository
import BackupTesting
import FileTree
import ObjectStorage
import Testing

@Suite struct CrashTests {
    /// The store fails from the nth change on, for every n: what was referenced before stays
    /// readable, and the next run succeeds.
    @Test func `what is referenced stays readable wherever the store fails`() async throws {
        var source = try RandomTree(seed: 11, items: 60)
        let memory = MemoryObjectStore()
        let store = FaultyObjectStore(memory)
        let repository = try await makeRepository(in: store)
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source.tree, request: .plain())
        let before = try source.tree.description()
        try source.disturb(30)
        var failures = 0
        for number in 1...200 {
            let attempt = FaultyObjectStore(MemoryObjectStore(memory.contents))
            let opened = try await Repository.open(in: attempt, masterKey: repository.masterKey, environment: .fixed())
            attempt.failChanges(from: number)
            let outcome = try? await Archiver(repository: opened, options: .small).archive(
                source.tree, request: .plain(parent: first.snapshotID))
            attempt.failChanges(from: nil)
            try await opened.removeAllLocks()
            try await expectReadable(opened, first.snapshotID, before)
            if let outcome {
                try await expectReadable(opened, outcome.snapshotID, try source.tree.description())
                #expect(failures > 3)
                return
            }
            failures += 1
            let snapshots = try await opened.snapshots()
            #expect(snapshots.count == 1 || snapshots.count == 2)
            for snapshot in snapshots where snapshot.id != first.snapshotID {
                try await expectReadable(opened, snapshot.id, try source.tree.description())
            }
            let report = try await Checker(repository: opened, width: 1).check(readsData: true)
            #expect(report.errors == [])
        }
        Issue.record("the run never came to its end")
    }

    @Test func `an interrupted prune loses nothing`() async throws {
        var source = try RandomTree(seed: 12, items: 60)
        let memory = MemoryObjectStore()
        let repository = try await makeRepository(in: memory)
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source.tree, request: .plain())
        try source.disturb(40)
        let second = try await archiver.archive(source.tree, request: .plain(parent: first.snapshotID))
        let state = try source.tree.description()
        try await repository.forget([first.snapshotID])
        for number in 1...200 {
            let attempt = FaultyObjectStore(MemoryObjectStore(memory.contents))
            let opened = try await Repository.open(in: attempt, masterKey: repository.masterKey, environment: .fixed())
            attempt.failChanges(from: number)
            let done =
                (try? await Pruner(
                    repository: opened, options: PruneOptions(width: 2, unusedPercent: 0, packSizeBytes: 1 << 16)
                ).prune()) != nil
            attempt.failChanges(from: nil)
            try await opened.removeAllLocks()
            let fresh = try await Repository.open(in: attempt, masterKey: repository.masterKey, environment: .fixed())
            try await expectReadable(fresh, second.snapshotID, state)
            #expect(try await Checker(repository: fresh, width: 1).check(readsData: true).errors == [])
            if done {
                #expect(number > 4)
                let rest = try await Pruner(repository: fresh, options: PruneOptions(width: 2, unusedPercent: 0)).plan()
                #expect(rest.isEmpty, "\(rest)")
                return
            }
        }
        Issue.record("the prune never came to its end")
    }

    private func expectReadable(
        _ repository: Repository, _ snapshot: String, _ state: [TreePath: DescribedItem]
    ) async throws {
        let copy = MemoryTree()
        let restored = try await restore(repository, snapshot, onto: copy, mode: .fresh)
        #expect(restored.failures == [])
        #expect(try copy.description() == state)
    }
}
