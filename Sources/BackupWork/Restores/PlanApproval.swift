import BackupRepository
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService
import Synchronization

/// Holds a restore to the plan that was shown: what was not shown is not done.
final class PlanApproval: Sendable {
    let planned: PlanUnit
    private let plan: RestorePlanRecord
    private let list: ChangeList?
    private let sparedItems = Mutex<[ItemFailure]>([])

    /// - Parameter list: nil for a plan to a new place, where nothing stands.
    init(_ planned: PlanUnit, of plan: RestorePlanRecord, list: ChangeList?) {
        self.planned = planned
        self.plan = plan
        self.list = list
    }

    /// Items that stay because they changed after the plan was made.
    var spared: [ItemFailure] { sparedItems.withLock { $0 } }

    /// Takes out of a plan made now what the plan that was started does not show.
    /// - Throws: `planOutdated` as a `JobFailure` where an item of that plan has changed.
    func apply(to restore: inout RestorePlan) async throws {
        guard let list else { return }
        let changes = try restore.spareNewer(for: plan, after: planned.newerAfterDateTime)
        let shown: [PlannedChange]
        do {
            shown = try await list.readAll(count: planned.changeCount)
        } catch let error as RepositoryError where !error.isRetryable {
            throw JobFailure.unreadable("\(error)")
        } catch let error as ObjectStoreError where !error.isRetryable {
            throw JobFailure.unreadable("\(error)")
        }
        let approved = ApprovedChanges(shown: shown, now: changes)
        guard approved.outdated.isEmpty else {
            throw JobFailure(
                .planOutdated,
                "\(approved.outdated.count) items of the plan changed after it was made; nothing was restored. "
                    + "Make another plan for this account.",
                items: approved.outdated.map { .outdated($0) })
        }
        restore.spare(Set(approved.spared.map(\.path)), of: changes)
        sparedItems.withLock { $0 = approved.spared.map { .outdated($0) } }
    }
}

extension JobFailure {
    /// The list of changes of a plan is not there any more as it was written.
    fileprivate static func unreadable(_ detail: String) -> JobFailure {
        JobFailure(
            .planOutdated, "The list of changes of the plan cannot be read; make another plan for this account.",
            detail: detail)
    }
}

extension RestorePlan {
    /// Takes out what would lose newer files where a plan keeps them.
    /// - Returns: what is left, as `changes()` gives it.
    mutating func spareNewer(for plan: RestorePlanRecord, after moment: Date?) throws -> [PlannedChange] {
        let changes = try changes()
        guard plan.newerFiles == .keep, let moment else { return changes }
        let newer = changes.filter { $0.losesContent(newerThan: Timestamp(moment)) }.map(\.path)
        guard !newer.isEmpty else { return changes }
        spare(Set(newer), of: changes)
        return try self.changes()
    }
}
