package import Catalog
package import Foundation
import ProtectionRules

/// Rows of backups that somebody asks for, within one transaction.
package struct BackupRequestRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// A unit that is to be backed up: its policy is switched on and nothing else
    /// was requested of it.
    package func unitToBackUp(_ id: String) throws -> ProtectionUnit? {
        guard let unit = try rows.find(ProtectionUnit.self, id: id), unit.status.after(.pointTaken) != nil,
            let policyID = unit.policyId,
            let policy = try rows.find(ProtectionPolicy.self, id: policyID), policy.activatedDateTime != nil
        else { return nil }
        return unit
    }
}

extension BackupRequestRows where Rows == CatalogWriter {
    /// Adds a backup, or brings forward the one that waits, perhaps because earlier tries failed.
    /// - Parameter job: the backup to add.
    /// - Returns: the job that does it; where one runs, that one, which had begun before it was asked for.
    package func request(_ job: Job, now: Date) throws -> Job {
        let isOpen = RowPredicate.and([
            .equal("kind", job.kind), .equal("subjectId", job.subjectId),
            .oneOf("state", [JobState.waiting, .running]),
        ])
        guard var open = try rows.first(Query<Job>(where: isOpen)) else {
            try rows.insert(job)
            return job
        }
        if open.state == .waiting, open.runAfterDateTime > now {
            open.runAfterDateTime = now
            open.error = nil
            try rows.update(open)
        }
        return open
    }
}

extension Job {
    /// What came of a job that is done: the id of the restore point for a backup. The rest of the
    /// cursor is the worker's (`JobCursor`).
    package var result: String? {
        struct Kept: Decodable { var result: String? }
        return cursor.flatMap { try? JSONDecoder().decode(Kept.self, from: Data($0.utf8)) }?.result
    }
}
