import BackupRepository
import BackupTesting
import SampleData
import FileTree
import ObjectStorage
import Testing

/// Every kind of damage to every kind of object: it is named, what is not affected goes on, and a
/// repair leaves a sound repository and tells exactly what is lost.
@Suite struct RepairTests {
    enum Damage: String, CaseIterable, Sendable { case flip, truncate, delete, swap }

    private struct Sample {
        var contents: [String: [UInt8]]
        var key: RepositoryMasterKey
        /// What each snapshot holds.
        var states: [String: [TreePath: DescribedItem]]
    }

    /// Two snapshots, and a foreign repository whose objects are swapped in.
    private func sample(_ seed: UInt64) async throws -> Sample {
        var source = try RandomTree(seed: seed, items: 24)
        let store = MemoryObjectStore()
        let repository = try await makeRepository(in: store)
        let archiver = Archiver(repository: repository, options: .small)
        let first = try await archiver.archive(source.tree, request: .plain())
        var states = [first.snapshotID: try source.tree.description()]
        try source.disturb(12)
        let second = try await archiver.archive(
            source.tree, request: .plain(parent: first.snapshotID, seconds: 1_700_000_600))
        states[second.snapshotID] = try source.tree.description()
        return Sample(contents: store.contents, key: repository.masterKey, states: states)
    }

