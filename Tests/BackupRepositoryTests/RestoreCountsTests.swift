import BackupTesting
import FileTree
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// What a restore counts: over its rounds, and of items that are no files.
@Suite struct RestoreCountsTests {
    private static func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    private static func archived(_ tree: MemoryTree) async throws -> (Repository, String) {
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        return (repository, outcome.snapshotID)
    }

    // MARK: Rounds

    /// A tree that is given out once.
    private final class Waiting: Sendable {
        private let tree = Mutex<MemoryTree?>(nil)

        func put(_ new: MemoryTree) { tree.withLock { $0 = new } }
        func take() -> MemoryTree? { tree.withLock { $0.take() } }
    }

    /// A snapshot of two files of 1,000 bytes, and a place where a folder gets in the way of the first one, once.
    private struct Rounds {
        let restorer: Restorer
        let snapshot: String
        let destination: MemoryTree
        /// The stored length of the content of `x`, and of that of both.
        let (first, both): (UInt64, UInt64)

        init() async throws {
            let tree = MemoryTree()
            var generator = SeededGenerator(seed: 3)
            for name in ["x", "y"] { try tree.put(name, generator.bytes(1_000)) }
            let (repository, snapshot) = try await archived(tree)
            let index = try await repository.index()
            let lengths = try ["x", "y"].map { name in
                let id = ObjectID.hash(of: try tree.bytes(path(name)))
                return UInt64(try #require(index.location(id, isTree: false)).length)
            }
            (first, both) = (lengths[0], lengths[0] + lengths[1])
            let (target, obstacle) = (try path("x"), try path("x/in/the/way"))
            // The tree, until its first change of `x`.
            let place = Waiting()
            destination = MemoryTree { call in
                if call == .change(target) { try? place.take()?.put(obstacle, [1]) }
                return nil
            }
            place.put(destination)
            restorer = Restorer(repository: repository, options: RestoreOptions(width: 1))
            self.snapshot = snapshot
        }
    }

    @Test func `bytes and items of all rounds are counted together`() async throws {
        let rounds = try await Rounds()
        let outcome = try await rounds.restorer.restore(
            ofSnapshot: rounds.snapshot, onto: rounds.destination, mode: .inPlace)
        #expect(outcome.failures == [])
        #expect(outcome.planned.created == 2)
        #expect(outcome.planned.bytesToWrite == 2_000)
        #expect(outcome.bytesWritten == 2_000)
        #expect(outcome.bytesRead == rounds.both + rounds.first)
        // Both files, and the folder that had to go.
        #expect(outcome.items == 3)
    }

    @Test func `progress of a later round goes on from the ones before`() async throws {
        let rounds = try await Rounds()
        let told = Mutex<[RestoreProgress]>([])
        let outcome = try await rounds.restorer.restore(
            ofSnapshot: rounds.snapshot, onto: rounds.destination, mode: .inPlace,
            progress: { progress in told.withLock { $0.append(progress) } })
        let steps = told.withLock { $0 }
        #expect(steps.map(\.bytes) == steps.map(\.bytes).sorted())
        #expect(steps.map(\.items) == steps.map(\.items).sorted())
        #expect(steps.last?.items == outcome.items)
        #expect(steps.last?.bytes == outcome.bytesWritten)
        #expect(steps.first?.bytesPlanned == 2_000)
        #expect(steps.last?.bytesPlanned == 2_000)
        #expect(steps.map(\.failures).max() == 1)
        #expect(steps.last?.failures == 0)
    }

    @Test func `the plan is told once, before anything is done`() async throws {
        let rounds = try await Rounds()
        let told = Mutex<[Int]>([])
        _ = try await rounds.restorer.restore(
            ofSnapshot: rounds.snapshot, onto: rounds.destination, mode: .inPlace,
            planned: { _ in told.withLock { $0.append((try? rounds.destination.description().count) ?? -1) } })
        #expect(told.withLock { $0 } == [0])
    }

