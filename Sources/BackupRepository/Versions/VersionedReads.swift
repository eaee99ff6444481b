public import ObjectStorage
import ResticFormat
import Synchronization

/// A store of a repository whose reads get the version that an object's name tells of, also where
/// somebody deleted or replaced the object since: most names are hashes.
///
/// `list` and `stat` tell what is there now. `config` has no hash and is read as it is.
public struct VersionedReads: ForwardingObjectStore {
    public let base: any ObjectStore
    private let older: any ObjectVersions
    private let memory = Memory()

    /// nil where the store keeps no versions.
    public init?(_ base: any ObjectStore) {
        guard let versions = base.versions else { return nil }
        self.base = base
        older = versions
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        try await read(name, range: range, into: &bytes)
        return bytes
    }

    public func read(_ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]) async throws(ObjectStoreError) {
        guard Self.isHashed(name) else { return try await base.read(name, range: range, into: &buffer) }
        if range != nil, let version = try await replaced(name) {
            buffer = try await older.read(version, range: range)
            return
        }
        var failure: ObjectStoreError?
        do throws(ObjectStoreError) {
            try await base.read(name, range: range, into: &buffer)
        } catch {
            guard error.code == .notFound || error.code == .outOfRange else { throw error }
            failure = error
        }
        // Of a part no hash is known; whether the whole was replaced was asked before.
        if failure == nil, range != nil || ObjectNames.isRight(name, buffer) ?? true { return }
        if let version = try await right(name) {
            buffer = try await older.read(version, range: range)
        } else if let failure {
            throw failure
        }
    }

    private static func isHashed(_ name: String) -> Bool {
        guard let id = ObjectNames.id(of: name) else { return false }
        return ObjectNames.Kind.allCases.contains { $0 != .locks && ObjectNames.name($0, id) == name }
    }

    private func right(_ name: String) async throws(ObjectStoreError) -> ObjectVersion? {
        let history = VersionHistory(name: name, versions: try await older.list(prefix: name))
        return try await history.right(in: older) { ObjectNames.isRight(name, $0) ?? false }.first
    }

    /// The version of a pack to be read in place of the newest one; nil where that is right. What
    /// there is of the packs of a folder is asked for once.
    private func replaced(_ name: String) async throws(ObjectStoreError) -> ObjectVersion? {
        if let known = memory.version(of: name) { return known }
        let folder = name.lastIndex(of: "/").map { String(name[...$0]) } ?? name
        if !memory.knows(folder) {
            let histories = VersionHistory.all(try await older.list(prefix: folder))
            memory.note(folder, suspects: Set(histories.values.filter { $0.isHidden || $0.isReplaced }.map(\.name)))
        }
        guard memory.isSuspect(name), let version = try await right(name) else { return nil }
        memory.note(version)
        return version
    }

    private final class Memory: Sendable {
        private struct State {
            var folders: Set<String> = []
            var suspects: Set<String> = []
            var versions: [String: ObjectVersion] = [:]
        }
        private let state = Mutex(State())

        func knows(_ folder: String) -> Bool { state.withLock { $0.folders.contains(folder) } }
        func isSuspect(_ name: String) -> Bool { state.withLock { $0.suspects.contains(name) } }
        func version(of name: String) -> ObjectVersion? { state.withLock { $0.versions[name] } }

        func note(_ folder: String, suspects: Set<String>) {
            state.withLock { state in
                state.folders.insert(folder)
                state.suspects.formUnion(suspects)
            }
        }

        func note(_ version: ObjectVersion) { state.withLock { $0.versions[version.name] = version } }
    }
}
