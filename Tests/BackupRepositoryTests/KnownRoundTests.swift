import BackupTesting
import FileTree
import Synchronization
import Testing

@testable import BackupRepository

/// Whole restores whose first plan knows the present state of a drive from a snapshot.
extension KnownPresentTests {
    @Test(arguments: later) func `what changed after the snapshot is planned by the drive and restored`(
        _ later: Later
    ) async throws {
        let plans = Mutex<[Bool]>([])
        let sample = try await sample(MemoryTree(), Self.disturb)
        try later.act(sample.drive)
        let outcome = try await restorer.restore(
            ofSnapshot: sample.wanted, onto: sample.drive, mode: .inPlace, knowing: sample.present
        ) { plan in plans.withLock { $0.append(plan.isKnown) } }
        #expect(outcome.failures == [])
        #expect(try sample.drive.description() == sample.state)
        // The caller sees the first plan alone, and that is the one of two snapshots.
        #expect(plans.withLock { $0 } == [true])
    }

    @Test(arguments: later) func `what changed after the snapshot stays where nothing may be overwritten`(
        _ later: Later
    ) async throws {
        let sample = try await sample(MemoryTree(), Self.disturb)
        try later.act(sample.drive)
        let before = try sample.drive.description(withTimes: false)
        let outcome = try await restorer.restore(
            ofSnapshot: sample.wanted, onto: sample.drive, mode: .inPlace, knowing: sample.present,
            overwritesChanged: false)
        #expect(outcome.failures.map(\.path.description) == later.outdated)
        #expect(Set(outcome.failures.map(\.code)).isSubset(of: ["outdated"]))
        let after = try sample.drive.description(withTimes: false)
        for name in later.outdated where before[path(name)]?.kind == .file {
            #expect(after[path(name)] == before[path(name)], "\(name)")
        }
    }

    @Test(arguments: 1...15) func `somebody who writes before the restore begins does not end it`(
        seed: Int
    ) async throws {
        var source = try RandomTree(seed: UInt64(seed), items: 90)
        let wanted = try await archive(source.tree)
        try source.disturb(40)
        let present = try await archive(source.tree, parent: wanted)
        try source.disturb(20)
        let outcome = try await restorer.restore(
            ofSnapshot: wanted, onto: source.tree, mode: .inPlace, knowing: present)
        #expect(outcome.failures == [])
        // What the first plan had not to change may have been changed since; nothing else differs.
        let later = try await archive(source.tree, parent: present)
        let left = try await SnapshotDifference(repository, from: wanted, to: later).page(limit: 1000).entries
        let planned = try await SnapshotDifference(repository, from: wanted, to: present).page(limit: 1000).entries
        let touched = Set(planned.filter { $0.kind != .folder }.map(\.path))
        #expect(left.filter { touched.contains($0.path) }.map(\.path) == [])
    }

    @Test func `a restore that knows the present state neither lists nor opens anything`() async throws {
        let looks = Looks()
        let drive = MemoryTree { call in
            looks.note(call)
            return nil
        }
        let sample = try await sample(drive) {
            try $0.put("d/b", bytes("other"))
            try $0.put("f/new", [1])
        }
        _ = looks.take()
        let trees = Mutex(0)
        let outcome = try await restorer.restore(
            ofSnapshot: sample.wanted, onto: drive, mode: .inPlace, knowing: sample.present
        ) { plan in trees.withLock { $0 = plan.treesRead } }
        let seen = looks.take()
        #expect(outcome.failures == [])
        #expect(seen.lists == 0)
        #expect(seen.opens == 0)
        // The root, d and f of both snapshots.
        #expect(trees.withLock { $0 } == 6)
        #expect(try drive.description() == sample.state)
    }

    @Test func `the second plan looks at what was changed alone`() async throws {
        let looks = Looks()
        let opened = Mutex(Set<TreePath>())
        let drive = MemoryTree { call in
            looks.note(call)
            if case .open(let path) = call { opened.withLock { _ = $0.insert(path) } }
            return nil
        }
        let sample = try await sample(drive) {
            try $0.put("d/b", bytes("other"))
            try $0.put("f/g", bytes("other"))
        }
        // As long as the file of the point, so that only its content tells the difference.
        try drive.put("d/b", bytes("newest content"))
        _ = looks.take()
        opened.withLock { $0.removeAll() }
        let outcome = try await restorer.restore(
            ofSnapshot: sample.wanted, onto: drive, mode: .inPlace, knowing: sample.present)
        #expect(outcome.failures == [])
        // The root and d.
        #expect(looks.take().lists == 2)
        #expect(opened.withLock { $0 } == [path("d/b")])
        #expect(try drive.description() == sample.state)
    }

    @Test func `what the first plan has not to change stays as it was changed since`() async throws {
        let sample = try await sample { try $0.put("d/b", bytes("other")) }
        try sample.drive.put("f/h/i", bytes("newest"))
        try sample.drive.put("f/added", bytes("newest"))
        let outcome = try await restorer.restore(
            ofSnapshot: sample.wanted, onto: sample.drive, mode: .inPlace, knowing: sample.present)
        #expect(outcome.failures == [])
        #expect(try sample.drive.bytes(path("d/b")) == bytes("content of d/b"))
        #expect(try sample.drive.bytes(path("f/h/i")) == bytes("newest"))
        #expect(try sample.drive.bytes(path("f/added")) == bytes("newest"))
    }
}
