import Catalog
import Foundation
import ProtectionRules
public import ProtectionService

extension ServiceContext {
    public var work: WorkOperations { WorkOperations(context: self) }
}

/// Whether work is going on, for clocks that stand still.
public struct WorkOperations: OperationGroup {
    package let context: ServiceContext

    /// Whether a job runs, or could begin now. What waits for a later moment does not count, and
    /// neither does a job that waits for another of its repository: it can begin when that one has
    /// ended, which is a change in itself.
    public func isAtWork() async throws -> Bool {
        let now = now
        return try await look { reader in
            guard try reader.first(Query<Job>(where: .equal("state", JobState.running))) == nil else { return true }
            var due = Query<Job>(
                where: .and([
                    .equal("state", JobState.waiting), .compare("runAfterDateTime", .lessOrEqual, now.sqlValue),
                ]),
                order: [.init("runAfterDateTime")], limit: 100)
            while true {
                let jobs = try reader.page(due)
                if try jobs.contains(where: { try !RepositoryUse(reader).isBlocked($0, now: now) }) { return true }
                guard jobs.count == due.limit, let last = jobs.last else { return false }
                due.after = due.key(of: last)
            }
        }
    }

    /// Makes restores due that were put off because another session wrote into their drive, and
    /// does so no longer. Returns whether there were any.
    ///
    /// For clocks that stand still: the moment to which they were put off would not come by itself.
    public func resumeFreedRestores() async throws -> Bool {
        let (now, seconds) = (now, Double(dependencies.worker.busySeconds))
        let putOff = RowPredicate.and([
            .equal("state", JobState.waiting), .equal("kind", JobKind.restoreItems.rawValue), .isNull("error"),
            .compare("runAfterDateTime", .greater, now.sqlValue),
            .compare("runAfterDateTime", .lessOrEqual, now.addingTimeInterval(seconds).sqlValue),
        ])
        return try await change(makesDue: false) { writer in
            let freed = try writer.page(Query<Job>(where: putOff)).filter { job in
                guard let item = try writer.find(GranularRestoreArtifact.self, id: job.subjectId) else { return true }
                return try !ItemRows(writer).isOccupied(by: item)
            }
            guard !freed.isEmpty else { return false }
            try writer.update(Job.self, where: .oneOf("id", freed.map(\.id)), set: ["runAfterDateTime": now.sqlValue])
            return true
        }
    }
}
