import BackupTesting
import Foundation
import Synchronization
import Testing

@testable import ObjectStorage

/// A folder that is removed with its owner.
final class TemporaryFolder {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("objects-" + UUID().uuidString).path
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite struct ObjectStoreTests {
    @Test(arguments: ObjectStoreConformance.all)
    func `memory store keeps the promise`(_ check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: MemoryObjectStore()) == [])
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `local store keeps the promise`(_ check: ObjectStoreConformance) async throws {
        let folder = try TemporaryFolder()
        #expect(try await check.violations(of: LocalObjectStore(path: folder.path + "/new/store/")) == [])
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `decorators keep the promise`(_ check: ObjectStoreConformance) async throws {
        let store = RetryingObjectStore(
            LimitedObjectStore(FaultyObjectStore(MemoryObjectStore()), width: 2), pauses: [.seconds(1)], sleep: { _ in }
        )
        #expect(try await check.violations(of: store) == [])
    }

    @Test func `local objects have the modes of restic`() async throws {
        let folder = try TemporaryFolder()
        try await LocalObjectStore(path: folder.path + "/store").write("data/ab/abcd", [1])
        let file = try FileManager.default.attributesOfItem(atPath: folder.path + "/store/data/ab/abcd")
        let directory = try FileManager.default.attributesOfItem(atPath: folder.path + "/store/data/ab")
        #expect(file[.posixPermissions] as? Int == 0o400)
        #expect(directory[.posixPermissions] as? Int == 0o700)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/store/data/ab") == ["abcd"])
    }

    /// What a killed process leaves must not fill the disk: until its name is known a draft is
    /// a file without one.
    @Test func `local drafts have no name until they are published`() async throws {
        let folder = try TemporaryFolder()
        let store = LocalObjectStore(path: folder.path)
        let draft = try await store.draft()
        #expect(draft is LocalDraft)
        try draft.append([1, 2])
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == [])
        try await draft.publish(as: "data/ab/abcd")
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == [
                "data", "data/ab", "data/ab/abcd",
            ])
        #expect(
            try FileManager.default.attributesOfItem(atPath: folder.path + "/data/ab/abcd")[.posixPermissions] as? Int
                == 0o400)
    }

    /// A path that does not begin with a slash is taken from the working directory; a name of one
    /// letter is a name too.
    @Test func `a short relative path is made`() async throws {
        let folder = try TemporaryFolder()
        let up = String(repeating: "../", count: FileManager.default.currentDirectoryPath.split(separator: "/").count)
        let relative = up + folder.path.dropFirst() + "/s"
        let store = LocalObjectStore(path: relative)
        try await store.write("keys/k", [1])
        #expect(try await store.read("keys/k") == [1])
        #expect(FileManager.default.fileExists(atPath: folder.path + "/s/keys/k"))
    }

    @Test func `interrupted writes are not objects`() async throws {
        let folder = try TemporaryFolder()
        let store = LocalObjectStore(path: folder.path)
        try await store.write("keys/k", [1])
        #expect(FileManager.default.createFile(atPath: folder.path + "/keys/x-tmp-123", contents: Data([1])))
        #expect(try await store.list(prefix: "").map(\.name) == ["keys/k"])
    }

    @Test func `links in a store are not followed`() async throws {
        let folder = try TemporaryFolder()
        let store = LocalObjectStore(path: folder.path)
        try await store.write("keys/k", [1])
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/keys/link", withDestinationPath: "/etc/passwd")
        #expect(try await store.list(prefix: "keys/").map(\.name) == ["keys/k"])
        #expect(try await store.stat("keys/link") == nil)
        await #expect(throws: ObjectStoreError.self) { try await store.read("keys/link") }
    }

    @Test func `retrying repeats only what may pass`() async throws {
        let tries = Mutex(0)
        let pauses = Mutex<[Duration]>([])
        let faulty = FaultyObjectStore(MemoryObjectStore()) { call in
            guard case .write(let name) = call else { return nil }
            let number = tries.withLock {
                $0 += 1
                return $0
            }
            return number < 3
                ? ObjectStoreError(.unavailable, name: name, message: "busy", isRetryable: name == "a") : nil
        }
        let store = RetryingObjectStore(faulty, pauses: [.seconds(1), .seconds(4)]) { pause in
            pauses.withLock { $0.append(pause) }
        }
        try await store.write("a", [1])
        #expect(tries.withLock { $0 } == 3)
        #expect(pauses.withLock { $0 } == [.seconds(1), .seconds(4)])
        tries.withLock { $0 = 0 }
        await #expect(throws: ObjectStoreError.self) { try await store.write("b", [1]) }
        #expect(tries.withLock { $0 } == 1)
    }
}
