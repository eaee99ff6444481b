import BackupRepository
import BackupTesting
import SampleData
import FileTree
import ObjectStorage
import Synchronization

/// splitmix64, so that a seed repeats a run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var words: [UInt64] = []
        words.reserveCapacity(count / 8 + 1)
        for _ in 0...(count / 8) { words.append(next()) }
        return unsafe words.withUnsafeBytes { unsafe Array($0.prefix(count)) }
    }
}

extension RepositoryEnvironment {
    /// A clock that stands still, and no waiting.
    static func fixed(hostname: String = "tests.invalid", seconds: Int64 = 1_700_000_000) -> RepositoryEnvironment {
        RepositoryEnvironment(
            hostname: hostname, username: "tester", process: .made(4_242), now: { Timestamp(seconds: seconds) },
            sleep: { _ in try await Task.sleep(for: .seconds(86_400)) })
    }
}

extension ThisProcess {
    /// A process of a made-up machine on which only number 4,242 lives, since 5,000 ticks.
    static func made(
        _ number: Int32, startTicks: UInt64 = 5_000, instance: String? = nil, bootID: String = "boot",
        namespaces: String = "1.1"
    ) -> ThisProcess {
        let origin = ProcessIdentity.Origin(bootID: bootID, namespaces: namespaces, startTicks: startTicks)
        let identity = ProcessIdentity(
            host: "tests.invalid", processID: number, instance: instance ?? "i\(number)", origin: origin)
        return ThisProcess(identity) { $0 == 4_242 ? .ticks(5_000) : .none }
    }
}

extension ArchiveOptions {
    /// Small packs, and few entries of a folder at once, so that small tests have several of both.
    static let small = ArchiveOptions(width: 4, packSizeBytes: 1 << 16, entriesAtOnce: 3)
}

extension ArchiveRequest {
    static func plain(
        parent: String? = nil, seconds: Int64 = 1_700_000_000, storesUnchanged: Bool = false
    ) -> ArchiveRequest {
        ArchiveRequest(
            hostname: "tests.invalid", label: "drive", tags: ["t"], time: Timestamp(seconds: seconds), parent: parent,
            storesUnchanged: storesUnchanged)
    }
}

/// A repository in memory, opened with its master key so that no scrypt slows the
/// tests more than once.
func makeRepository(in store: any ObjectStore = MemoryObjectStore()) async throws -> Repository {
    try await Repository.create(in: store, password: "test", origin: .derived, environment: .fixed())
}

func restore(
    _ repository: Repository, _ snapshot: String, onto tree: any WritableTree, mode: RestoreMode = .inPlace
) async throws -> RestoreOutcome {
    let restorer = Restorer(repository: repository, options: RestoreOptions(width: 4))
    return try await restorer.execute(try await restorer.plan(snapshot: snapshot, onto: tree, mode: mode))
}

/// Random trees: deep folders, names of any bytes, empty and large files, links of both kinds,
/// pipes, devices, extended attributes.
struct RandomTree {
    var generator: SeededGenerator
    let tree: MemoryTree
    var folders: [TreePath] = [.root]
    var files: [TreePath] = []

    init(seed: UInt64, items: Int) throws {
        generator = SeededGenerator(seed: seed)
        tree = MemoryTree()
        for _ in 0..<items { try addItem() }
    }

    mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

    mutating func freshPath() -> TreePath {
        while true {
            let folder = folders[number(0..<folders.count)]
            var name = generator.bytes(number(1..<12)).map {
                $0 == 0 || $0 == UInt8(ascii: "/") ? UInt8(ascii: "x") : $0
            }
            if number(0..<3) > 0 { name = name.map { UInt8(ascii: "a") + $0 % 26 } }
            guard TreePath.isValidName(name) else { continue }
            let path = folder.appending(name)
            if (try? tree.attributes(of: path)) == nil { return path }
        }
    }

    mutating func content() -> [UInt8] {
        switch number(0..<30) {
        case 0...2: return []
        case 3: return generator.bytes(number(500_000..<900_000))
        case 4: return [UInt8](repeating: UInt8(number(0..<3)), count: number(0..<1_100_000))
        default: return generator.bytes(number(1..<5_000))
        }
    }

    mutating func addItem() throws {
        let path = freshPath()
        switch number(0..<20) {
        case 0..<4:
            try tree.makeFolder(path, permissions: UInt16(number(0..<0o1000)) | 0o700)
            folders.append(path)
        case 4: try tree.makeSymbolicLink(path, target: generator.bytes(number(1..<20)).map { $0 == 0 ? 1 : $0 })
        case 5:
            try tree.makeSpecial(
                path, attributes: ItemAttributes(kind: .fifo, permissions: 0o644, modified: Timestamp(seconds: 0)))
        case 6:
            try tree.makeSpecial(
                path,
                attributes: ItemAttributes(
                    kind: .characterDevice, permissions: 0o600, modified: Timestamp(seconds: 0), specialDevice: 259))
        case 7 where !files.isEmpty:
            try tree.makeHardLink(path, to: files[number(0..<files.count)])
            files.append(path)
        default:
            try tree.put(
                path, content(), permissions: UInt16(number(0..<0o10000)),
                modified: Timestamp(
                    seconds: Int64(number(0..<2_000_000_000)), nanoseconds: UInt32(number(0..<1_000_000_000))))
            if number(0..<8) == 0 {
                try tree.setAttributes(
                    of: path,
                    AttributeChanges(
                        owner: .init(userID: UInt32(number(0..<5)), groupID: 7),
                        extendedAttributes: [ExtendedAttribute(name: Array("user.a".utf8), value: generator.bytes(5))]))
            }
            files.append(path)
        }
    }

    /// Overwrites, renames, removes and adds.
    mutating func disturb(_ changes: Int) throws {
        for _ in 0..<changes {
            guard !files.isEmpty else { return try addItem() }
            let position = number(0..<files.count)
            let path = files[position]
            switch number(0..<6) {
            case 0: try tree.put(path, content())
            case 1:
                let target = freshPath()
                try tree.move(path, to: target)
                files[position] = target
            case 2:
                try tree.remove(path)
                files.remove(at: position)
            case 3: try tree.setAttributes(of: path, AttributeChanges(permissions: 0o640))
            case 4:
                // The same size and time with other bytes, as a careful vandal would do it.
                let attributes = try tree.attributes(of: path)
                try tree.put(path, generator.bytes(Int(attributes.size)), modified: attributes.modified)
            default: try addItem()
            }
        }
    }
}
