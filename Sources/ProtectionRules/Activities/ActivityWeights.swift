package import Catalog
import Foundation

/// Which activities weigh how much. Source: contract behaviour.md, section 14.
package enum ActivityWeights {
    package static func severity(of type: ActivityType, _ result: ActivityResult) -> ActivitySeverity {
        switch (result, type) {
        case (.failed, _), (_, .protectionUnitLevelOffboarding), (_, .policyLevelOffboarding): .high
        case (_, .restoreTaskCreated), (_, .restoreTaskCompleted): .medium
        default: .low
        }
    }

    /// The outcome of something that had parts.
    package static func result(failed: Int, of total: Int) -> ActivityResult {
        failed == 0 ? .succeeded : failed < total ? .partiallySucceeded : .failed
    }
}
