import FileTree
import Synchronization

extension RestorePlanner {
    /// Turns "make this file, remove that one" into a rename where the inode number, size, time and content show that they are one.
    func planRenames() throws {
        let (missing, extra) = state.withLock { ($0.missing, $0.extra) }
        if missing.isEmpty || extra.isEmpty { return }
        var renamed = Set<Int>()
        for file in extra.sorted(by: { $0.path < $1.path }) {
            try Task.checkCancellation()
            guard file.attributes.linkCount == 1, let number = missing[file.attributes.inode]?.first(where: { !renamed.contains($0) }) else { continue }
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

    private func renaming(_ file: ExtraFile, to number: Int) -> PlannedMove? {
        let (planned, target, blobs, extended) = state.withLock { state in
            let planned = state.plan.files[number]
            return (planned, state.plan.path(of: planned), state.plan.records(of: planned), state.plan.extended(of: planned))
        }
        guard planned.size == file.attributes.size, planned.modified == file.attributes.modified, hasContent(file.path, size: planned.size, blobs) else { return nil }
        let owner = options.setsOwners ? AttributeChanges.Owner(userID: planned.userID, groupID: planned.groupID) : nil
        return PlannedMove(
            source: file.path, target: target,
            changes: AttributeChanges(permissions: planned.permissions, modified: planned.modified, owner: owner, extendedAttributes: extended))
    }

    /// Decides for each file with several names which one is written and which are links to it.
    func planLinks() {
        let groups = state.withLock { $0.linked }
        for members in groups.values.map({ $0.sorted { $0.path < $1.path } }).sorted(by: { $0[0].path < $1[0].path }) {
            let kept = members.first { $0.presentInode != nil }
            let first = kept ?? members[0]
            if kept == nil, let blobs = records(of: first.node) {
                addFile(first.node, blobs, folder: first.folder, path: first.path, present: .none)
            }
            for member in members where member.path != first.path && (member.presentInode == nil || member.presentInode != first.presentInode) {
                state.withLock { state in
                    state.plan.links.append(PlannedLink(path: member.path, existing: first.path))
                    state.plan.summary.created += 1
                    state.plan.touch(member.folder)
                }
            }
        }
    }
}

extension RestorePlan {
    func records(of file: PlannedFile) -> [UInt32] {
        Array(blobs[Int(file.blobStart)..<(Int(file.blobStart) + Int(file.blobCount))])
    }

    /// Where each of its blobs belongs in the file, in bytes.
    func offsets(of file: PlannedFile) -> [UInt64] {
        var next: UInt64 = 0
        return records(of: file).map { record in
            defer { next += UInt64(index.table[Int(record)].location.plaintextLength ?? 0) }
            return next
        }
    }

    func extended(of file: PlannedFile) -> [ExtendedAttribute] {
        file.extended == 0 ? [] : extended[Int(file.extended) - 1]
    }

    /// Counts a rename in place of a creation; `keepMoved` follows.
    mutating func note(_ move: PlannedMove, insteadOf number: Int) {
        moves.append(move)
        summary.renamed += 1
        summary.created -= 1
        summary.bytesToWrite -= files[number].size
    }

    /// Takes what will be moved from what will be removed, in one pass. Files within a removed folder are not named there themselves.
    mutating func keepMoved() {
        let sources = Set(moves.map(\.source))
        let count = removals.count
        removals.removeAll { sources.contains($0) }
        summary.deleted -= UInt64(count - removals.count)
    }
}
