public import ObjectStorage

/// What every `ObjectStore` promises, as checks that any test target can run against its own store.
public struct ObjectStoreConformance: Sendable, CustomStringConvertible {
    /// What is checked, in words.
    public let description: String
    private let check: @Sendable (any ObjectStore) async throws -> [String]

    /// Runs the check on an **empty** store. Returns what was violated, empty when all is well.
    public func violations(of store: any ObjectStore) async throws -> [String] {
        try await check(store)
    }

    private init(_ description: String, _ check: @escaping @Sendable (any ObjectStore) async throws -> [String]) {
        self.description = description
        self.check = check
    }

    /// All checks. Each needs a fresh store.
    public static let all: [ObjectStoreConformance] = [
        ObjectStoreConformance("what was written is read back, whole and in parts", readBack),
        ObjectStoreConformance("a missing object is told apart from an empty one", missing),
        ObjectStoreConformance("a range beyond the end is refused", outOfRange),
        ObjectStoreConformance("lists hold exactly the names with the prefix", listing),
        ObjectStoreConformance("writing again replaces, deleting twice is no error", replaceAndDelete),
        ObjectStoreConformance("of creators at once one stores its bytes, and what is there stays", creation),
        ObjectStoreConformance("only folders are listed, not beginnings of names", invalidPrefixes),
        ObjectStoreConformance("names that could leave the store are refused", invalidNames),
        ObjectStoreConformance("calls may run at once", concurrency),
        ObjectStoreConformance("a draft is seen whole and under its name, or not at all", drafts),
    ]

