import FileTree
import Synchronization

/// The new folders that are filled before they are seen: those with small
/// files and without folders.
///
/// Each is made with its first file and gets its name with its last, so a crash costs no more than
/// the folders that were in hand. A folder with folders in it is seen from the start, because what
/// comes first is mostly below it.
final class NewFolders: Sendable {
    private struct State: Sendable {
        /// By the number of a folder: how many of its files are still to come; 0 for a folder that
        /// is none of these.
        var remaining: [UInt32]
        var open: [UInt32: any WritableFolder] = [:]
    }

    private let run: RestoreRun
    private let state: Mutex<State>

    init(_ run: RestoreRun) {
        self.run = run
        state = Mutex(State(remaining: Self.files(of: run.plan)))
    }

    /// How many files each of these folders will have.
    private static func files(of plan: RestorePlan) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: plan.folders.count)
        var others = Set<UInt32>()
        for file in plan.files where plan.folders[Int(file.folder)].isFilledFirst {
            counts[Int(file.folder)] += 1
            if file.blobCount > 1 { others.insert(file.folder) }
        }
        // Files that are moved come before those that are written, so their folders
        // have to be there.
        let targets = Set(plan.moves.map(\.target.parent))
        if !targets.isEmpty {
            for number in plan.folders.indices where targets.contains(plan.folders[number].path) {
                others.insert(UInt32(number))
            }
        }
        for folder in others { counts[Int(folder)] = 0 }
        return counts
    }

    /// Whether the folder is made with its first file.
    func contains(_ folder: Int) -> Bool { state.withLock { $0.remaining[folder] > 0 } }

    /// The folder of a file, made where this is its first; nil where it is none of these.
    func folder(of file: PlannedFile) throws(TreeError) -> (any WritableFolder)? {
        let (plan, destination, limit) = (run.plan, run.destination, run.options.openFiles)
        let result = state.withLock { state -> Result<(any WritableFolder)?, TreeError> in
            guard state.remaining[Int(file.folder)] > 0 else { return .success(nil) }
            if let folder = state.open[file.folder] { return .success(folder) }
            do throws(TreeError) {
                let path = plan.folders[Int(file.folder)].path
                let folder =
                    try state.open.count < limit
                    ? destination.makeFilledFolder(path) : VisibleFolder(path, in: destination)
                state.open[file.folder] = folder
                return .success(folder)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Counts a file as written or failed; the last one gives its folder its name.
    func finish(_ file: PlannedFile) throws {
        let (isLast, folder): (Bool, (any WritableFolder)?) = state.withLock { state in
            guard state.remaining[Int(file.folder)] > 0 else { return (false, nil) }
            state.remaining[Int(file.folder)] -= 1
            let isLast = state.remaining[Int(file.folder)] == 0
            return (isLast, isLast ? state.open.removeValue(forKey: file.folder) : nil)
        }
        guard isLast else { return }
        let path = run.plan.folders[Int(file.folder)].path
        if let folder {
            try run.attempt(path, folder.commit())
        } else {
            // Not a single file could be written; the folder is still to be made.
            try run.attempt(path, VisibleFolder(path, in: run.destination))
        }
    }

    /// Names the folders in hand, after a failure: their files are whole, and need
    /// not be written again.
    func keep() {
        let open = state.withLock { state in
            defer { state.open = [:] }
            return state.open
        }
        for folder in open.values { try? folder.commit() }
    }
}
