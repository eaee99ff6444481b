import FileTree
import Synchronization

// Items that were changed between the plan and its execution, where the plan says what it saw.

/// Compares items with what a plan saw of them, as far as the run has not changed them itself.
final class PresentGuard: Sendable {
    private struct Done {
        /// What was removed to make room.
        var removed = Set<TreePath>()
        /// Files with several names, one of which has got its attributes, by inode number.
        var touched = Set<UInt64>()
        /// Files that have got another name, by inode number.
        var linked = Set<UInt64>()

        /// What the run itself has changed of an item.
        func changed(_ item: ItemAttributes) -> PresentStamps.Ignored {
            if touched.contains(item.inode) { return .times }
            return linked.contains(item.inode) ? .changeTime : .nothing
        }
    }

    private let expected: PresentStamps
    private let done = Mutex(Done())

    init(_ expected: PresentStamps) { self.expected = expected }

    /// Whether a path holds what the plan saw there.
    func matches(_ attributes: ItemAttributes?, at path: TreePath) -> Bool {
        done.withLock { done in
            if done.removed.contains(path) { return attributes == nil }
            let ignored = attributes.map(done.changed) ?? .nothing
            return expected.matches(attributes, at: path, ignoring: ignored)
        }
    }

    func noteRemoval(of path: TreePath) { done.withLock { _ = $0.removed.insert(path) } }

    func noteAttributes(of item: ItemAttributes?) {
        guard let item, item.hasOtherNames else { return }
        done.withLock { _ = $0.touched.insert(item.inode) }
    }

    func noteLink(to item: ItemAttributes?) {
        guard let item else { return }
        done.withLock { _ = $0.linked.insert(item.inode) }
    }
}

extension RestoreRun {
    /// Makes sure that a path holds what the plan saw there, where the plan is to be compared.
    /// - Returns: what stands there; nil where nothing does, or nothing was compared.
    /// - Throws: `TreeError.Code.outdated` where it does not.
    @discardableResult
    func expectPresent(at path: TreePath) throws(TreeError) -> ItemAttributes? {
        guard let presentGuard, !path.isRoot else { return nil }
        let attributes = try present(at: path)
        guard presentGuard.matches(attributes, at: path) else {
            throw TreeError(.outdated, path: path, message: "it was changed after the restore was planned; plan again")
        }
        return attributes
    }

    private func present(at path: TreePath) throws(TreeError) -> ItemAttributes? {
        do throws(TreeError) {
            return try destination.attributes(of: path)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// A failure that comes from a change after the plan, as such.
    func outdated(_ error: TreeError) -> TreeError {
        var outdated = error
        outdated.code = .outdated
        outdated.message = "it was changed after the restore was planned (\(error.message)); plan again"
        return outdated
    }

    /// Removes an item and everything in it. Of a folder everything else goes where some of it was
    /// changed after the plan.
    func removeBeneath(_ path: TreePath) throws(TreeError) {
        try expectPresent(at: path)
        do throws(TreeError) {
            try destination.remove(path)
        } catch {
            guard error.code == .notEmpty else { throw error }
            var isLeft = false
            for item in try destination.items(in: path).items {
                do throws(TreeError) {
                    try removeBeneath(path.appending(item.name))
                } catch {
                    guard error.code == .outdated else { throw error }
                    record(ItemFailure(error))
                    isLeft = true
                }
            }
            if isLeft {
                throw TreeError(
                    .outdated, path: path, message: "something in it was changed after the restore was planned")
            }
            try destination.remove(path)
        }
        presentGuard?.noteRemoval(of: path)
    }

    /// Gives a file another name.
    func makeHardLink(_ link: PlannedLink) throws(TreeError) {
        try expectPresent(at: link.path)
        if let presentGuard { presentGuard.noteLink(to: try present(at: link.existing)) }
        try destination.makeHardLink(link.path, to: link.existing)
    }

    /// Sets the attributes of a folder that was made, unless something else stands there.
    func finishNewFolder(_ path: TreePath, _ changes: AttributeChanges) throws(TreeError) {
        if presentGuard != nil, try present(at: path)?.kind != .folder { return }
        try destination.setAttributes(of: path, changes)
    }

    /// Sets attributes of an item that stands there.
    func setAttributes(of path: TreePath, _ changes: AttributeChanges) throws(TreeError) {
        let present = try expectPresent(at: path)
        try destination.setAttributes(of: path, changes)
        presentGuard?.noteAttributes(of: present)
    }
}

extension TreeError.Code {
    /// What tells that an item was not what the plan took it for, so that another plan can do better.
    static let ofOvertaken: [TreeError.Code] = [.notFound, .wrongKind, .alreadyExists, .notEmpty, .escapes]
}
