import Synchronization

/// Gathers what the folders of a run say of damage. Any thread may add.
final class EvidenceGatherer: Sendable {
    private struct State {
        var figures = ChangeFigures()
        var notes: [NoteKey: Int] = [:]
    }

    private let state = Mutex(State())
    /// Small new files that are told apart; a run with more of them is an import.
    private static let maximumNotes = 20_000

    init() {}

    /// Adds what changed within a folder.
    /// - Parameter path: the folder's, empty for the root.
    /// - Parameter isOld: whether the folder was there before.
    func add(_ folder: FolderEvidence, path: String, isOld: Bool) {
        if folder.isEmpty { return }
        state.withLock { state in
            if state.notes.count < Self.maximumNotes {
                folder.add(to: &state.figures, path: path, isOld: isOld, notes: &state.notes)
            } else {
                var ignored: [NoteKey: Int] = [:]
                folder.add(to: &state.figures, path: path, isOld: isOld, notes: &ignored)
            }
        }
    }

    /// What the run found.
    /// - Parameter removed: files of the parent that are gone; nil where that is not known.
    /// - Parameter folders: folders in the snapshot.
    /// - Parameter filled: those of them with files in them.
    /// - Parameter gone: folders of the parent that are not.
    func figures(removed: Int?, folders: Int, filled: Int, gone: Int) -> ChangeFigures {
        state.withLock { state in
            var figures = state.figures
            (figures.removed, figures.folders) = (removed, folders)
            (figures.filledFolders, figures.goneFolders) = (filled, gone)
            // The first by name of several that are equally frequent, so that a run can be repeated.
            let note = state.notes.max { left, right in
                left.value == right.value
                    ? right.key.name.lexicographicallyPrecedes(left.key.name) : left.value < right.value
            }
            if let note, note.value > 1 { (figures.note, figures.noteFolders) = (note.key.name, note.value) }
            return figures
        }
    }
}
