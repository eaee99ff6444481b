import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// One execution of a plan.
///
/// Order: remove obstacles, make folders, rename, remove what the snapshot does not have,
/// write files, links and special items, set attributes, set those of folders from the bottom
/// up, make everything durable.
final class RestoreRun: Sendable {
    struct Counts {
        var items: UInt64 = 0
        var bytesWritten: UInt64 = 0
        var bytesRead: UInt64 = 0
        var failures: [ItemFailure] = []
    }

    let repository: Repository
    let options: RestoreOptions
    let plan: RestorePlan
    let redo: RedoRecords?
    let destination: any WritableTree
    /// Compares what stands there with what the plan saw; nil where the plan does not say it.
    let presentGuard: PresentGuard?
    private let counts = Mutex(Counts())
    private let report: @Sendable (RestoreProgress) -> Void
    private let planned: UInt64

    init(
        repository: Repository, options: RestoreOptions, plan: RestorePlan, redo: RedoRecords? = nil,
        report: @escaping @Sendable (RestoreProgress) -> Void
    ) {
        self.repository = repository
        self.options = options
        self.plan = plan
        self.redo = redo
        self.report = report
        destination = plan.destination
        presentGuard = plan.expected.map { PresentGuard($0) }
        let summary = plan.summary
        planned = summary.created + summary.rewritten + summary.renamed + summary.deleted + summary.attributesFixed
        counts.withLock { $0.failures = plan.failures }
    }

    func run() async throws -> RestoreOutcome {
        for folder in plan.leftovers {
            try attempt(folder, isItem: false, destination.removeLeftovers(in: folder))
        }
        for path in plan.obstacles { try removeAll(path) }
        let newFolders = NewFolders(self)
        try makeFolders(except: newFolders)
        for move in plan.moves { try rename(move) }
        for path in plan.removals { try removeAll(path) }
        try await ContentRestore(run: self, newFolders: newFolders).run()
        for item in plan.others { try attempt(item.path, make(item)) }
        try makeLinks()
        for fix in plan.fixes {
            try attempt(fix.path, setAttributes(of: fix.path, fix.changes))
        }
        try finishFolders()
        try attempt(.root, isItem: false, destination.synchronize())
        return counts.withLock { counts in
            RestoreOutcome(
                planned: plan.summary, items: counts.items, bytesWritten: counts.bytesWritten,
                bytesRead: counts.bytesRead, failures: plan.naming(counts.failures).sorted { $0.path < $1.path },
                unread: plan.unread, leftAlone: plan.leftAlone)
        }
    }

    /// Changes the counts and reports them.
    /// - Parameter path: the item at hand, where one is.
    func count(at path: TreePath? = nil, _ change: (inout Counts) -> Void) {
        let progress = counts.withLock { counts in
            change(&counts)
            return RestoreProgress(
                items: counts.items, itemsPlanned: planned, bytes: counts.bytesWritten,
                bytesPlanned: plan.summary.bytesToWrite,
                failures: counts.failures.count, path: path)
        }
        report(progress)
    }

    /// Runs a step for one item. Its failure is recorded, unless it makes the rest pointless.
    func attempt<Value>(
        _ path: TreePath, isItem: Bool = true, _ step: @autoclosure () throws(TreeError) -> Value
    ) throws(RepositoryError) {
        do throws(TreeError) {
            _ = try step()
            if isItem, !path.isRoot { count(at: path) { $0.items += 1 } }
        } catch {
            try fail(error)
        }
    }

    func fail(_ error: TreeError) throws(RepositoryError) {
        switch error.code {
        case .treeUnavailable:
            throw RepositoryError(
                .treeUnavailable, "the destination is gone as a whole ('\(error.path)': \(error.message))",
                cause: error, isRetryable: true)
        case .outOfSpace:
            throw RepositoryError(
                .outOfSpace,
                "the destination has no space left ('\(error.path)': \(error.message)); free some and restore again",
                cause: error, isRetryable: true)
        case let code where plan.expected != nil && TreeError.Code.ofOvertaken.contains(code):
            record(ItemFailure(outdated(error)))
        default: record(ItemFailure(error))
        }
    }

    func record(_ failure: ItemFailure) {
        count(at: failure.path) { $0.failures.append(failure) }
    }

    /// Removes an item and everything in it.
    private func removeAll(_ path: TreePath) throws {
        try Task.checkCancellation()
        try attempt(path, removeBeneath(path))
    }

    /// Makes missing folders, parents first (a parent's number is always lower), open to us until
    /// their own attributes are set.
    private func makeFolders(except newFolders: NewFolders) throws {
        for (number, folder) in plan.folders.enumerated() where folder.action == .create && !newFolders.contains(number)
        {
            try attempt(folder.path, VisibleFolder(folder.path, in: destination))
        }
    }

    private func finishFolders() throws {
        for folder in plan.folders.reversed() where folder.action != .keep {
            guard let changes = folder.attributes else { continue }
            let isFix = folder.action == .fix
            try attempt(
                folder.path, isItem: isFix,
                isFix ? setAttributes(of: folder.path, changes) : finishNewFolder(folder.path, changes))
        }
    }

    /// Makes the further names of files. Those of a file that failed stay as they are: they would
    /// otherwise get the content of whatever stands in its place.
    private func makeLinks() throws {
        if plan.links.isEmpty { return }
        let failed = Dictionary(counts.withLock { $0.failures }.map { ($0.path, $0) }) { first, _ in first }
        for link in plan.links {
            if let failure = failed[link.existing] {
                record(
                    ItemFailure(
                        path: link.path, code: failure.code,
                        message: "another name of '\(link.existing)', which could not be restored: \(failure.message)",
                        detail: failure.detail))
            } else {
                try attempt(link.path, makeHardLink(link))
            }
        }
    }

    /// Moves a file to its place.
    ///
    /// Where that fails, the error names one of the two paths, and a later plan has to look at
    /// both: at the target, which is not there yet, and at the source, which may still be.
    private func rename(_ move: PlannedMove) throws {
        do throws(TreeError) {
            try expectPresent(at: move.source)
            try expectPresent(at: move.target)
            try destination.move(move.source, to: move.target)
        } catch {
            for path in [move.target, move.source] {
                var failure = error
                failure.path = path
                try fail(failure)
            }
            return
        }
        try attempt(move.target, destination.setAttributes(of: move.target, move.changes))
    }

    private func make(_ item: PlannedItem) throws(TreeError) {
        try expectPresent(at: item.path)
        if item.node.type == .symlink {
            try destination.makeSymbolicLink(item.path, target: item.node.linkTarget ?? [])
        } else {
            if item.replaces { try destination.remove(item.path) }
            try destination.makeSpecial(item.path, attributes: item.node.itemAttributes)
        }
        try destination.setAttributes(of: item.path, item.node.changes(settingOwners: options.setsOwners, isNew: true))
    }
}
