import ResticFormat
import Synchronization

/// Keeps the long folders that were read last, so that each page of a million entries does not read
/// the whole tree again. Shared by the browsers of a process: the ID of a tree is the hash of its
/// content, so what is kept never becomes wrong.
public final class FolderMemory: Sendable {
    private struct State {
        /// The last used one last.
        var folders: [(tree: ObjectID, entries: FolderEntries)] = []
        var counts: [ObjectID: Int] = [:]
        var entriesRead = 0
    }

    /// Reading a shorter folder is as fast as finding it here.
    private static let minimumEntries = 500
    private static let maximumCounts = 50_000
    private let maximumBytes: Int
    private let state = Mutex(State())

    /// - Parameter maximumBytes: the most that folders take together; the default holds one
    ///   of a million entries.
    public init(maximumBytes: Int = 96 << 20) { self.maximumBytes = maximumBytes }

    /// How many entries of trees have been read so far, for showing what a page costs.
    public var entriesRead: Int { state.withLock { $0.entriesRead } }

    func entries(of tree: ObjectID) -> FolderEntries? {
        state.withLock { state in
            guard let place = state.folders.firstIndex(where: { $0.tree == tree }) else { return nil }
            state.folders.append(state.folders.remove(at: place))
            return state.folders.last?.entries
        }
    }

    func count(of tree: ObjectID) -> Int? { state.withLock { $0.counts[tree] } }

    /// Counts what was read, and keeps long folders. The least recently used ones make room.
    func keep(_ entries: FolderEntries, of tree: ObjectID) {
        state.withLock { state in
            state.entriesRead += entries.count
            if state.counts.count >= Self.maximumCounts { state.counts = [:] }
            state.counts[tree] = entries.count
            guard entries.count >= Self.minimumEntries, entries.sizeBytes <= maximumBytes else { return }
            state.folders.removeAll { $0.tree == tree }
            state.folders.append((tree, entries))
            while state.folders.reduce(0, { $0 + $1.entries.sizeBytes }) > maximumBytes { state.folders.removeFirst() }
        }
    }
}
