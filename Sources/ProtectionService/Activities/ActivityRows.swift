package import Catalog
package import Foundation
import ProtectionRules

/// Rows of the log of activities, within one transaction.
package struct ActivityRows<Rows: CatalogAccess> {
    private let rows: Rows

    package init(_ rows: Rows) { self.rows = rows }

    /// A row with what is known of its session now.
    package func describing(_ session: RestoreSession, in log: ActivityLog) throws -> ActivityLog {
        var log = log
        log.workload = session.workload
        log.details.sessionStatus = session.status
        log.details.total = session.artifactsTotal
        if let artifact = try rows.first(Query<RestoreArtifact>(where: .equal("sessionId", session.id))) {
            log.details.destinationType = artifact.destinationType
            log.details.tags = try rows.find(RestorePoint.self, id: artifact.restorePointId)?.tags
        } else if let item = try rows.first(Query<GranularRestoreArtifact>(where: .equal("sessionId", session.id))) {
            log.details.destinationType = item.destinationType
            log.details.tags = try rows.find(RestorePoint.self, id: item.restorePointId)?.tags
        } else if let request = try rows.first(Query<RestoreBulkRequest>(where: .equal("sessionId", session.id))) {
            log.details.destinationType = request.destinationType
            log.details.tags = request.tags
        }
        return log
    }
}

extension ActivityRows where Rows == CatalogWriter {
    /// Writes rows for what a request did to a policy. They are finished at once where nothing is
    /// left to do, or else when the policy's units have settled.
    package func begin(_ activities: [ActivityLog], of policy: ProtectionPolicy, _ now: Date) throws {
        for var log in activities {
            log.details.policyName = policy.displayName
            log.details.retentionPeriod = "P\(policy.retentionDays)D"
            log.details.configurationType = log.details.configurationType ?? "Manual Selection"
            try rows.insert(log)
        }
        if policy.status != .updating { try finish(of: policy, now) }
    }

    /// Finishes what is under way for a policy, with how its units ended.
    package func finish(of policy: ProtectionPolicy, _ now: Date) throws {
        for var log in try rows.page(
            Query<ActivityLog>(where: .and([.equal("subjectId", policy.id), .isNull("eventDateTime")])))
        {
            let asked = (log.details.requestedToAdd ?? 0) + (log.details.requestedToRemove ?? 0)
            let failed = asked == 0 ? 0 : min(try failedUnits(of: policy), asked)
            log.details.policyStatus = policy.status
            log.details.failed = failed
            log.resultStatus = ActivityWeights.result(failed: failed, of: asked)
            try close(&log, now)
        }
    }

    /// Finishes the row of a restore session that has ended.
    package func finish(of session: RestoreSession, _ now: Date) throws {
        for var log in try rows.page(
            Query<ActivityLog>(where: .and([.equal("subjectId", session.id), .isNull("eventDateTime")])))
        {
            log.details.sessionStatus = session.status
            log.details.total = session.artifactsTotal
            log.details.completed = session.artifactsCompleted
            log.details.failed = session.artifactsFailed
            log.resultStatus = ActivityWeights.result(failed: session.artifactsFailed, of: session.artifactsTotal)
            log.error = session.error
            try close(&log, now)
        }
    }

    /// Finishes the row of a unit that was to be offboarded.
    package func finishOffboarding(of unitID: String, _ end: OffboardingEnd, _ now: Date) throws {
        for var log in try rows.page(
            Query<ActivityLog>(where: .and([.equal("subjectId", unitID), .isNull("eventDateTime")])))
        {
            log.details.completed = 0
            log.details.cancelled = 0
            log.details.failed = 0
            switch end {
            case .done: log.details.completed = 1
            case .cancelled: log.details.cancelled = 1
            case .failed(let error):
                log.details.failed = 1
                log.error = error
                log.resultStatus = .failed
            }
            try close(&log, now)
        }
    }

    private func close(_ log: inout ActivityLog, _ now: Date) throws {
        log.severity = ActivityWeights.severity(of: log.activityType, log.resultStatus)
        log.eventDateTime = now
        try rows.update(log)
        try addMail(about: log, now)
    }

    private func failedUnits(of policy: ProtectionPolicy) throws -> Int {
        try rows.count(Query<ProtectionUnit>(where: .and([.equal("policyId", policy.id), .not(.isNull("error"))])))
    }

    /// Adds the job that sends the mail about an activity, where a recipient wants it;
    /// once for each activity.
    package func addMail(about log: ActivityLog, _ now: Date) throws {
        guard let setting = try rows.first(Query<NotificationSetting>()), ActivityMail.isWanted(log, setting) else {
            return
        }
        _ = try rows.addJob(
            Job(
                id: "mail-\(log.id)", kind: JobKind.sendMail.rawValue, subjectId: log.id, runAfterDateTime: now,
                createdDateTime: now))
    }
}

/// How the offboarding of a unit ended.
package enum OffboardingEnd {
    /// Its backups are deleted.
    case done
    /// It was called off.
    case cancelled
    /// Its backups could not be deleted.
    case failed(PublicError)
}
