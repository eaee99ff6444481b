package import Catalog
import Foundation
package import ProtectionRules

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
