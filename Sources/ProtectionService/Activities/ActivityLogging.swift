package import ProtectionRules
package import Catalog
package import Foundation

extension ServiceContext {
    /// A row for something that a caller does now, still under way.
    package func activity(
        _ type: ActivityType, of subjectID: String, _ workload: Workload, _ caller: Caller?
    ) -> ActivityLog {
        var log = ActivityLog()
        log.id = dependencies.makeID()
        log.subjectId = subjectID
        log.workload = workload
        log.activityType = type
        log.performedBy =
            caller.map { $0.user?.email ?? $0.user?.displayName ?? $0.application.displayName ?? $0.application.id }
            ?? "system"
        log.severity = ActivityWeights.severity(of: type, .succeeded)
        return log
    }
}

extension ActivityLog {
    /// A rename with the name before; everything else as it is.
    package func renamed(from oldName: String?) -> ActivityLog {
        var log = self
        if activityType == .backupPolicyRenamed { log.details.oldPolicyName = oldName }
        return log
    }
}

extension CatalogAccess {
    /// A row with what is known of its session now.
    func describing(_ session: RestoreSession, in log: ActivityLog) throws -> ActivityLog {
        var log = log
        log.workload = session.workload
        log.details.sessionStatus = session.status
        log.details.total = session.artifactsTotal
        if let artifact = try first(Query<RestoreArtifact>(where: .equal("sessionId", session.id))) {
            log.details.destinationType = artifact.destinationType
            log.details.tags = try find(RestorePoint.self, id: artifact.restorePointId)?.tags
        } else if let item = try first(Query<GranularRestoreArtifact>(where: .equal("sessionId", session.id))) {
            log.details.destinationType = item.destinationType
            log.details.tags = try find(RestorePoint.self, id: item.restorePointId)?.tags
        } else if let request = try first(Query<RestoreBulkRequest>(where: .equal("sessionId", session.id))) {
            log.details.destinationType = request.destinationType
            log.details.tags = request.tags
        }
        return log
    }
}

extension CatalogWriter {
    /// Writes rows for what a request did to a policy. They are finished at once where nothing is
    /// left to do, or else when the policy's units have settled.
    package func begin(_ activities: [ActivityLog], of policy: ProtectionPolicy, _ now: Date) throws {
        for var log in activities {
            log.details.policyName = policy.displayName
            log.details.retentionPeriod = "P\(policy.retentionDays)D"
            log.details.configurationType = log.details.configurationType ?? "Manual Selection"
            try insert(log)
        }
        if policy.status != .updating { try finishActivities(of: policy, now) }
    }

    /// Finishes what is under way for a policy, with how its units ended.
    func finishActivities(of policy: ProtectionPolicy, _ now: Date) throws {
        for var log in try page(
            Query<ActivityLog>(where: .and([.equal("subjectId", policy.id), .isNull("eventDateTime")])))
        {
            let asked = (log.details.requestedToAdd ?? 0) + (log.details.requestedToRemove ?? 0)
            let failed = asked == 0 ? 0 : min(try failedUnits(of: policy), asked)
            log.details.policyStatus = policy.status
            log.details.failed = failed
            log.resultStatus = ActivityWeights.result(failed: failed, of: asked)
            try finish(&log, now)
        }
    }

    /// Finishes the row of a restore session that has ended.
    func finishActivities(of session: RestoreSession, _ now: Date) throws {
        for var log in try page(
            Query<ActivityLog>(where: .and([.equal("subjectId", session.id), .isNull("eventDateTime")])))
        {
            log.details.sessionStatus = session.status
            log.details.total = session.artifactsTotal
            log.details.completed = session.artifactsCompleted
            log.details.failed = session.artifactsFailed
            log.resultStatus = ActivityWeights.result(failed: session.artifactsFailed, of: session.artifactsTotal)
            log.error = session.error
            try finish(&log, now)
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

    /// Finishes the row of a unit that was to be offboarded.
    package func finishOffboarding(of unitID: String, _ end: OffboardingEnd, _ now: Date) throws {
        for var log in try page(
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
            try finish(&log, now)
        }
    }

    private func finish(_ log: inout ActivityLog, _ now: Date) throws {
        log.severity = ActivityWeights.severity(of: log.activityType, log.resultStatus)
        log.eventDateTime = now
        try update(log)
        try addMail(about: log, now)
    }

    private func failedUnits(of policy: ProtectionPolicy) throws -> Int {
        try count(Query<ProtectionUnit>(where: .and([.equal("policyId", policy.id), .not(.isNull("error"))])))
    }
}
