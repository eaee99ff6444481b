import Concurrency
public import FileTree

/// What of a snapshot is restored.
public enum RestoredPart: Sendable, Hashable {
    /// Everything; the snapshot's root becomes the destination's root.
    case everything
    /// One item, with everything below it.
    case item(RestoredItem)
}

extension Restorer {
    /// Plans, acts, and plans once more for the items that failed because the destination changed
    /// between the two, a few times at most.
    ///
    /// A user who writes meanwhile may remove a folder just before a file is put there, or fill one
    /// that is being removed. A later plan sees what is there by then. It looks at the failed items
    /// alone, unless one of them shares a file with others. Everything happens under one lock of
    /// the repository: a prune in between would move the blobs away that a plan counts on.
    ///
    /// Where a snapshot is known to equal the destination, the first plan is made as
    /// `plan(snapshot:_:onto:mode:knowing:)` makes it. An item that it would change, and that was
    /// changed since, is compared with the destination itself by the next plan and restored, or with
    /// `overwritesChanged` off stays as it is, a failure with the code `outdated`, because that snapshot
    /// does not have it. An item that the first plan has not to change is not looked at again.
    /// - Parameter present: the ID of the snapshot that equals the destination; nil where none is known.
    /// - Parameter overwritesChanged: whether items are restored that were changed after `present`.
    /// - Parameter maximumRounds: the highest number of plans.
    /// - Parameter planned: called with the first plan before anything is done. It may take changes out of
    ///   it, or refuse it by an error.
    /// - Parameter progress: as of `execute`, over all rounds.
    /// - Throws: as `plan` and `execute` do.
    public func restore(
        _ part: RestoredPart = .everything, ofSnapshot snapshot: String, onto destination: any WritableTree,
        mode: RestoreMode, knowing present: String? = nil, overwritesChanged: Bool = true,
        maximumRounds: Int = 4,
        planned: @escaping @Sendable (inout RestorePlan) async throws -> Void = { _ in },
        progress: @escaping @Sendable (RestoreProgress) -> Void = { _ in }
    ) async throws -> RestoreOutcome {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLock(exclusive: false) {
                let request = PlanRequest(
                    part: part, mode: mode, known: present, comparesPresent: present != nil)
                var first = try await makePlan(of: snapshot, onto: destination, request)
                try await planned(&first)
                var total = try await run(first, progress)
                let isLast = present != nil && !overwritesChanged
                for _ in 1..<(isLast ? 1 : max(1, maximumRounds)) {
                    let changed = total.failures.filter(\.isOvertaken)
                    guard !changed.isEmpty else { break }
                    let scope = RestoreScope(changed.map(\.path))
                    let plan = try await planAgain(
                        of: snapshot, onto: destination,
                        PlanRequest(part: part, mode: mode, scope: scope, moved: first.moved))
                    total.failures.removeAll(where: \.isOvertaken)
                    let before = total
                    total += try await run(plan) { progress($0.after(before)) }
                }
                return total
            }
        }
    }

    func run(
        _ plan: RestorePlan, _ progress: @escaping @Sendable (RestoreProgress) -> Void
    ) async throws -> RestoreOutcome {
        try await RestoreRun(repository: repository, options: options, plan: plan, redo: redo, report: progress).run()
    }

    /// A plan for a part of what is restored; for everything where that part would tear names
    /// of one file apart.
    private func planAgain(
        of snapshot: String, onto destination: any WritableTree, _ request: PlanRequest
    ) async throws -> RestorePlan {
        let plan = try await makePlan(of: snapshot, onto: destination, request)
        guard plan.cutsLinks else { return plan }
        var whole = request
        whole.scope = .everything
        return try await makePlan(of: snapshot, onto: destination, whole)
    }
}

extension ItemFailure {
    /// Whether the item was not what the plan took it for, so that another plan can do better.
    var isOvertaken: Bool {
        (TreeError.Code.ofOvertaken + [.outdated]).contains { $0.description == code }
    }
}

extension RestoreOutcome {
    /// Adds a later round. What was planned stays what the first plan named.
    fileprivate static func += (total: inout RestoreOutcome, round: RestoreOutcome) {
        total.items += round.items
        total.bytesWritten += round.bytesWritten
        total.bytesRead += round.bytesRead
        total.failures = (total.failures + round.failures).sorted { $0.path < $1.path }
        total.unread = Set(total.unread + round.unread).sorted { $0.path < $1.path }
        total.leftAlone = Set(total.leftAlone + round.leftAlone).sorted()
    }
}

extension RestoreProgress {
    /// The progress of a later round, with what the rounds before it did.
    fileprivate func after(_ outcome: RestoreOutcome) -> RestoreProgress {
        RestoreProgress(
            items: outcome.items + items, itemsPlanned: outcome.items + itemsPlanned,
            bytes: outcome.bytesWritten + bytes,
            bytesPlanned: outcome.bytesWritten + bytesPlanned, failures: outcome.failures.count + failures,
            path: path)
    }
}