    @Test(arguments: [0, 1]) func `with one round what was overtaken stays a failure`(maximum: Int) async throws {
        let rounds = try await Rounds()
        let outcome = try await rounds.restorer.restore(
            ofSnapshot: rounds.snapshot, onto: rounds.destination, mode: .inPlace, maximumRounds: maximum)
        #expect(outcome.failures.map(\.path) == [try Self.path("x")])
        #expect(outcome.items == 1)
        #expect(outcome.bytesWritten == 1_000)
    }

    // MARK: Links, pipes and devices

    /// What was done to one item of a kind, and what a plan counts then.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let act: @Sendable (MemoryTree) throws -> Void
        let created, rewritten, fixed, unchanged, deleted: UInt64

        init(
            _ description: String, created: UInt64 = 0, rewritten: UInt64 = 0, fixed: UInt64 = 0, unchanged: UInt64 = 3,
            deleted: UInt64 = 0, act: @escaping @Sendable (MemoryTree) throws -> Void
        ) {
            (testDescription, self.act) = (description, act)
            (self.created, self.rewritten, self.fixed) = (created, rewritten, fixed)
            (self.unchanged, self.deleted) = (unchanged, deleted)
        }
    }

    private static let time = Timestamp(seconds: 1_000)

    private static func special(_ kind: ItemKind, device: UInt64 = 0, permissions: UInt16 = 0o600) -> ItemAttributes {
        ItemAttributes(kind: kind, permissions: permissions, modified: time, specialDevice: device)
    }

    private static let changes = [
        Change("nothing was done") { _ in },
        Change("a link is gone", created: 1, unchanged: 2) { try $0.remove(path("link")) },
        Change("a link points elsewhere", rewritten: 1, unchanged: 2) {
            try $0.remove(path("link"))
            try $0.makeSymbolicLink(path("link"), target: [8])
        },
        Change("a pipe is gone", created: 1, unchanged: 2) { try $0.remove(path("pipe")) },
        Change("a file stands where a pipe was", rewritten: 1, unchanged: 2) {
            try $0.remove(path("pipe"))
            try $0.put("pipe", [1])
        },
        Change("a pipe has another mode", fixed: 1, unchanged: 2) {
            try $0.setAttributes(of: path("pipe"), AttributeChanges(permissions: 0o666))
        },
        Change("a device has another number", rewritten: 1, unchanged: 2) {
            try $0.remove(path("device"))
            try $0.makeSpecial(path("device"), attributes: special(.characterDevice, device: 260))
        },
        Change("a device is of the other kind", rewritten: 1, unchanged: 2) {
            try $0.remove(path("device"))
            try $0.makeSpecial(path("device"), attributes: special(.blockDevice, device: 259))
        },
        Change("there is a pipe more", unchanged: 3, deleted: 1) {
            try $0.makeSpecial(path("more"), attributes: special(.fifo))
        },
    ]

    @Test(arguments: changes) func `what is no file is counted by what becomes of it`(_ change: Change) async throws {
        let tree = MemoryTree()
        try tree.makeSymbolicLink(Self.path("link"), target: [7])
        try tree.makeSpecial(Self.path("pipe"), attributes: Self.special(.fifo))
        try tree.makeSpecial(Self.path("device"), attributes: Self.special(.characterDevice, device: 259))
        let (repository, snapshot) = try await Self.archived(tree)
        let before = try tree.description()
        try change.act(tree)
        let restorer = Restorer(repository: repository, options: RestoreOptions(width: 1))
        let plan = try await restorer.plan(snapshot: snapshot, onto: tree, mode: .inPlace)
        #expect(plan.summary.created == change.created)
        #expect(plan.summary.rewritten == change.rewritten)
        #expect(plan.summary.attributesFixed == change.fixed)
        #expect(plan.summary.unchanged == change.unchanged)
        #expect(plan.summary.deleted == change.deleted)
        let outcome = try await restorer.execute(plan)
        #expect(outcome.failures == [])
        #expect(outcome.items == change.created + change.rewritten + change.fixed + change.deleted)
        #expect(try tree.description() == before)
    }
}
