import BackupRepository
import BackupTesting
import Connectors
import FileTree
import Foundation
import Glibc
import ObjectStorage
import Synchronization
import Testing

/// The owner of a drive is nobody whom we trust: what they put there must not stop the backup of
/// the rest, nor come out elsewhere.
@Suite struct HostileDriveTests {
    final class Scratch {
        let path = FileManager.default.temporaryDirectory.appending(path: "drive-\(UUID().uuidString)").path
        init() throws {
            try FileManager.default.createDirectory(atPath: path + "/source", withIntermediateDirectories: true)
            try FileManager.default.createDirectory(atPath: path + "/target", withIntermediateDirectories: true)
        }
        deinit {
            // Deeper than any path can say, so the system's own tool walks it.
            let remove = Process()
            remove.executableURL = URL(filePath: "/bin/rm")
            remove.arguments = ["-rf", path]
            try? remove.run()
            remove.waitUntilExit()
        }
    }

    func archive(_ path: String) async throws -> (Repository, ArchiveOutcome) {
        let environment = RepositoryEnvironment(
            hostname: "tests.invalid", username: "tester", sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
        let repository = try await Repository.create(
            in: MemoryObjectStore(), password: "test", environment: environment)
        let tree = try LocalTree(path: path)
        let request = ArchiveRequest(hostname: "tests.invalid", label: "drive", time: Timestamp(seconds: 1_700_000_000))
        return (
            repository,
            try await Archiver(repository: repository, options: ArchiveOptions(width: 2)).archive(
                tree, request: request)
        )
    }

    private func restore(
        _ repository: Repository, _ outcome: ArchiveOutcome, to path: String
    ) async throws -> [ItemFailure] {
        let restorer = Restorer(repository: repository, options: RestoreOptions(width: 2))
        let plan = try await restorer.plan(
            snapshot: outcome.snapshotID, onto: try LocalTree(path: path, access: .write), mode: .inPlace)
        return plan.failures + (try await restorer.execute(plan)).failures
    }

    @Test func `names that frighten terminals and file systems come back as they are`() async throws {
        let scratch = try Scratch()
        let names: [[UInt8]] = [
            Array("line\nbreak".utf8), Array("\u{1b}[2J\u{1b}]0;title\u{7}".utf8), [0xff, 0xfe, 0x80],
            [UInt8](repeating: UInt8(ascii: "n"), count: 255), Array("...".utf8),
            Array("-rf".utf8), Array("\u{202e}gnp.exe".utf8), Array("a\\b".utf8), Array(" ".utf8),
            Array("\"quoted\"".utf8), [1], [0x7f], Array("con:aux?*|<>".utf8),
        ]
        for name in names {
            let path = Array((scratch.path + "/source/").utf8) + name
            let descriptor = unsafe open(path.map { CChar(bitPattern: $0) } + [0], O_WRONLY | O_CREAT, 0o644)
            try #require(descriptor >= 0)
            #expect(unsafe write(descriptor, "x", 1) == 1)
            close(descriptor)
        }
        let (repository, outcome) = try await archive(scratch.path + "/source")
        #expect(outcome.failures == [])
        #expect(try await restore(repository, outcome, to: scratch.path + "/target") == [])
        let restored = try LocalTree(path: scratch.path + "/target").items(in: .root).items.map(\.name)
        #expect(Set(restored) == Set(names))
    }

    @Test func `pipes, sockets and devices are never opened`() async throws {
        let scratch = try Scratch()
        let source = scratch.path + "/source"
        #expect(unsafe mkfifo(source + "/pipe", 0o644) == 0)
        // A relative name, because the address holds little.
        let shell = Process()
        shell.executableURL = URL(filePath: "/usr/bin/python3")
        shell.arguments = [
            "-c", "import os,socket,sys;os.chdir(sys.argv[1]);socket.socket(socket.AF_UNIX).bind('socket')", source,
        ]
        try shell.run()
        shell.waitUntilExit()
        // A device whose reading never ends; where the system forbids making one the rest
        // is still worth testing.
        _ = unsafe mknod(source + "/zero", S_IFCHR | 0o644, dev_t(0x105))
        try Data("plain".utf8).write(to: URL(filePath: source + "/plain"))
        let (repository, outcome) = try await archive(source)
        #expect(outcome.failures == [])
        #expect(outcome.statistics.totalBytes == 5)
        let items = try await repository.items(in: .root, ofSnapshot: outcome.snapshotID)
        #expect(items.contains { $0.attributes.kind == .fifo })
        #expect(items.contains { $0.attributes.kind == .socket })
    }

    @Test func `a folder chain deeper than a path can be is told, and the rest is kept`() async throws {
        let scratch = try Scratch()
        var folder = unsafe open(scratch.path + "/source", O_RDONLY | O_DIRECTORY)
        for _ in 0..<10_000 {
            #expect(unsafe mkdirat(folder, "d", 0o755) == 0)
            let next = unsafe openat(folder, "d", O_RDONLY | O_DIRECTORY)
            close(folder)
            folder = next
        }
        close(folder)
        try Data("plain".utf8).write(to: URL(filePath: scratch.path + "/source/plain"))
        let (repository, outcome) = try await archive(scratch.path + "/source")
        // Linux takes paths of 4095 bytes: what lies deeper cannot be reached by one
        // name, and says so.
        #expect(outcome.failures.count == 1, "\(outcome.failures.count)")
        #expect(outcome.statistics.totalFiles == 1)
        let items = try await repository.items(in: .root, ofSnapshot: outcome.snapshotID)
        #expect(items.map(\.name) == [Array("d".utf8), Array("plain".utf8)])
    }

    @Test func `a thousand names of one file are stored once and come back as one`() async throws {
        let scratch = try Scratch()
        try Data(repeating: 7, count: 300_000).write(to: URL(filePath: scratch.path + "/source/first"))
        for number in 0..<1_000 {
            #expect(unsafe link(scratch.path + "/source/first", scratch.path + "/source/name-\(number)") == 0)
        }
        let (repository, outcome) = try await archive(scratch.path + "/source")
        #expect(outcome.failures == [])
        #expect(outcome.statistics.dataBlobs == 1)
        #expect(try await restore(repository, outcome, to: scratch.path + "/target") == [])
        let attributes = try LocalTree(path: scratch.path + "/target").items(in: .root).items.map(\.attributes)
        #expect(attributes.count == 1_001)
        #expect(Set(attributes.map(\.inode)).count == 1)
    }

    @Test func `a file that never stops growing is told and does not hold the backup up`() async throws {
        let tree = MemoryTree()
        try tree.put("plain", [1])
        try tree.put("growing", [UInt8](repeating: 1, count: 1_000))
        let growing = GrowingTree(base: tree)
        let environment = RepositoryEnvironment(
            hostname: "tests.invalid", username: "tester", sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
        let repository = try await Repository.create(
            in: MemoryObjectStore(), password: "test", environment: environment)
        let request = ArchiveRequest(hostname: "tests.invalid", label: "drive", time: Timestamp(seconds: 1_700_000_000))
        let outcome = try await Archiver(repository: repository, options: ArchiveOptions(width: 1)).archive(
            growing, request: request)
        #expect(outcome.failures.map(\.code) == ["changedWhileRead"])
        #expect(outcome.statistics.totalFiles == 2)
    }
}

extension HostileDriveTests {
    @Test func `a sparse file of absurd length is told, and not read`() async throws {
        let scratch = try Scratch()
        let source = scratch.path + "/source"
        let descriptor = unsafe open(source + "/sparse", O_WRONLY | O_CREAT, 0o644)
        // As long as the file system takes, and longer than anybody's backup should wait for.
        try #require(ftruncate(descriptor, 5 << 40) == 0)
        close(descriptor)
        try Data("plain".utf8).write(to: URL(filePath: source + "/plain"))
        let (_, outcome) = try await archive(source)
        #expect(outcome.failures.map(\.code) == ["tooLarge"])
        #expect(outcome.failures.first?.path.description == "sparse")
        #expect(outcome.statistics.totalFiles == 1)
        #expect(outcome.statistics.totalBytes == 5)
    }

    @Test func `a file without an end is left after its length was read`() async throws {
        let tree = MemoryTree()
        try tree.put("plain", [1])
        // More than one chunk, so that it is read chunk by chunk.
        try tree.put("growing", [UInt8](repeating: 1, count: 1_000_000))
        let endless = GrowingTree(base: tree, isEndless: true)
        let environment = RepositoryEnvironment(
            hostname: "tests.invalid", username: "tester", sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
        let repository = try await Repository.create(
            in: MemoryObjectStore(), password: "test", environment: environment)
        let request = ArchiveRequest(hostname: "tests.invalid", label: "drive", time: Timestamp(seconds: 1_700_000_000))
        let outcome = try await Archiver(repository: repository, options: ArchiveOptions(width: 1)).archive(
            endless, request: request)
        #expect(outcome.failures.map(\.code) == ["changedWhileRead"])
        #expect(outcome.statistics.totalFiles == 2)
    }
}

/// A tree in which one file is longer every time that somebody looks at it.
private final class GrowingTree: ReadableTree {
    let base: MemoryTree
    /// Whether its content never ends.
    let isEndless: Bool

    init(base: MemoryTree, isEndless: Bool = false) {
        self.base = base
        self.isEndless = isEndless
    }

    func attributes(of path: TreePath) throws(TreeError) -> ItemAttributes { try base.attributes(of: path) }
    func items(in folder: TreePath) throws(TreeError) -> FolderListing { try base.items(in: folder) }
    func linkTarget(of path: TreePath) throws(TreeError) -> [UInt8] { try base.linkTarget(of: path) }
    func extendedAttributes(of path: TreePath) throws(TreeError) -> [ExtendedAttribute] {
        try base.extendedAttributes(of: path)
    }
    func ownerNames(userID: UInt32, groupID: UInt32) -> (user: String, group: String) {
        base.ownerNames(userID: userID, groupID: groupID)
    }

    func open(_ path: TreePath) throws(TreeError) -> any ReadableFile {
        let file = try base.open(path)
        return path.description == "growing" ? GrowingFile(file, isEndless: isEndless) : file
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

/// A file that is longer, and changed later, with every look at it.
private final class GrowingFile: ReadableFile {
    private let base: any ReadableFile
    private let isEndless: Bool
    private let looks = Counter()

    init(_ base: any ReadableFile, isEndless: Bool) {
        self.base = base
        self.isEndless = isEndless
    }

    func attributes() throws(TreeError) -> ItemAttributes {
        var attributes = try base.attributes()
        let look = looks.next()
        attributes.size += UInt64(100 * look)
        attributes.modified.seconds += Int64(look)
        return attributes
    }

    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute] { try base.extendedAttributes() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        guard isEndless else { return unsafe try base.read(into: buffer, at: offset) }
        for place in buffer.indices {
            unsafe buffer[place] = UInt8(truncatingIfNeeded: (offset &+ UInt64(place)) &* 31)
        }
        return buffer.count
    }
}
