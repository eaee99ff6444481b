package import Catalog
import Concurrency
package import Foundation
import ProtectionRules
import ProtectionService
import Logging

/// Claims of jobs, within one transaction.
package struct JobClaims {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Claims jobs, as `claimJobs` does, but none that has to wait for another of its repository,
    /// and counts in the cursor of each the run that begins.
    /// - Parameters:
    ///   - lapsed: the running jobs that may be taken over; nil for all whose lease has run out.
    ///   - yieldsToBackups: as for `isBlocked`.
    package func begin(
        owner: String, now: Date, leaseSeconds: Int, kinds: [String], limit: Int, takingOver lapsed: [Job]? = nil,
        yieldsToBackups: Bool = true
    ) throws -> [Job] {
        try rows.claimJobs(
            owner: owner, now: now, leaseSeconds: leaseSeconds, kinds: kinds, limit: limit, takingOver: lapsed,
            isBlocked: { try RepositoryUse(rows).isBlocked($0, now: now, yieldsToBackups: yieldsToBackups) }
        ) { job in
            job.cursor = JobCursor(job).counted(after: job.leaseOwner).text
        }
    }
}
