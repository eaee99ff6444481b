package import Catalog
package import Foundation

/// How long the points of a policy are kept (behaviour.md, section 7).
///
/// Weeks are counted from the start of the UTC day on which the policy was activated. The first
/// point of a week is the weekly one and is kept for the policy's retention; the others are kept
/// for 14 days. Mailboxes keep every point for the policy's retention.
package struct PointRetention: Sendable {
    private static let daySeconds = 86_400.0
    private let anchor: Date
    private let weeklyDays: Int
    private let tenMinuteDays: Int

    package init(policy: ProtectionPolicy, intervals: ServiceIntervals) {
        let activated = (policy.activatedDateTime ?? policy.createdDateTime).timeIntervalSince1970
        anchor = Date(timeIntervalSince1970: (activated / Self.daySeconds).rounded(.down) * Self.daySeconds)
        weeklyDays = policy.retentionDays
        tenMinuteDays = policy.workload == .exchange ? policy.retentionDays : intervals.tenMinuteRetentionDays
    }

    /// The start of the week in which a moment lies.
    package func weekStart(of moment: Date) -> Date {
        let week = 7 * Self.daySeconds
        return anchor.addingTimeInterval((moment.timeIntervalSince(anchor) / week).rounded(.down) * week)
    }

    /// What a new point is, where the week has a weekly one or not.
    package func cadence(hasWeeklyPoint: Bool) -> Cadence { hasWeeklyPoint ? .tenMinutes : .weekly }

    /// When a point goes.
    package func expiration(of cadence: Cadence, at moment: Date) -> Date {
        switch cadence {
        case .weekly: moment.adding(days: max(weeklyDays, tenMinuteDays))
        case .tenMinutes: moment.adding(days: tenMinuteDays)
        }
    }
}
