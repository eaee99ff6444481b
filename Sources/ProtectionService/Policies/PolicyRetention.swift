public import ProtectionRules
public import Catalog

extension ServiceContext {
    /// What a policy keeps for how long: for mailboxes every point, for drives and sites
    /// ten-minute and weekly points.
    public func retentionSettings(of policy: ProtectionPolicy) -> [RetentionSetting] {
        switch policy.workload {
        case .exchange: [RetentionSetting(interval: RetentionSetting.tenMinutes, periodDays: policy.retentionDays)]
        case .oneDriveForBusiness, .sharePoint:
            [
                RetentionSetting(interval: RetentionSetting.tenMinutes, periodDays: intervals.tenMinuteRetentionDays),
                RetentionSetting(interval: RetentionSetting.weekly, periodDays: policy.retentionDays),
            ]
        }
    }
}
