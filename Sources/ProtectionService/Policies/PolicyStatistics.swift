public import Catalog
public import Foundation
import ProtectionRules

/// How the units of a policy are doing. Source: Graph `backupCountStatistics`;
/// contract behaviour.md, section 15.
public struct PolicyStatistics: Sendable, Hashable {
    public var policy: ProtectionPolicy
    public var total = 0
    /// Protected, as they should be.
    public var protectedCompleted = 0
    /// On the way to being protected.
    public var protectedInProgress = 0
    /// Should be protected, and are not.
    public var protectedFailed = 0
    /// No longer protected, as they should be.
    public var unprotectedCompleted = 0
    /// On the way to being unprotected or removed.
    public var unprotectedInProgress = 0
    /// Should be unprotected, and are still protected.
    public var unprotectedFailed = 0
    /// Waiting to be given up.
    public var offboardRequested = 0
    /// When it was counted.
    public var computed: Date

    package mutating func add(_ status: ProtectionUnitStatus, _ count: Int) {
        total += count
        let isOn = policy.activatedDateTime != nil
        switch status {
        case .protected where isOn: protectedCompleted += count
        case .protected: unprotectedFailed += count
        case .protectRequested: protectedInProgress += count
        case .unprotected where isOn: protectedFailed += count
        case .unprotected, .offboarded: unprotectedCompleted += count
        case .unprotectRequested, .removeRequested: unprotectedInProgress += count
        case .offboardRequested, .cancelOffboardRequested: offboardRequested += count
        }
    }
}
