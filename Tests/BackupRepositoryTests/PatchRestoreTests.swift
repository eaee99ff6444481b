import BackupRepository
import BackupTesting
import SampleData
import FileTree
import ObjectStorage
import Synchronization
import Testing

private final class Switch: Sendable {
    private let state = Mutex(false)
    var isOn: Bool { state.withLock { $0 } }
    func turnOn() { state.withLock { $0 = true } }
}

private final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func count(_ call: MemoryTree.Call) { if case .change = call { count.withLock { $0 += 1 } } }
}

/// A file of several blobs whose present state has much of what it shall be.
@Suite struct PatchRestoreTests {
    private static let length = 4 << 20

    /// What becomes of the file before the restore.
    enum Harm: String, CaseIterable, Sendable {
        case edited, longer, shorter, zeroed, zerosOverwritten, firstByte, lastByte

        func applied(to bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            switch self {
            case .edited: bytes.replaceSubrange(2_500_000..<2_500_100, with: repeatElement(7, count: 100))
            case .longer: bytes += repeatElement(3, count: 500_000)
            case .shorter: bytes.removeLast(500_000)
            case .zeroed: bytes.replaceSubrange(1_200_000..<1_600_000, with: repeatElement(0, count: 400_000))
            case .zerosOverwritten: for place in stride(from: 3_000_000, to: 3_700_000, by: 1000) { bytes[place] = 9 }
            case .firstByte: bytes[0] ^= 1
            case .lastByte: bytes[bytes.count - 1] ^= 1
            }
            return bytes
        }
    }

    /// A repository that cuts files in the same places each time.
    private static func makeRepository() async throws -> Repository {
        let generator = Mutex(SeededGenerator(seed: 5))
        var environment = RepositoryEnvironment.fixed()
        environment.randomBytes = { count in generator.withLock { $0.bytes(count) } }
        return try await Repository.create(in: MemoryObjectStore(), password: "test", environment: environment)
    }

    /// Bytes that have a long run of zeros, too, so that zeros have to be
    /// written over something else.
    private static func content() -> [UInt8] {
        var generator = SeededGenerator(seed: 77)
        var bytes = generator.bytes(length)
        bytes.replaceSubrange(3_000_000..<3_700_000, with: repeatElement(0, count: 700_000))
        return bytes
    }

    @Test(arguments: [false, true]) func `only what differs is read from the repository`(
        sharesContent: Bool
    ) async throws {
        let tree = MemoryTree(sharesContent: sharesContent)
        let whole = Self.content()
        try tree.put("disk.img", whole, permissions: 0o640, modified: Timestamp(seconds: 1_600_000_000))
        let repository = try await Self.makeRepository()
        let point = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        let before = try tree.description()
        for harm in Harm.allCases {
            try tree.put("disk.img", harm.applied(to: whole))
            let outcome = try await restore(repository, point.snapshotID, onto: tree)
            #expect(outcome.failures == [])
            #expect(try tree.description() == before, "\(harm)")
            #expect(outcome.bytesWritten == UInt64(whole.count))
            #expect(outcome.bytesRead < UInt64(Self.length) / 2, "\(harm)")
            // What is only too long has everything.
            #expect((outcome.bytesRead == 0) == (harm == .longer), "\(harm)")
        }
    }

    @Test func `of a copy that shares its content only what differs is written`() async throws {
        var written: [Int] = []
        for sharesContent in [false, true] {
            let counter = Counter()
            let tree = MemoryTree(sharesContent: sharesContent) { call in
                counter.count(call)
                return nil
            }
            try tree.put("disk.img", Self.content())
            let repository = try await Self.makeRepository()
            let point = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
            try tree.put("disk.img", Harm.edited.applied(to: Self.content()))
            let before = counter.value
            #expect(try await restore(repository, point.snapshotID, onto: tree).failures == [])
            written.append(counter.value - before)
        }
        // To begin, one blob, and the name.
        #expect(written[1] == 3)
        #expect(written[0] > written[1])
    }

    @Test func `a file of which nothing is left is read as a whole`() async throws {
        let tree = MemoryTree()
        let whole = Self.content()
        try tree.put("disk.img", whole)
        let repository = try await Self.makeRepository()
        let point = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        try tree.put("disk.img", whole.map { $0 ^ 0x55 })
        let outcome = try await restore(repository, point.snapshotID, onto: tree)
        #expect(outcome.failures == [])
        #expect(try tree.bytes(#require(TreePath("disk.img"))) == whole)
    }

    @Test(arguments: [false, true]) func `the present file stays where the new one cannot be made`(
        sharesContent: Bool
    ) async throws {
        let path = try #require(TreePath("disk.img"))
        let isLocked = Switch()
        let tree = MemoryTree(sharesContent: sharesContent) { call in
            isLocked.isOn && call == .change(path) ? .permissionDenied : nil
        }
        let whole = Self.content()
        try tree.put("disk.img", whole)
        let repository = try await Self.makeRepository()
        let point = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        let harmed = Harm.edited.applied(to: whole)
        try tree.put("disk.img", harmed)
        isLocked.turnOn()
        let outcome = try await restore(repository, point.snapshotID, onto: tree)
        #expect(outcome.failures.map(\.path) == [path])
        #expect(try tree.bytes(path) == harmed)
    }
}
