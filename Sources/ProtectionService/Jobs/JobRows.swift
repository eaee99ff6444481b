package import Catalog
package import Foundation

/// Rows of jobs, within one transaction.
package struct JobRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// Whether a job of one of some kinds is there for a subject.
    package func isOpen(_ kinds: [JobKind], _ subjectID: String, _ which: OpenJobs) throws -> Bool {
        try rows.first(
            Query<Job>(
                where: .and([
                    .oneOf("kind", kinds.map(\.rawValue)), .equal("subjectId", subjectID),
                    .oneOf("state", [JobState.waiting, .running]), which.condition,
                ]))) != nil
    }
}

/// Which of a subject's jobs that have not ended count.
package enum OpenJobs {
    case running
    /// Those that run, and those that could.
    case due(Date)
    case open

    package var condition: RowPredicate {
        let isRunning = RowPredicate.equal("state", JobState.running)
        return switch self {
        case .running: isRunning
        case .due(let now): .or([isRunning, .compare("runAfterDateTime", .lessOrEqual, now.sqlValue)])
        case .open: .true
        }
    }
}
