import Concurrency
public import FileTree
import ResticFormat
import Synchronization

/// What to plan, beside the snapshot and the destination.
struct PlanRequest: Sendable {
    var part = RestoredPart.everything
    /// The folder of the snapshot that becomes the root of the destination.
    var folder = TreePath.root
    var mode: RestoreMode
    var scope = RestoreScope.everything
    var moved = MovedUnread()
    /// The snapshot that is known to equal the destination.
    var known: String?
    /// Whether the run compares what it touches with what the plan saw.
    var comparesPresent = false
    /// Whether folders of equal trees are passed over.
    var skipsEqual = true
}

extension Restorer {
    /// Compares a snapshot, or an item of it, with a destination whose present state another snapshot
    /// is known to hold: an undo point that was just taken, or a backup that found nothing changed.
    ///
    /// The plan is then the difference of two snapshots: trees are read in proportion to what
    /// differs, no file of the destination is read, and no folder of it is listed. Its summary counts
    /// as unchanged what the snapshot says that it holds, without links in folders that are equal.
    /// Where the present snapshot does not know everything (something could not be read when it was
    /// taken, or one of its trees is damaged), the destination itself is looked at, as by `plan`.
    ///
    /// `execute` compares every item that it touches with what the plan saw of it. What was changed,
    /// added or removed since stays as it is, and is a failure with the code `outdated`.
    /// - Parameter present: the ID of the snapshot that equals the destination; nil where none is
    ///   known. The plan then looks at the destination, and its execution compares all the same.
    /// - Throws: as `plan`; `snapshotNotFound` also for `present`.
    public func plan(
        snapshot: String, _ part: RestoredPart = .everything, onto destination: any WritableTree, mode: RestoreMode,
        knowing present: String?
    ) async throws -> RestorePlan {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLock(exclusive: false) {
                let request = PlanRequest(part: part, mode: mode, known: present, comparesPresent: true)
                return try await makePlan(of: snapshot, onto: destination, request)
            }
        }
    }

    /// Plans as a request says, and once more where the first plan found out that it cannot be right.
    func makePlan(
        of snapshot: String, onto destination: any WritableTree, _ request: PlanRequest
    ) async throws -> RestorePlan {
        try await redo?.replay(onto: destination)
        let info = try await repository.snapshot(snapshot)
        let known: ObjectID? =
            if let present = request.known {
                try repository.treeID(of: try await repository.snapshot(present))
            } else {
                nil
            }
        let index = try await repository.index(skippingDamaged: request.part == .everything)
        let trees = TreeReader(repository: repository, index: index)
        var plan = RestorePlan(
            snapshot: info.id, mode: request.mode, destination: destination, index: index, moved: request.moved)
        if request.comparesPresent { plan.expected = PresentStamps() }
        plan.isKnown = known != nil
        let planner = RestorePlanner(
            trees: trees, plan: plan, options: options, scope: request.scope, known: known,
            skipsEqual: request.skipsEqual)
        var next = request
        do {
            let made = try await planner.run(request, root: try repository.treeID(of: info))
            guard !planner.missesNames else {
                next.skipsEqual = false
                return try await makePlan(of: snapshot, onto: destination, next)
            }
            guard made.moved.kept != request.moved.kept else { return planner.completed(made, info) }
            next.moved = made.moved
        } catch is UnknownPresent {
            next.known = nil
        }
        return try await makePlan(of: snapshot, onto: destination, next)
    }
}

extension RestorePlanner {
    fileprivate func run(_ request: PlanRequest, root: ObjectID) async throws -> RestorePlan {
        switch request.part {
        case .item(let item): try await run(try await trees.lineage(of: item.source, root: root), of: item)
        case .everything where request.folder.isRoot: try await run(root: root)
        case .everything: try await run(root: try await trees.treeID(of: request.folder, root: root))
        }
    }

    /// Adds to the counts of a plan what lies in folders that were passed over.
    fileprivate func completed(_ plan: RestorePlan, _ info: SnapshotInfo) -> RestorePlan {
        var plan = plan
        plan.treesRead = trees.treesRead
        guard state.withLock({ $0.hasSkipped }), let statistics = info.statistics else { return plan }
        let items = statistics.totalFiles + statistics.totalFolders
        plan.summary.bytesTotal = max(plan.summary.bytesTotal, statistics.totalBytes)
        if items > plan.summary.itemsTotal {
            plan.summary.unchanged += items - plan.summary.itemsTotal
            plan.summary.itemsTotal = items
        }
        return plan
    }
}
