import BackupTesting
import Synchronization
import Testing

@testable import ObjectStorage

/// The names that every store accepts.
@Suite struct ObjectNameTests {
    @Test(arguments: [
        "a", "config", "data/1f/1fab", "A-Z.a_z/09", "...", "a..b", ".hidden", String(repeating: "x", count: 255),
    ])
    func `names of letters, digits, dots, lines and hyphens are accepted`(name: String) {
        #expect(ObjectName.isValid(name))
        #expect(throws: Never.self) { try ObjectName.validate(name) }
    }

    @Test(arguments: [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/.", "a b", "a\\b", "é", "a\0", "a:b", "a@b", "a[b", "a`b",
        "a{b", "a,b", String(repeating: "x", count: 256), "a/" + String(repeating: "x", count: 256),
    ])
    func `other names are refused`(name: String) {
        #expect(!ObjectName.isValid(name))
        let error = #expect(throws: ObjectStoreError.self) { try ObjectName.validate(name) }
        #expect(error?.code == .invalidName)
    }

    @Test(arguments: [("", true), ("data/", true), ("data/1f/", true), ("data", false), ("/", false), ("a//", false)])
    func `a prefix is everything or a folder`(prefix: String, isValid: Bool) {
        #expect(ObjectName.isValidPrefix(prefix) == isValid)
        if isValid {
            #expect(throws: Never.self) { try ObjectName.validate(prefix: prefix) }
        } else {
            let error = #expect(throws: ObjectStoreError.self) { try ObjectName.validate(prefix: prefix) }
            #expect(error?.code == .invalidName)
        }
    }
}

/// Decorators: each adds one thing and passes the rest on.
@Suite struct DecoratorTests {
    /// Every call of a store, by its name.
    static let calls: [(String, @Sendable (any ObjectStore) async throws -> Void)] = [
        ("list", { _ = try await $0.list(prefix: "a/") }), ("read", { _ = try await $0.read("a/b", range: 0..<1) }),
        ("write", { try await $0.write("a/b", [1]) }), ("create", { _ = try await $0.create("a/c", [1]) }),
        ("delete", { try await $0.delete("a/b") }), ("stat", { _ = try await $0.stat("a/b") }),
    ]

    private func store(failing tries: Int, isRetryable: Bool = true) -> (FaultyObjectStore, made: @Sendable () -> Int) {
        let left = Mutex(tries)
        let store = FaultyObjectStore(MemoryObjectStore(["a/b": [1]])) { _ in
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            return fails ? ObjectStoreError(.unavailable, name: "a/b", message: "no", isRetryable: isRetryable) : nil
        }
        return (store, { store.calls.count })
    }

    @Test(arguments: calls) func `a call that fails in passing is repeated`(
        name: String, call: @Sendable (any ObjectStore) async throws -> Void
    ) async throws {
        let (faulty, _) = store(failing: 2)
        try await call(RetryingObjectStore(faulty, pauses: [.seconds(1), .seconds(1)], sleep: { _ in }))
        await #expect(throws: ObjectStoreError.self) {
            try await call(
                RetryingObjectStore(self.store(failing: 3).0, pauses: [.seconds(1), .seconds(1)], sleep: { _ in }))
        }
    }

    @Test(arguments: calls) func `a call that fails for good is made once`(
        name: String, call: @Sendable (any ObjectStore) async throws -> Void
    ) async throws {
        let (faulty, _) = store(failing: 1, isRetryable: false)
        let retrying = RetryingObjectStore(faulty, pauses: [.seconds(1)], sleep: { _ in Issue.record("no pause") })
        await #expect(throws: ObjectStoreError.self) { try await call(retrying) }
    }

    @Test func `a pause that is cancelled ends the repetition with the last failure`() async throws {
        let (faulty, _) = store(failing: 1)
        let retrying = RetryingObjectStore(faulty, pauses: [.seconds(1)], sleep: { _ in throw CancellationError() })
        let error = await #expect(throws: ObjectStoreError.self) { try await retrying.read("a/b") }
        #expect(error?.code == .unavailable)
    }

    @Test func `without pauses nothing is repeated`() async throws {
        let (faulty, _) = store(failing: 1)
        let retrying = RetryingObjectStore(faulty, pauses: [], sleep: { _ in })
        await #expect(throws: ObjectStoreError.self) { try await retrying.read("a/b") }
        #expect(try await retrying.read("a/b") == [1])
    }

    @Test(arguments: calls) func `a limited store passes calls and failures on`(
        name: String, call: @Sendable (any ObjectStore) async throws -> Void
    ) async throws {
        try await call(LimitedObjectStore(MemoryObjectStore(["a/b": [1]]), width: 1))
        let limited = LimitedObjectStore(store(failing: 1).0, width: 1)
        await #expect(throws: ObjectStoreError.self) { try await call(limited) }
        // The permit of the failed call is free again.
        _ = try await limited.stat("a/b")
    }

    @Test func `a draft in memory is written when it gets its name`() async throws {
        let store = MemoryObjectStore()
        let draft = try await store.draft()
        try draft.append([1, 2])
        try draft.append([3])
        #expect(store.contents.isEmpty)
        try await draft.publish(as: "a/b")
        #expect(store.contents == ["a/b": [1, 2, 3]])
    }

    @Test func `errors of a store name the object`() {
        let missing = ObjectStoreError.missing("a/b")
        #expect(missing.code == .notFound)
        #expect(missing.description == "notFound for object 'a/b': there is no such object in the store")
        let outside = ObjectStoreError.outside(3..<9, of: "a/b", sizeBytes: 8)
        #expect(outside.code == .outOfRange)
        #expect(outside.message == "bytes 3..<9 were asked for, but the object has 8 bytes")
    }
}
