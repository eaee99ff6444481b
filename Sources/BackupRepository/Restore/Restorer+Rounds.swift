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
    /// - Parameters:
    ///   - maximumRounds: the highest number of plans.
    ///   - planned: called with the first plan before anything is done.
    ///   - progress: as of `execute`, over all rounds.
    /// - Throws: as `plan` and `execute` do.
    public func restore(
        _ part: RestoredPart = .everything, ofSnapshot snapshot: String, onto destination: any WritableTree,
        mode: RestoreMode, maximumRounds: Int = 4,
        planned: @escaping @Sendable (RestorePlan) -> Void = { _ in },
        progress: @escaping @Sendable (RestoreProgress) -> Void = { _ in }
    ) async throws -> RestoreOutcome {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLock(exclusive: false) {
                let first = try await makePlan(part, of: snapshot, onto: destination, mode: mode)
                planned(first)
                var total = try await run(first, progress)
                for _ in 1..<max(1, maximumRounds) {
                    let changed = total.failures.filter(\.isOvertaken)
                    guard !changed.isEmpty else { break }
                    let scope = RestoreScope(changed.map(\.path))
                    let plan = try await makePlan(
                        part, of: snapshot, onto: destination, mode: mode, scope: scope, moved: first.moved)
                    total.failures.removeAll(where: \.isOvertaken)
                    let before = total
                    total += try await run(plan) { progress($0.after(before)) }
                }
                return total
            }
        }
    }

    private func run(
        _ plan: RestorePlan, _ progress: @escaping @Sendable (RestoreProgress) -> Void
    ) async throws -> RestoreOutcome {
        try await RestoreRun(repository: repository, options: options, plan: plan, report: progress).run()
    }

    /// A plan for a part of what is restored; for everything where that part would tear names
    /// of one file apart.
    private func makePlan(
        _ part: RestoredPart, of snapshot: String, onto destination: any WritableTree, mode: RestoreMode,
        scope: RestoreScope = .everything, moved: MovedUnread = MovedUnread()
    ) async throws -> RestorePlan {
        let plan =
            switch part {
            case .everything:
                try await makePlan(
                    snapshot: snapshot, folder: .root, destination: destination, mode: mode, scope: scope, moved: moved)
            case .item(let item):
                try await makePlan(
                    snapshot: snapshot, item: item, destination: destination, mode: mode, scope: scope, moved: moved)
            }
        guard plan.cutsLinks else { return plan }
        return try await makePlan(part, of: snapshot, onto: destination, mode: mode, moved: moved)
    }
}

extension ItemFailure {
    /// Whether the item was not what the plan took it for, so that another plan can do better.
    var isOvertaken: Bool {
        let codes: [TreeError.Code] = [.notFound, .wrongKind, .alreadyExists, .notEmpty, .escapes]
        return codes.contains { $0.description == code }
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
            bytesPlanned: outcome.bytesWritten + bytesPlanned, failures: outcome.failures.count + failures)
    }
}
