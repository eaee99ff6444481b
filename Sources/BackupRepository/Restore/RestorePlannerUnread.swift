import FileTree
import ResticFormat
import Synchronization

// What could not be read when the snapshot was taken: no restore removes it, or anything in it.

/// What a plan knows of unread items that may have been moved since.
struct MovedUnread: Sendable {
    /// What they are, by inode number as far as known. A later plan for a part has
    /// those of the whole.
    var kinds: [UInt64: UnreadKind] = [:]
    /// Where one of them stands now, or a folder with one in it, in the place of something else
    /// that the snapshot has.
    var kept: Set<TreePath> = []

    func has(_ attributes: ItemAttributes) -> Bool { kinds[attributes.inode] == UnreadKind(attributes.kind) }
}

extension RestorePlanner {
    /// Notes what an entry says that could not be read.
    /// - Returns: whether the entry is to be restored.
    func note(unread node: Node, path: TreePath, item: PresentItem?, isUnread: Bool) -> Bool {
        guard let unread = node.unreadItem(at: path) else {
            guard isUnread, let item, item.attributes.kind != node.type.kind else { return true }
            leaveAlone([path])
            return false
        }
        state.withLock { state in
            state.plan.unread.append(unread)
            if node.isNameOnly || node.isStaleFolder, node.inode != 0, let kind = unread.kind {
                state.plan.moved.kinds[node.inode] = kind
            }
        }
        // Nothing can be restored of an item that was never read. And an item that may be the
        // unread one itself is not replaced by what was there before it.
        let mayBeIt = item.map { $0.attributes.kind != node.type.kind && (isUnread || node.mark?.kind == nil) } ?? false
        guard node.isNameOnly || mayBeIt else { return true }
        if item != nil { leaveAlone([path]) }
        return false
    }

    func leaveAlone(_ paths: [TreePath]) {
        guard !paths.isEmpty else { return }
        state.withLock { $0.plan.leftAlone += paths }
    }

    /// Notes a present item that the plan would replace, or whose content it would remove.
    ///
    /// It may be an unread item that was moved there, unless it has the number that the snapshot
    /// has at that place.
    func noteReplaced(_ item: PresentItem?, by node: Node, _ path: TreePath) {
        guard mode == .inPlace, let item, item.attributes.inode != node.inode else { return }
        state.withLock { $0.replaced.append(ExtraItem(path: path, attributes: item.attributes)) }
    }

    /// Notes where unread items are that the plan would replace. If there are any, it has to
    /// be made once more.
    func findReplacedUnread() async throws {
        let (unread, replaced, obstacles) = state.withLock { ($0.plan.moved, $0.replaced, $0.plan.obstacles) }
        guard mode == .inPlace, !unread.kinds.isEmpty else { return }
        var found = replaced.filter { unread.has($0.attributes) }.map(\.path)
        for obstacle in obstacles where try await holds(unread, obstacle) { found.append(obstacle) }
        state.withLock { [found] in $0.plan.moved.kept.formUnion(found) }
    }

    /// Whether an unread item is in what stands at a path, or in a folder in it.
    private func holds(_ unread: MovedUnread, _ path: TreePath) async throws -> Bool {
        guard let known else { return holdsPresent(unread, path) }
        guard let folder = try await trees.lineage(of: path, root: known).last, folder.type == .dir else {
            return false
        }
        return try await holds(unread, path, recorded: folder.subtree)
    }

    private func holds(_ unread: MovedUnread, _ path: TreePath, recorded: ObjectID?) async throws -> Bool {
        for item in try await list(path, recorded: recorded) {
            if unread.has(item.attributes) { return true }
            guard item.attributes.kind == .folder else { continue }
            if try await holds(unread, path.appending(item.name), recorded: item.recorded?.subtree) { return true }
        }
        return false
    }

    private func holdsPresent(_ unread: MovedUnread, _ folder: TreePath) -> Bool {
        guard let items = try? destination.items(in: folder).items else { return false }
        return items.contains { item in
            unread.has(item.attributes)
                || item.attributes.kind == .folder && holdsPresent(unread, folder.appending(item.name))
        }
    }

    /// Keeps from removal whatever holds an unread item that was moved there since.
    func keepMovedUnread() {
        state.withLock { state in
            let unread = state.plan.moved
            guard mode == .inPlace, !unread.kinds.isEmpty else { return }
            let moved = state.extra.filter { unread.has($0.attributes) }.map(\.path)
            guard !moved.isEmpty else { return }
            let kept = Set(
                state.plan.removals.filter { removal in moved.contains { $0 == removal || removal.isAbove($0) } })
            state.plan.removals.removeAll { kept.contains($0) }
            state.plan.summary.deleted -= UInt64(kept.count)
            state.plan.leftAlone += kept
            // Nothing is taken out of it for a rename, and its files keep their names.
            let isKept = { (item: ExtraItem) in kept.contains { $0 == item.path || $0.isAbove(item.path) } }
            for item in state.extra where item.attributes.hasOtherNames && isKept(item) {
                state.knownNames[FileIdentity(item.attributes), default: 1] -= 1
            }
            state.extra.removeAll(where: isKept)
        }
    }
}

extension Node {
    /// Whether it is a folder that could not be listed, with what it had before.
    var isStaleFolder: Bool { type == .dir && isMarked && !lacksAttributes }
}

extension TreePath {
    /// Whether an item lies in this folder, or in one in it.
    func isAbove(_ path: TreePath) -> Bool {
        isRoot ? !path.isRoot : path.bytes.starts(with: bytes + [UInt8(ascii: "/")])
    }
}
