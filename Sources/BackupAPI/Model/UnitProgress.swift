import Catalog

/// How a unit counts among those of its policy. Source: contract types.md,
/// protectionPolicyArtifactCount.
enum UnitProgress: CaseIterable {
    /// The unit is protected now.
    case completed
    /// The unit is about to be protected or unprotected.
    case inProgress
    /// The unit is not protected, which counts as a failure once the policy was activated.
    case failed
    /// The unit counts in the total only.
    case other

    init(_ status: ProtectionUnitStatus) {
        self =
            switch status {
            case .protected: .completed
            case .protectRequested, .unprotectRequested, .removeRequested: .inProgress
            case .unprotected: .failed
            case .offboardRequested, .offboarded, .cancelOffboardRequested: .other
            }
    }

    /// The statuses that count as this.
    var statuses: [ProtectionUnitStatus] { ProtectionUnitStatus.allCases.filter { UnitProgress($0) == self } }
}
