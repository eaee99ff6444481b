import FileTree
import Synchronization

extension RestorePlanner {
    /// Turns "make this file, remove that one" into a rename where the inode number, size, time and
    /// content show that they are one.
    func planRenames() throws {
        let (missing, extra) = state.withLock { ($0.missing, $0.extra) }
        if missing.isEmpty || extra.isEmpty { return }
        var renamed = Set<Int>()
        for file in extra.sorted(by: { $0.path < $1.path }) {
            try Task.checkCancellation()
            guard file.attributes.kind == .file, file.attributes.size > 0, file.attributes.linkCount == 1 else {
                continue
            }
            guard let number = missing[file.attributes.inode]?.first(where: { !renamed.contains($0) }) else { continue }
            if let move = renaming(file, to: number) {
                renamed.insert(number)
                state.withLock { $0.plan.note(move, insteadOf: number) }
            }
        }
        guard !renamed.isEmpty else { return }
        state.withLock { state in
            state.plan.files = state.plan.files.enumerated().filter { !renamed.contains($0.offset) }.map(\.element)
            state.plan.keepMoved()
        }
    }

    private func renaming(_ file: ExtraItem, to number: Int) -> PlannedMove? {
        let (plan, planned) = state.withLock { ($0.plan, $0.plan.files[number]) }
        let isSame = plan.size(of: planned) == file.attributes.size && planned.modified == file.attributes.modified
        let blobs = plan.blobs(of: planned)
        guard isSame, file.recorded.map({ hasContent($0, blobs) }) ?? hasContent(file.path, blobs) else { return nil }
        return PlannedMove(
            source: file.path, target: plan.path(of: planned),
            changes: plan.changes(for: planned, settingOwners: options.setsOwners, isNew: false))
    }
}

extension RestorePlan {
    /// Counts a rename in place of a creation; `keepMoved` follows.
    mutating func note(_ move: PlannedMove, insteadOf number: Int) {
        moves.append(move)
        summary.renamed += 1
        summary.created -= 1
        summary.bytesToWrite -= size(of: files[number])
    }

    /// Takes what will be moved from what will be removed, in one pass. Files within a removed
    /// folder are not named there themselves.
    mutating func keepMoved() {
        let sources = Set(moves.map(\.source))
        let count = removals.count
        removals.removeAll { sources.contains($0) }
        summary.deleted -= UInt64(count - removals.count)
    }
}
