import Catalog
import Foundation
import ProtectionRules
import ProtectionService

extension Scheduler {
    /// Adds, once a day, a look at the locks of each repository, where the store locks. A job that failed
    /// counts too: the next one comes with the next day.
    func addDueRenewals(_ now: Date) async throws -> Int {
        guard service.dependencies.locksObjects else { return 0 }
        let renewals = RowPredicate.and([
            .equal("kind", JobKind.renewLocks.rawValue),
            .or([
                .oneOf("state", [JobState.waiting, .running]),
                .compare("createdDateTime", .greater, now.adding(days: -1).sqlValue),
            ]),
        ])
        let due = Query<RepositoryHealth>(
            where: .count(
                RowCount(Job.table.name, "subjectId", of: RepositoryHealth.table.name, where: renewals), .equal, 0),
            order: [.init("id")], limit: Self.rowsPerChange)
        let service = service
        return try await inPieces(of: due) { writer in
            let ids = try writer.ids(due)
            guard !ids.isEmpty else { return 0 }
            return try writer.addJobs(JobKind.renewLocks.rawValue, ids.map { service.job(.renewLocks, $0) })
        }.count
    }
}
