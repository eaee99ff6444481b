import BackupTesting
import Connectors
import FileTree
import Foundation
import ObjectStorage
import ResticFormat
import Synchronization
import Testing

@testable import BackupRepository

/// Somebody has the repository's key and writes what they like: every blob authenticates, every
/// hash fits, and what they say is a lie.
@Suite struct HostileRepositoryTests {
    private static let id = String(repeating: "0a", count: 32)

    private func repository(_ store: MemoryObjectStore) async throws -> Repository {
        let environment = RepositoryEnvironment(
            hostname: "tests.invalid", username: "tester", sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
        return try await Repository.create(in: store, password: "test", environment: environment)
    }

    /// Stores bytes as a tree, whatever they are, and a snapshot that names them.
    private func snapshot(_ trees: [[UInt8]], in repository: Repository) async throws -> String {
        let saver = BlobSaver(
            repository: repository, index: try await repository.index(), width: 1, packSizeBytes: 1 << 20,
            compressionLevel: 3, verifiesBlobs: false)
        var last = ObjectID.hash(of: [])
        for bytes in trees {
            let codec = repository.codecs.take()
            defer { repository.codecs.giveBack(codec) }
            let prepared = try unsafe bytes.withUnsafeBytes { unsafe try saver.prepare($0, isTree: true, codec) }
            last = try await saver.finish(prepared, codec).id
        }
        let index = try await saver.flush()
        repository.forgetLoadedIndex()
        _ = index
        let snapshot = Snapshot(time: NodeTime(Timestamp(seconds: 1_700_000_000)), tree: last, paths: ["/x"])
        let name = try await repository.storeUnpacked(snapshot.encoded(), as: .snapshots)
        return String(name.dropFirst("snapshots/".count))
    }

    /// Checks, plans a repair, restores onto a real folder, and looks whether
    /// anything outside it changed.
    private func use(_ repository: Repository, _ snapshot: String) async throws {
        _ = try await Checker(repository: repository, width: 1).check(readsData: true)
        _ = try await Repairer(repository: repository, width: 1).plan()
        let scratch = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let inside = scratch.appending(path: "a/inside")
        try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
        try Data("untouched".utf8).write(to: scratch.appending(path: "a/canary"))
        do {
            let tree = try LocalTree(path: inside.path, access: .write)
            let restorer = Restorer(repository: repository, options: RestoreOptions(width: 1))
            let plan = try await restorer.plan(snapshot: snapshot, onto: tree, mode: .inPlace)
            _ = try await restorer.execute(plan)
        } catch let error as RepositoryError {
            #expect(!error.message.isEmpty)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/a").sorted() == ["canary", "inside"])
        #expect(try String(contentsOf: scratch.appending(path: "a/canary"), encoding: .utf8) == "untouched")
    }

    private static func node(_ name: String, _ rest: String) -> String {
        """
        {\"name\":\"\(name)\",\"mode\":420,\"mtime\":\"2024-01-02T03:04:05Z\",\"atime\":\"2024-01-02T03:04:05Z\",\
        \"ctime\":\"2024-01-02T03:04:05Z\",\"uid\":0,\"gid\":0,\(rest)}
        """
    }

    private static let file = "\"type\":\"file\",\"content\":[]"

    @Test(arguments: [
        node("../canary", file), node("..", file), node(".", file), node("/etc/canary", file),
        node("a/../../canary", file), node("", file),
        node("a\\u0000b", file), node(String(repeating: "n", count: 256), file),
        node(String(repeating: "n", count: 100_000), file),
        node("..", "\"type\":\"dir\",\"subtree\":\"\(id)\""), node("d", "\"type\":\"dir\""),
        node("f", "\"type\":\"file\",\"size\":18446744073709551615,\"content\":[]"),
        node("f", "\"type\":\"file\",\"content\":[\"\(id)\"]"), node("f", "\"type\":\"file\",\"content\":null"),
        node("l", "\"type\":\"symlink\",\"linktarget\":\"../canary\"") + "," + node("l", file),
        node("l", "\"type\":\"symlink\",\"linktarget\":\"..\"") + ","
            + node("l", "\"type\":\"dir\",\"subtree\":\"\(id)\""),
        node("l", "\"type\":\"symlink\",\"linktarget\":\"\""), node("l", "\"type\":\"symlink\""),
        node("l", "\"type\":\"symlink\",\"linktarget\":\"\(String(repeating: "t", count: 5000))\""),
        node("h", "\"type\":\"file\",\"inode\":1,\"links\":18446744073709551615,\"content\":[]") + ","
            + node("i", "\"type\":\"file\",\"inode\":1,\"links\":2,\"content\":[\"\(id)\"]"),
        node(
            "x",
            """
            \"type\":\"file\",\"content\":[],\
            \"extended_attributes\":[{\"name\":\"user.\(String(repeating: "x", count: 300))\",\"value\":\"\"},\
            {\"name\":\"security.capability\",\"value\":\"AAAA\"},{\"name\":\"\",\"value\":\"AA==\"}]
            """
        ),
        node("p", "\"type\":\"fifo\"") + "," + node("s", "\"type\":\"socket\""),
        node("d", "\"type\":\"dev\",\"device\":18446744073709551615"),
        node("\\u001b[2Jevil\\n", file), node("b", file) + "," + node("a", file),
        node("t", "\"type\":\"file\",\"mode\":4294967295,\"content\":[]"),
    ])
    func `a crafted folder writes nothing outside and breaks nothing`(nodes: String) async throws {
        let repository = try await repository(MemoryObjectStore())
        let id = try await snapshot([Array("{\"nodes\":[\(nodes)]}\n".utf8)], in: repository)
        try await use(repository, id)
    }

    @Test func `a tree that is none is named, and a repair gives the snapshot up`() async throws {
        for text in ["", "null", "[]", "{\"nodes\":3}", "\u{0}", String(repeating: "[", count: 50_000)] {
            let repository = try await repository(MemoryObjectStore())
            let id = try await snapshot([Array(text.utf8)], in: repository)
            let report = try await Checker(repository: repository, width: 1).check(readsData: true)
            #expect(!report.isSound)
            let outcome = try await Repairer(repository: repository, width: 1).repair(
                password: "x", quarantine: MemoryObjectStore())
            #expect(outcome.dropped == [id])
        }
    }

    @Test func `a chain of ten thousand folders is walked without an end of the stack`() async throws {
        let repository = try await repository(MemoryObjectStore())
        var trees: [[UInt8]] = [Array("{\"nodes\":[]}\n".utf8)]
        for _ in 0..<10_000 {
            let id = ObjectID.hash(of: trees[trees.count - 1]).hex
            trees.append(Array("{\"nodes\":[\(Self.node("d", "\"type\":\"dir\",\"subtree\":\"\(id)\""))]}\n".utf8))
        }
        let id = try await snapshot(trees, in: repository)
        let report = try await Checker(repository: repository, width: 1).check(readsData: false)
        #expect(report.trees == 10_001)
        #expect(report.isSound)
        let plan = try await Repairer(repository: repository, width: 1).plan()
        #expect(plan.lost == [])
        let tree = MemoryTree()
        let restorer = Restorer(repository: repository, options: RestoreOptions(width: 1))
        _ = try? await restorer.plan(snapshot: id, onto: tree, mode: .fresh)
    }