    private func damaged(
        _ bytes: [UInt8], of name: String, by damage: Damage, in sample: Sample, random: inout SeededGenerator
    ) -> [UInt8]? {
        var changed = bytes
        switch damage {
        case .flip:
            changed[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case .truncate: changed = Array(bytes.prefix(Int.random(in: 0..<bytes.count, using: &random)))
        case .delete: return nil
        case .swap: changed = sample.contents.filter { $0.key != name }.min { $0.key < $1.key }?.value ?? []
        }
        return changed
    }

    @Test(arguments: ["config", "keys/", "index/", "snapshots/", "data/"], Damage.allCases)
    func `damage is named, and a repair saves what is left and tells what is not`(
        kind: String, damage: Damage
    ) async throws {
        var random = SeededGenerator(seed: UInt64(kind.utf8.count * 10 + damage.rawValue.utf8.count))
        for seed in [31] as [UInt64] {
            let sample = try await sample(seed)
            let names = sample.contents.keys.filter { $0.hasPrefix(kind) }.sorted()
            for name in names.count > 3 ? Array(names.shuffled(using: &random).prefix(3)) : names {
                let store = MemoryObjectStore(sample.contents)
                let bytes = damaged(sample.contents[name] ?? [], of: name, by: damage, in: sample, random: &random)
                if let bytes { try await store.write(name, bytes) } else { try await store.delete(name) }
                if damage != .delete || kind == "data/" { try await expectNamed(name, store, sample.key) }
                try await expectMended(store, sample, "\(name) \(damage)")
            }
        }
    }

    private func expectNamed(_ name: String, _ store: MemoryObjectStore, _ key: RepositoryMasterKey) async throws {
        do {
            let repository = try await Repository.open(in: store, masterKey: key, environment: .fixed())
            let report = try await Checker(repository: repository, width: 2).check(readsData: true)
            #expect(report.errors.contains { $0.object == name }, "\(name): \(report.problems)")
            let plan = try await Repairer(repository: repository, width: 2).plan()
            #expect(plan.problems.contains { $0.object == name }, "\(name): \(plan.problems)")
            #expect(!plan.isEmpty)
        } catch let error as RepositoryError {
            #expect(error.message.contains(name), "\(name): \(error)")
        }
    }

    private func expectMended(_ store: MemoryObjectStore, _ sample: Sample, _ what: String) async throws {
        let quarantine = MemoryObjectStore()
        let repository: Repository
        do {
            repository = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
        } catch is RepositoryError {
            let used = try await Repository.replaceConfig(
                in: store, masterKey: sample.key, copy: sample.contents["config"], quarantine: quarantine,
                environment: .fixed())
            #expect(used, "\(what): the copy of config was not used")
            repository = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
        }
        let outcome = try await Repairer(repository: repository, width: 2).repair(
            password: "again", quarantine: quarantine)
        let fresh = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
        #expect(try await Checker(repository: fresh, width: 2).check(readsData: true).errors == [], "\(what)")
        #expect(
            try await Repairer(repository: fresh, width: 2).plan().isEmpty,
            "\(what): a second repair has something to do")
        let present = Set(try await fresh.snapshotIDs())
        for (id, state) in sample.states {
            let lost = outcome.plan.lost.filter { $0.snapshot == id }
            if let new = outcome.replaced[id] {
                try await expectExactlyLost(lost, of: state, in: fresh, snapshot: new, what)
            } else if present.contains(id) {
                #expect(lost == [], "\(what)")
                try await expectExactlyLost([], of: state, in: fresh, snapshot: id, what)
            } else {
                #expect(
                    outcome.dropped.contains(id)
                        || !sample.contents.keys.contains { store.contents[$0] == nil && $0.hasSuffix(id) }
                        || what.contains(id), "\(what): snapshot \(id) is gone unsaid")
            }
        }
    }

    /// What a restore lacks is what the repair told, no more and no less.
    private func expectExactlyLost(
        _ lost: [LostItem], of state: [TreePath: DescribedItem], in repository: Repository, snapshot: String,
        _ what: String
    ) async throws {
        let copy = MemoryTree()
        let outcome = try await restore(repository, snapshot, onto: copy, mode: .fresh)
        #expect(outcome.failures == [], "\(what)")
        let restored = try copy.description()
        let told = Set(lost.map(\.path))
        for (path, item) in state {
            let isTold =
                told.contains("/\(path)")
                || lost.contains { $0.isFolder && ($0.path == "/" || "/\(path)".hasPrefix($0.path + "/")) }
            #expect((restored[path] == nil) == isTold, "\(what): '\(path)'")
            // Names of a hard link may be gone, and with them which of them is the first.
            if let found = restored[path] {
                #expect(found.content == item.content, "\(what): '\(path)'")
                #expect(found.kind == item.kind, "\(what): '\(path)'")
            }
        }
        for path in restored.keys { #expect(state[path] != nil, "\(what): '\(path)' was never there") }
    }

    @Test func `an interrupted repair loses nothing and can be repeated`() async throws {
        let sample = try await sample(33)
        let damaged = try #require(sample.contents.keys.filter { $0.hasPrefix("data/") }.min())
        for number in 1...200 {
            let store = FaultyObjectStore(MemoryObjectStore(sample.contents))
            var bytes = try await store.read(damaged)
            bytes[40] ^= 1
            try await store.write(damaged, bytes)
            let repository = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
            let quarantine = MemoryObjectStore()
            store.failChanges(from: number)
            let done =
                (try? await Repairer(repository: repository, width: 1).repair(password: "x", quarantine: quarantine))
                != nil
            store.failChanges(from: nil)
            let fresh = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
            try await fresh.removeAllLocks()
            _ = try await Repairer(repository: fresh, width: 1).repair(password: "x", quarantine: quarantine)
            let last = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
            #expect(
                try await Checker(repository: last, width: 1).check(readsData: true).errors == [],
                "interrupted at change \(number)")
            #expect(try await last.snapshotIDs().count == 2, "interrupted at change \(number)")
            if done {
                #expect(number > 4)
                return
            }
        }
        Issue.record("the repair never came to its end")
    }

    @Test func `a lock that nobody can read does not stop a repair`() async throws {
        let sample = try await sample(34)
        let store = MemoryObjectStore(sample.contents)
        let name = "locks/" + String(repeating: "ab", count: 32)
        try await store.write(name, [1, 2, 3])
        let repository = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
        let plan = try await Repairer(repository: repository, width: 1).plan()
        #expect(plan.unusableFiles == [name])
        let quarantine = MemoryObjectStore()
        _ = try await Repairer(repository: repository, width: 1).repair(password: "x", quarantine: quarantine)
        #expect(store.contents[name] == nil)
        #expect(quarantine.contents[name] == [1, 2, 3])
    }

    @Test func `what a repair of a sound repository finds is nothing`() async throws {
        let sample = try await sample(35)
        let store = MemoryObjectStore(sample.contents)
        let repository = try await Repository.open(in: store, masterKey: sample.key, environment: .fixed())
        let outcome = try await Repairer(repository: repository, width: 2).repair(
            password: "x", quarantine: MemoryObjectStore())
        #expect(outcome.plan.isEmpty)
        #expect(outcome.plan.problems == [])
        #expect(outcome.plan.lost == [])
        #expect(store.contents == sample.contents)
    }
}
