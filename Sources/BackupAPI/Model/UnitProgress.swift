import Catalog

/// How a unit counts among those of its policy. Source: contract types.md,
/// protectionPolicyArtifactCount.
enum UnitProgress: CaseIterable {
    /// It is protected.
    case completed
    /// It is about to be protected, or not any more.
    case inProgress
    /// It is not protected, which is a failure once the policy was activated.
    case failed
    /// It counts in the total only.
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

    /// The statuses that count so.
    var statuses: [ProtectionUnitStatus] { ProtectionUnitStatus.allCases.filter { UnitProgress($0) == self } }
}
