import Glibc
import Synchronization

/// Copies of objects on this machine, in a folder of a bounded size that may be lost at any time.
///
/// What was used least recently goes first. A file that cannot be read counts as absent, and one
/// that cannot be written is left out: whoever asks has another source. Nothing is synchronised, so
/// after a power cut a copy may be cut off; callers verify what they get. Calls block their thread.
public final class CacheFolder: Sendable {
    private struct Entry {
        var sizeBytes: UInt64
        /// Grows with each use.
        var lastUse: Int64
    }

    private struct State {
        var entries: [String: Entry]?
        var usedBytes: UInt64 = 0
        var lastUse: Int64 = 0
        var drafts = 0
    }

    /// The absolute path of the folder, which the first copy makes.
    public let path: String
    /// The most bytes that all copies have together.
    public let maximumBytes: UInt64
    private let state = Mutex(State())

    private static let draftMark = "-tmp"

    public init(path: String, maximumBytes: UInt64) {
        self.path = path
        self.maximumBytes = maximumBytes
    }

    /// The bytes that all copies have.
    public var usedBytes: UInt64 { withEntries { state, _ in state.usedBytes } }

    /// The copy of that name; nil where there is none.
    public func read(_ name: String) -> [UInt8]? {
        guard ObjectName.isValid(name), isKnown(name) else { return nil }
        var bytes: [UInt8] = []
        do {
            let file = try LocalFiles.Descriptor(path + "/" + name, flags: O_RDONLY | O_NOFOLLOW)
            let size = Int(try LocalFiles.status(file).st_size)
            try LocalFiles.read(file, at: 0, count: size, into: &bytes)
            // For the next process, which takes the times of files for those of their last use.
            futimens(file.number, nil)
        } catch {
            forget(name)
            return nil
        }
        return bytes
    }

    /// Keeps a copy in place of the one of that name.
    public func write(_ name: String, _ bytes: [UInt8]) {
        let size = UInt64(bytes.count)
        guard ObjectName.isValid(name), size <= maximumBytes / 2 else { return remove(name) }
        let draft = path + "/" + name + Self.draftMark + "\(getpid())-\(nextDraft())"
        do {
            do {
                try Self.store(bytes, at: draft)
            } catch  where error.number == ENOENT {
                try makeFolders(of: name)
                try Self.store(bytes, at: draft)
            }
            _ = try LocalFiles.repeated { unsafe rename(draft, path + "/" + name) }
        } catch {
            _ = unsafe unlink(draft)
            return remove(name)
        }
        let victims = withEntries { state, entries -> [String] in
            state.lastUse += 1
            state.usedBytes = state.usedBytes - (entries[name]?.sizeBytes ?? 0) + size
            entries[name] = Entry(sizeBytes: size, lastUse: state.lastUse)
            return state.usedBytes > maximumBytes ? Self.leastUsed(entries, but: name, of: state, maximumBytes) : []
        }
        for victim in victims { remove(victim) }
    }

    /// Removes a copy; a missing one is no error.
    public func remove(_ name: String) {
        guard ObjectName.isValid(name) else { return }
        _ = unsafe unlink(path + "/" + name)
        forget(name)
    }

    /// Removes every copy beneath a folder, which is given with its final slash.
    public func removeAll(in folder: String) {
        for name in withEntries({ _, entries in entries.keys.filter { $0.hasPrefix(folder) } }) { remove(name) }
    }

    // MARK: What is there

    /// Those that make room for more: down to nine tenths of the bound, so that not each copy has to
    /// make room again.
    private static func leastUsed(
        _ entries: [String: Entry], but name: String, of state: State, _ maximumBytes: UInt64
    ) -> [String] {
        var used = state.usedBytes
        var victims: [String] = []
        for (other, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) where other != name {
            if used <= maximumBytes / 10 * 9 { break }
            used -= entry.sizeBytes
            victims.append(other)
        }
        return victims
    }

    /// Whether there is a copy, which is then the one that was used last.
    private func isKnown(_ name: String) -> Bool {
        withEntries { state, entries in
            guard entries[name] != nil else { return false }
            state.lastUse += 1
            entries[name]?.lastUse = state.lastUse
            return true
        }
    }

    private func forget(_ name: String) {
        withEntries { state, entries in state.usedBytes -= entries.removeValue(forKey: name)?.sizeBytes ?? 0 }
    }

    private func nextDraft() -> Int {
        state.withLock { state in
            state.drafts += 1
            return state.drafts
        }
    }

    /// Lends what is there, of which the first caller makes a list.
    private func withEntries<Value>(_ body: (inout State, inout [String: Entry]) -> Value) -> Value {
        state.withLock { state in
            var entries = state.entries ?? [:]
            if state.entries == nil {
                for (number, found) in scan().enumerated() {
                    entries[found.name] = Entry(sizeBytes: found.sizeBytes, lastUse: Int64(number))
                    state.usedBytes += found.sizeBytes
                }
                state.lastUse = Int64(entries.count)
            }
            state.entries = nil
            defer { state.entries = entries }
            return body(&state, &entries)
        }
    }

    /// The copies that an earlier process left, the one that was not used for the longest time
    /// first. Its unfinished ones are removed.
    private func scan() -> [(name: String, sizeBytes: UInt64)] {
        var found: [(name: String, sizeBytes: UInt64, used: Int64)] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for entry in (try? LocalFiles.names(in: path + "/" + folder)) ?? [] {
                let name = folder.isEmpty ? entry : folder + "/" + entry
                guard ObjectName.isValid(name), let status = try? LocalFiles.status(path + "/" + name) else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: folders.append(name)
                case S_IFREG where entry.contains(Self.draftMark): _ = unsafe unlink(path + "/" + name)
                case S_IFREG: found.append((name, UInt64(status.st_size), Int64(status.st_mtim.tv_sec)))
                default: continue
                }
            }
        }
        return found.sorted { ($0.used, $0.name) < ($1.used, $1.name) }.map { ($0.name, $0.sizeBytes) }
    }

    // MARK: Files

    private static func store(_ bytes: [UInt8], at path: String) throws(LocalFiles.Failure) {
        let file = try LocalFiles.Descriptor(path, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600)
        if !bytes.isEmpty { try LocalFiles.writeAll(bytes, to: file) }
    }

    private func makeFolders(of name: String) throws(LocalFiles.Failure) {
        var folder = path
        for part in [""] + name.split(separator: "/").dropLast().map({ "/" + $0 }) {
            folder += part
            if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST { throw LocalFiles.Failure(number: errno) }
        }
    }
}

/// The place of one copy in a cache.
public struct CacheEntry: Sendable {
    private let cache: CacheFolder
    private let name: String

    public init(_ name: String, in cache: CacheFolder) { (self.name, self.cache) = (name, cache) }

    /// The copy; nil where there is none.
    public func read() -> [UInt8]? { cache.read(name) }

    public func write(_ bytes: [UInt8]) { cache.write(name, bytes) }
}
