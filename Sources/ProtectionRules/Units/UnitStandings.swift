public import Catalog
public import Foundation

/// What of a unit, or of a source without one, decides how it stands.
public struct UnitCircumstances: Sendable, Hashable {
    /// nil where there is no unit.
    public var unitStatus: ProtectionUnitStatus?
    public var hasPolicy: Bool
    /// Whether the last try to take a restore point failed.
    public var isFailing: Bool
    /// Whether another try is due at some time.
    public var isDue: Bool
    /// Whether the directory does not have the owner any more.
    public var isOwnerGone: Bool
    /// Whether a policy that protects everything leaves the source out.
    public var isExcluded: Bool

    public init(
        unitStatus: ProtectionUnitStatus?, hasPolicy: Bool = false, isFailing: Bool = false, isDue: Bool = false,
        isOwnerGone: Bool = false, isExcluded: Bool = false
    ) {
        self.unitStatus = unitStatus
        self.hasPolicy = hasPolicy
        self.isFailing = isFailing
        self.isDue = isDue
        self.isOwnerGone = isOwnerGone
        self.isExcluded = isExcluded
    }
}

extension UnitStanding {
    /// How a unit stands. The schema keeps the same rule in SQL, so that lists can be filtered by it.
    public init(_ unit: UnitCircumstances) {
        self =
            switch unit.unitStatus {
            case nil: Self.unprotected(unit)
            case .some where unit.isOwnerGone: .deleted
            case .offboarded: Self.unprotected(unit)
            case .offboardRequested, .removeRequested: .leaving
            case .cancelOffboardRequested: .requested
            // No more points are taken from the moment when that was asked for.
            case .unprotectRequested: .paused
            case .protectRequested: unit.isFailing ? .failing : .requested
            case .protected: unit.isFailing ? .failing : .protected
            case .unprotected where !unit.hasPolicy: Self.unprotected(unit)
            // A unit whose first backup failed falls back to `unprotected`, and is tried again.
            case .unprotected: unit.isFailing && unit.isDue ? .failing : .paused
            }
    }

    private static func unprotected(_ unit: UnitCircumstances) -> UnitStanding {
        unit.isExcluded ? .excluded : .notProtected
    }
}

/// What people are told of a unit, or of a source without one: how it stands, and whether its newest
/// restore point is older than it should be.
public enum ProtectionState: String, Sendable, Hashable, CaseIterable {
    case protected
    /// Protected, and without a new point for more than two cadences.
    case late
    case failing
    case paused
    case requested
    case notProtected
    case excluded
    case leaving
    case deleted

    /// - Parameter newest: the time of the newest restore point.
    /// - Parameter oldestInTime: the age from which on a newest point is late.
    public init(_ standing: UnitStanding, newest: Date?, oldestInTime: Date) {
        self =
            switch standing {
            case .protected: newest.map { $0 < oldestInTime } ?? true ? .late : .protected
            case .failing: .failing
            case .paused: .paused
            case .requested: .requested
            case .notProtected: .notProtected
            case .excluded: .excluded
            case .leaving: .leaving
            case .deleted: .deleted
            }
    }

    /// The standing that it is a state of.
    public var standing: UnitStanding {
        switch self {
        case .protected, .late: .protected
        case .failing: .failing
        case .paused: .paused
        case .requested: .requested
        case .notProtected: .notProtected
        case .excluded: .excluded
        case .leaving: .leaving
        case .deleted: .deleted
        }
    }
}

extension ServiceIntervals {
    /// How old the newest point of a protected unit may be before the unit counts as late: one
    /// missed backup is none, two are.
    public var lateAfterSeconds: Int { 2 * cadenceSeconds }

    /// The time from which on a newest point is in time.
    public func oldestInTime(at now: Date) -> Date { now.addingTimeInterval(-Double(lateAfterSeconds)) }
}