    @Test func `a blob that claims to be enormous is refused before memory is taken for it`() async throws {
        let store = MemoryObjectStore()
        let repository = try await repository(store)
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        let sealed = try repository.sealer.seal(ZstdCompressor().compress(zeros))
        let entry = PackEntry(
            type: .tree, id: .hash(of: zeros), offset: 0, length: UInt32(sealed.count), uncompressedLength: .max)
        let header = try repository.sealer.seal(PackHeader.encode([entry]))
        let pack = sealed + header + (0..<4).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
        try await store.write(ObjectNames.pack(.hash(of: pack)), pack)
        let index = IndexFile(packs: [PackIndex(id: .hash(of: pack), blobs: [entry])])
        _ = try await repository.storeUnpacked(index.encoded(), as: .index)
        let snapshot = Snapshot(time: NodeTime(Timestamp(seconds: 1)), tree: entry.id, paths: ["/x"])
        _ = try await repository.storeUnpacked(snapshot.encoded(), as: .snapshots)
        let before = Self.peakKilobytes()
        let report = try await Checker(repository: repository, width: 1).check(readsData: true)
        #expect(!report.isSound)
        #expect(Self.peakKilobytes() - before < 1_000_000, "memory was taken for a claim")
    }

    @Test func `random lies in trees, indexes and snapshots`() async throws {
        var mutator = Mutator(
            seed: 11,
            corpus: [
                Array(
                    """
                    {\"nodes\":[\(Self.node("a", Self.file)),\
                    \(Self.node("l", "\"type\":\"symlink\",\"linktarget\":\"x\""))]}\n
                    """
                    .utf8)
            ])
        for _ in 0..<60 {
            let store = MemoryObjectStore()
            let made = try await repository(store)
            let id = try await snapshot([mutator.next()], in: made)
            try await use(made, id)
        }
    }

    /// The greatest size that this process ever had.
    private static func peakKilobytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }.flatMap { line in
            line.split(separator: " ").compactMap { Int($0) }.first
        } ?? 0
    }
}

extension Repository {
    fileprivate func forgetLoadedIndex() { loadedIndex.withLock { $0 = nil } }
}
