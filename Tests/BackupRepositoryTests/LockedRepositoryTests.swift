import BackupTesting
import FileTree
import ObjectStorage
import Testing

@testable import BackupRepository

/// A repository in a store that locks, and somebody who may write and delete there.
@Suite struct LockedRepositoryTests {
    private static let lock = ObjectLock(.compliance, days: 30, unlocked: ["locks"])
    private static let day = 86_400

    /// A repository with two snapshots of a file that changed.
    private struct Scene {
        let store = LockedMemoryStore(LockedRepositoryTests.lock)
        let repository: Repository
        let snapshots: [String]

        init() async throws {
            let repository = try await makeRepository(in: try #require(VersionedReads(store)))
            let tree = MemoryTree()
            var snapshots: [String] = []
            for number in 0..<2 {
                try tree.put("a", [UInt8](repeating: UInt8(number), count: 300))
                snapshots.append(
                    try await Archiver(repository: repository, options: .small).archive(
                        tree, request: .plain(parent: snapshots.last, seconds: 1_700_000_000 + Int64(number))
                    ).snapshotID)
            }
            (self.repository, self.snapshots) = (repository, snapshots)
        }

        func content(of number: Int) async throws -> [UInt8] {
            // What an index file told before is not known.
            let store = try #require(VersionedReads(store))
            let repository = try await Repository.open(
                in: store, masterKey: repository.masterKey, environment: .fixed())
            let tree = MemoryTree()
            _ = try await restore(repository, snapshots[number], onto: tree)
            return try tree.bytes(.root.appending(Array("a".utf8)))
        }

        func names(_ prefix: String) async throws -> [String] {
            try await store.list(prefix: prefix).map { (object: ObjectInfo) in object.name }
        }

        func histories() async throws -> [String: VersionHistory] {
            let versions: [ObjectVersion] = try await store.list(prefix: "")
            return VersionHistory.all(versions)
        }

        func renew(known: inout [String: Int]) async throws -> LockReport {
            let histories = try await histories()
            let needed = try await repository.neededObjects(for: Set(snapshots), in: histories)
            return try await LockRenewal(store, now: store.now).run(needed, in: histories, known: &known)
        }

        func rewind(to moment: Int) async throws -> StoreRewind {
            let plan = try await StoreRewind(of: store, to: moment) { LockedRepositoryTests.lock.holds($0) }
            try await plan.execute(in: store)
            return plan
        }
    }

    // MARK: Reads

    @Test(arguments: ["data/", "index/", "snapshots/"])
    func `what was replaced is read as it was`(prefix: String) async throws {
        let scene = try await Scene()
        for name in try await scene.names(prefix) {
            let size = try #require(try await scene.store.stat(name)).sizeBytes
            try await scene.store.write(name, [UInt8](repeating: 9, count: Int(size)))
        }
        #expect(try await scene.content(of: 0) == [UInt8](repeating: 0, count: 300))
        #expect(try await scene.content(of: 1) == [UInt8](repeating: 1, count: 300))
    }

    @Test(arguments: ["data/", "snapshots/"])
    func `what was deleted is read as it was`(prefix: String) async throws {
        let scene = try await Scene()
        for name in try await scene.names(prefix) { try await scene.store.delete(name) }
        #expect(try await scene.content(of: 0) == [UInt8](repeating: 0, count: 300))
    }

    @Test func `what was never there is missing`() async throws {
        let scene = try await Scene()
        let store = try #require(VersionedReads(scene.store))
        let name = "index/" + String(repeating: "ab", count: 32)
        await #expect(throws: ObjectStoreError.self) { _ = try await store.read(name) }
        // Nothing has the hash, so that what is there is told as it is.
        try await scene.store.write(name, [1])
        #expect(try await store.read(name) == [1])
    }

    // MARK: Renewal

    @Test func `locks are renewed when a third of the days has passed, and not before`() async throws {
        let scene = try await Scene()
        var known: [String: Int] = [:]
        let fresh = try await scene.renew(known: &known)
        #expect(fresh.renewed == 0)
        #expect(fresh.kept > 4)
        #expect(scene.store.takeRequests().asked.count == fresh.kept)
        scene.store.now += 9 * Self.day
        #expect(try await scene.renew(known: &known).renewed == 0)
        // What is known is not asked for.
        #expect(scene.store.takeRequests().asked == [])
        scene.store.now += 2 * Self.day
        let due = try await scene.renew(known: &known)
        #expect(due.renewed == fresh.kept)
        #expect(due.kept == 0)
        #expect(due.lockedUntil == scene.store.now + 30 * Self.day)
        _ = scene.store.takeRequests()
        // A cache that was lost costs questions, and shortens nothing.
        known = [:]
        #expect(try await scene.renew(known: &known).renewed == 0)
    }

