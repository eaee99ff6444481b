import BackupAPI
import BackupTesting
import Concurrency
import Foundation
import OData
import ObjectStorage
import Synchronization
import Testing

/// A store that counts the bytes that are read from it.
private final class CountingStore: ObjectStore {
    private let base: any ObjectStore
    private let count: ReadCount

    init(_ base: any ObjectStore, _ count: ReadCount) { (self.base, self.count) = (base, count) }

    func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] { try await base.list(prefix: prefix) }
    func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        let bytes = try await base.read(name, range: range)
        count.add(bytes.count)
        return bytes
    }
    func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) { try await base.write(name, bytes) }
    func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        try await base.create(name, bytes)
    }
    func delete(_ name: String) async throws(ObjectStoreError) { try await base.delete(name) }
    func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? { try await base.stat(name) }
}

private final class ReadCount: Sendable {
    private let bytes = Atomic<Int>(0)

    var value: Int { bytes.load(ordering: .relaxed) }
    func add(_ count: Int) { bytes.wrappingAdd(count, ordering: .relaxed) }
}

/// A reader that takes a piece, and the next one only when it is let.
private final class SlowReader: BodySink {
    private struct State {
        var taken = 0
        var largestAhead = 0
        var largestPiece = 0
        var stopsAt: Int?
    }

    private let state = Mutex(State())
    private let gate = WorkSignal()
    private let read: ReadCount
    private let before: Int

    /// - Parameter stopsAt: the number of bytes after which it takes nothing more until `goOn`.
    init(_ read: ReadCount, stopsAt: Int? = nil) {
        self.read = read
        before = read.value
        state.withLock { $0.stopsAt = stopsAt }
    }

    var taken: Int { state.withLock { $0.taken } }
    /// The most bytes that had been read from the repository and not been taken.
    var largestAhead: Int { state.withLock { $0.largestAhead } }
    var largestPiece: Int { state.withLock { $0.largestPiece } }

    func goOn() {
        state.withLock { $0.stopsAt = nil }
        gate.notify()
    }

    func write(_ bytes: [UInt8]) async throws {
        // A slow reader: others get a turn before it takes anything.
        for _ in 0..<3 { await Task.yield() }
        while state.withLock({ state in state.stopsAt.map { state.taken >= $0 } ?? false }) {
            let seen = gate.generation
            if state.withLock({ $0.stopsAt == nil }) { break }
            try await gate.wait(after: seen)
        }
        let read = read.value - before
        state.withLock { state in
            state.largestAhead = max(state.largestAhead, read - state.taken)
            state.largestPiece = max(state.largestPiece, bytes.count)
            state.taken += bytes.count
        }
    }
}

/// What a download holds in memory between the repository and a slow reader. The content cannot be
/// compressed, so what was read from the repository and not taken is what is held.
@Suite(.serialized) struct DownloadMemoryTests {
    private static let fileBytes = 5_000_000
    private static let most = 8 << 20

    private let harness: RestoreHarness
    private let read = ReadCount()
    private let session: String
    private let key: String

    init() async throws {
        let read = read
        harness = try await RestoreHarness(wrapping: { CountingStore($0, read) })
        var (content, state) = ([UInt8](repeating: 0, count: Self.fileBytes), UInt64(7))
        for place in content.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            content[place] = UInt8(truncatingIfNeeded: state >> 33)
        }
        try Data(content).write(
            to: URL(filePath: harness.folder.path + "/drives/\(RestoreHarness.ada)/noise.bin"))
        let (_, point) = try await harness.protectedDrive()
        session = try await harness.browseSession(point)
        key = try await harness.itemKey(session, ["Documents", "noise.bin"])
    }

    /// An archive that holds the file some times.
    private func download(times: Int) async throws -> BodyStream {
        let body: JSONValue = [
            "browseSessionId": .string(session), "format": "zip",
            "itemKeys": .array(Array(repeating: .string(key), count: times)),
        ]
        let created = await harness.post("/downloads", body)
        try #require(created.status == 201, "\(created)")
        let answer = await harness.get("/downloads/\(created.id)")
        return try #require(answer.stream)
    }

    @Test func `half a gigabyte goes through eight megabytes`() async throws {
        let stream = try await download(times: 100)
        let reader = SlowReader(read, stopsAt: 50_000_000)
        async let sent: Void = stream.write(to: reader)
        while reader.taken < 50_000_000 { await Task.yield() }
        // For a reader that takes nothing no more is read than may be held.
        for _ in 0..<11_000 { await Task.yield() }
        #expect(read.value <= reader.taken + Self.most)
        reader.goOn()
        try await sent
        #expect(reader.taken > 500_000_000)
        #expect(stream.length == reader.taken)
        #expect(reader.largestAhead <= Self.most, "\(reader.largestAhead)")
        #expect(reader.largestAhead > 0)
        #expect(reader.largestPiece <= 1 << 20, "\(reader.largestPiece)")
    }

    @Test func `four are sent at once, and the others wait`() async throws {
        var streams: [BodyStream] = []
        for _ in 0..<6 { streams.append(try await download(times: 2)) }
        let before = read.value
        let readers = streams.map { _ in SlowReader(read, stopsAt: 1) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (stream, reader) in zip(streams, readers) { group.addTask { try await stream.write(to: reader) } }
            while readers.count(where: { $0.taken > 0 }) < 4 { await Task.yield() }
            for _ in 0..<10_000 { await Task.yield() }
            #expect(readers.count { $0.taken > 0 } == 4)
            #expect(read.value - before <= 4 * Self.most)
            for reader in readers { reader.goOn() }
            try await group.waitForAll()
        }
        for (stream, reader) in zip(streams, readers) { #expect(reader.taken == stream.length) }
    }
}