    private static func readBack(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        try await store.write("data/ab/object-1", bytes)
        if try await store.read("data/ab/object-1") != bytes { violations.append("the whole object differs") }
        for range: Range<UInt64> in [0..<1, 0..<70_000, 69_999..<70_000, 4_095..<8_193, 5..<5] {
            let part = try await store.read("data/ab/object-1", range: range)
            if part != Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)]) {
                violations.append("range \(range) differs")
            }
        }
        if try await store.stat("data/ab/object-1")?.sizeBytes != 70_000 {
            violations.append("stat gives another size")
        }
        return violations
    }

    private static func missing(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        if try await store.stat("keys/none") != nil { violations.append("stat of a missing object is not nil") }
        if await code({ _ = try await store.read("keys/none") }) != .notFound {
            violations.append("reading a missing object is not notFound")
        }
        try await store.write("keys/empty", [])
        if try await store.stat("keys/empty")?.sizeBytes != 0 { violations.append("an empty object has no size 0") }
        if try await !store.read("keys/empty").isEmpty { violations.append("an empty object reads as something") }
        return violations
    }

    private static func outOfRange(_ store: any ObjectStore) async throws -> [String] {
        try await store.write("config", [1, 2, 3])
        var violations: [String] = []
        for range: Range<UInt64> in [0..<4, 3..<4, 10..<20] {
            if await code({ _ = try await store.read("config", range: range) }) != .outOfRange {
                violations.append("range \(range) of 3 bytes is not outOfRange")
            }
        }
        return violations
    }

    private static func listing(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        if try await !store.list(prefix: "").isEmpty { violations.append("an empty store lists something") }
        for name in ["config", "data/00/00a", "data/00/00b", "data/ff/ffa", "keys/k", "datax"] {
            try await store.write(name, Array(name.utf8))
        }
        for (prefix, expected) in [
            ("", ["config", "data/00/00a", "data/00/00b", "data/ff/ffa", "datax", "keys/k"]),
            ("data/", ["data/00/00a", "data/00/00b", "data/ff/ffa"]),
            ("data/00/", ["data/00/00a", "data/00/00b"]), ("keys/", ["keys/k"]), ("locks/", []),
        ] {
            let found = try await store.list(prefix: prefix)
            if found.map(\.name).sorted() != expected {
                violations.append("the list of '\(prefix)' is \(found.map(\.name).sorted())")
            }
            if found.contains(where: { $0.sizeBytes != UInt64($0.name.utf8.count) }) {
                violations.append("a size in the list of '\(prefix)' is wrong")
            }
        }
        return violations
    }

    private static func replaceAndDelete(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        try await store.write("snapshots/a", [1])
        try await store.write("snapshots/a", [2, 3])
        if try await store.read("snapshots/a") != [2, 3] {
            violations.append("the second write did not replace the first")
        }
        try await store.delete("snapshots/a")
        try await store.delete("snapshots/a")
        if try await store.stat("snapshots/a") != nil { violations.append("a deleted object is still there") }
        if try await !store.list(prefix: "").isEmpty {
            violations.append("something is left after the only object was deleted")
        }
        return violations
    }

    private static func invalidNames(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        for name in ["", "/", "/etc/passwd", "..", "../a", "a/../b", "a//b", "a/", ".", "a b", "a\u{0}b", "ä", "a\\b"] {
            if await code({ try await store.write(name, [1]) }) != .invalidName {
                violations.append("writing '\(name)' is not refused")
            }
            if await code({ _ = try await store.create(name, [1]) }) != .invalidName {
                violations.append("creating '\(name)' is not refused")
            }
            if await code({ _ = try await store.read(name) }) != .invalidName {
                violations.append("reading '\(name)' is not refused")
            }
        }
        return violations
    }

    /// The promise is for stores that can list folders only, as a bucket does unless it is
    /// asked for every name.
    private static func invalidPrefixes(_ store: any ObjectStore) async throws -> [String] {
        try await store.write("config", [1])
        var violations: [String] = []
        for prefix in ["config", "con", "data/0", "keys", "/", "data//", "../", "a b/", "data/../"] {
            if await code({ _ = try await store.list(prefix: prefix) }) != .invalidName {
                violations.append("listing '\(prefix)' is not refused")
            }
        }
        return violations
    }

    private static func creation(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        let stored = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<16 {
                group.addTask { try await store.create("keys/one", [UInt8(number)]) ? [UInt8(number)] : [] }
            }
            return try await group.reduce(into: [[UInt8]]()) { $0 += $1.isEmpty ? [] : [$1] }
        }
        if stored.count != 1 {
            violations.append("\(stored.count) of 16 creators were told that they stored the object")
        }
        if try await store.read("keys/one") != stored.first {
            violations.append("the object is not what its creator stored")
        }
        if try await store.create("keys/one", [99]) { violations.append("an object that was there was created again") }
        if try await store.read("keys/one") == [99] { violations.append("an object that was there was replaced") }
        if try await store.list(prefix: "").map(\.name) != ["keys/one"] {
            violations.append("a creator left something behind")
        }
        try await store.delete("keys/one")
        if try await !store.create("keys/one", [7]) { violations.append("a deleted object cannot be created again") }
        return violations
    }

    private static func drafts(_ store: any ObjectStore) async throws -> [String] {
        var violations: [String] = []
        let pieces = [Array("first".utf8), [], [UInt8](repeating: 7, count: 300_000), Array("last".utf8)]
        // The first finds an empty store, the second one with objects in it, one
        // of which it replaces.
        for name in ["data/aa/draft-1", "data/aa/draft-1", "data/bb/draft-2"] {
            let before = try await Set(store.list(prefix: "").map(\.name))
            let (draft, forgotten) = (try await store.draft(), try await store.draft())
            try forgotten.append(pieces[0])
            for piece in pieces { try draft.append(piece) }
            if try await Set(store.list(prefix: "").map(\.name)) != before {
                violations.append("a draft is seen before it has its name")
            }
            try await draft.publish(as: name)
            if try await store.read(name) != Array(pieces.joined()) {
                violations.append("a published draft differs from what was added")
            }
            if try await Set(store.list(prefix: "").map(\.name)) != before.union([name]) {
                violations.append("more than the draft is seen")
            }
        }
        if await code({ try await store.draft().publish(as: "../draft") }) != .invalidName {
            violations.append("publishing as '../draft' is not refused")
        }
        return violations
    }

    private static func concurrency(_ store: any ObjectStore) async throws -> [String] {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<32 {
                group.addTask {
                    try await store.write(
                        "data/\(number % 4)/object\(number)", Array(repeating: UInt8(number), count: number * 100))
                }
            }
            try await group.waitForAll()
        }
        var violations: [String] = []
        for number in 0..<32 {
            let bytes = try await store.read("data/\(number % 4)/object\(number)")
            if bytes != Array(repeating: UInt8(number), count: number * 100) {
                violations.append("object \(number) differs")
            }
        }
        return violations
    }

    private static func code(_ body: () async throws -> Void) async -> ObjectStoreError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? ObjectStoreError)?.code
        }
    }
}