    @Test func `what nothing needs runs out`() async throws {
        let scene = try await Scene()
        let garbage = "data/ab/" + String(repeating: "ab", count: 32)
        try await scene.store.write(garbage, [1, 2, 3])
        try await scene.store.write("locks/one", [1])
        scene.store.now += 20 * Self.day
        var known: [String: Int] = [:]
        #expect(try await scene.renew(known: &known).renewed > 4)
        let retained = scene.store.takeRequests().retained
        #expect(!retained.contains(garbage))
        #expect(!retained.contains("locks/one"))
        #expect(retained.contains("config"))
    }

    @Test func `the right version is renewed, and what lies over it is reported`() async throws {
        let scene = try await Scene()
        let packs = try await scene.names("data/")
        let (replaced, hidden) = (packs[0], packs[1])
        try await scene.store.write(replaced, [6, 6, 6])
        try await scene.store.delete(hidden)
        try await scene.store.delete("snapshots/" + scene.snapshots[0])
        scene.store.now += 20 * Self.day
        var known: [String: Int] = [:]
        let report = try await scene.renew(known: &known)
        #expect(
            Set(report.tampered) == [
                Tampering(name: replaced, kind: .replaced), Tampering(name: hidden, kind: .hidden),
                Tampering(name: "snapshots/" + scene.snapshots[0], kind: .hidden),
            ])
        for version in try await scene.histories()[replaced]?.versions ?? [] {
            let isOurs = version.sizeBytes != 3
            let end = try await scene.store.retention(of: version)
            #expect(end == scene.store.now + (isOurs ? 30 : 10) * Self.day)
        }
    }

    @Test func `index files that were deleted are needed where points need them`() async throws {
        let scene = try await Scene()
        let index = try await scene.names("index/")
        for name in index { try await scene.store.delete(name) }
        let renewing = try await Repository.open(
            in: try #require(VersionedReads(scene.store)), masterKey: scene.repository.masterKey,
            environment: .fixed())
        let histories = try await scene.histories()
        let needed = try await renewing.neededObjects(for: Set(scene.snapshots), in: histories)
        #expect(Set(index).isSubset(of: needed.map(\.name)))
        #expect(Set(try await scene.names("data/")).isSubset(of: needed.map(\.name)))
    }

    @Test func `an object that was swept and stored again is not taken for tampering`() async throws {
        let scene = try await Scene()
        let name = try await scene.names("data/")[0]
        let bytes = try await scene.store.read(name)
        try await scene.store.delete(name)
        try await scene.store.write(name, bytes)
        var known: [String: Int] = [:]
        #expect(try await scene.renew(known: &known).tampered == [])
    }

    // MARK: Rewind

    @Test func `a rewind brings back what was deleted and replaced, and hides what came later`() async throws {
        let scene = try await Scene()
        let before = try await scene.names("").sorted()
        let moment = scene.store.now
        scene.store.now += 60
        for (number, name) in before.enumerated() {
            if number % 2 == 0 { try await scene.store.write(name, [6, 6, 6]) }
            if number % 3 == 0 { try await scene.store.delete(name) }
        }
        let garbage = (0..<1000).map { "index/" + String(repeating: "0", count: 60) + String(1000 + $0) }
        for name in garbage { try await scene.store.write(name, [1]) }
        scene.store.now += 60
        let plan = try await scene.rewind(to: moment)
        #expect(plan.hidden.sorted() == garbage)
        #expect(plan.lost == [])
        #expect(try await scene.names("").sorted() == before)
        let check = try await Checker(repository: scene.repository).check(readsData: true)
        #expect(check.problems == [])
        #expect(try await scene.content(of: 0) == [UInt8](repeating: 0, count: 300))
        // A second one has nothing to do, and one to a later moment undoes it.
        #expect(try await scene.rewind(to: moment).isEmpty)
        #expect(try await !StoreRewind(of: scene.store, to: scene.store.now - 60) { _ in true }.isEmpty)
    }

    @Test func `a moment that is chosen too late takes the content that the name tells of`() async throws {
        let scene = try await Scene()
        let name = try await scene.names("data/")[0]
        let bytes = try await scene.store.read(name)
        scene.store.now += 60
        try await scene.store.write(name, [6, 6, 6])
        let plan = try await scene.rewind(to: scene.store.now)
        #expect(plan.broughtBack.map(\.name) == [name])
        #expect(try await scene.store.read(name) == bytes)
    }
}
