package import Catalog
import Foundation

/// The mail about an activity that has ended (behaviour.md, section 16).
///
/// The contract does not publish which events send mail. Ours: failures and offboarding always;
/// with `restoreAndPolicyUpdates` every ended restore and every change of a policy.
package enum ActivityMail {
    /// Whether the setting wants a mail about an activity.
    package static func isWanted(_ log: ActivityLog, _ setting: NotificationSetting) -> Bool {
        guard setting.isEnabled, !setting.recipients.values.isEmpty, log.eventDateTime != nil else { return false }
        return setting.includesUpdates || log.severity == .high
    }

    package static func mail(_ log: ActivityLog, to recipients: [String]) -> Mail {
        let subject = "Holdfast: \(title(log)) \(outcome(log.resultStatus))"
        let date = log.eventDateTime ?? Date(timeIntervalSince1970: 0)
        let lines: [(String, String?)] = [
            ("What", title(log)), ("Outcome", outcome(log.resultStatus)), ("When", date.formatted(.iso8601)),
            ("By", log.performedBy),
            ("Workload", log.workload.rawValue), ("Policy", log.details.policyName), ("Id", log.subjectId),
            ("Total", log.details.total.map(String.init)),
            ("Completed", log.details.completed.map(String.init)), ("Failed", log.details.failed.map(String.init)),
            ("Error", log.error?.message),
        ]
        let text = lines.compactMap { name, value in value.map { "\(name): \(oneLine($0))\n" } }.joined()
        return Mail(id: log.id, recipients: recipients, subject: subject, text: text, date: date)
    }

    private static func title(_ log: ActivityLog) -> String {
        switch log.activityType {
        case .backupPolicyCreated: "policy created"
        case .backupPolicyActivated: "policy activated"
        case .backupPolicyModified: "policy changed"
        case .backupPolicyPaused: "policy deactivated"
        case .backupPolicyRenamed: "policy renamed"
        case .dynamicRuleExecution: "dynamic rule ran"
        case .dynamicRuleDeletion: "dynamic rule deleted"
        case .protectionUnitLevelOffboarding: "unit offboarding"
        case .policyLevelOffboarding: "policy offboarding"
        case .restoreTaskCreated: "restore session created"
        case .restoreTaskCompleted: "restore session ended"
        }
    }

    private static func outcome(_ result: ActivityResult) -> String {
        switch result {
        case .succeeded: "(succeeded)"
        case .partiallySucceeded: "(partly failed)"
        case .failed: "(failed)"
        }
    }

    /// Names come from clients; a line break in one must not look like a line of ours.
    private static func oneLine(_ text: String) -> String {
        String(
            text.unicodeScalars.map {
                $0.properties.generalCategory == .control || $0 == "\u{2028}" || $0 == "\u{2029}" ? " " : Character($0)
            })
    }
}
