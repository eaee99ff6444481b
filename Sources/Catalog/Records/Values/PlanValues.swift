public import Foundation

/// Which units a restore plan is about. Exactly one member has a value.
public struct RestorePlanScope: SQLJSON, Hashable {
    /// The units that an incident hit.
    public var incidentId: String?
    /// Units that are named by id.
    public var unitIds: [String]?
    /// The units for which a `$filter` holds.
    public var filter: String?
    /// Mail addresses of owners, or addresses of sites.
    public var list: [String]?
    /// The drives of the members of directory groups.
    public var groupIds: [String]?
    /// What a draft of a Graph client holds.
    public var sessionId: String?
    /// A plan or session that is taken back.
    public var undoOf: String?

    public init() {}

    /// Whether exactly one member has a value.
    public var isOne: Bool {
        [
            incidentId != nil, unitIds != nil, filter != nil, list != nil, groupIds != nil, sessionId != nil,
            undoOf != nil,
        ]
        .count { $0 } == 1
    }
}

/// To which moment a restore plan goes back.
public struct RestorePlanMoment: SQLJSON, Hashable {
    /// How the points are chosen.
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// For each unit the last clean point before its incident.
        case lastClean
        /// For each unit its newest point at a time or before.
        case at
        /// Points that are named by id.
        case points
    }

    public var kind: Kind
    /// The time of `at`, in microseconds since 1970.
    public var microseconds: Int64?
    public var points: [PlannedPoint]?

    public init(_ kind: Kind, at moment: Date? = nil, points: [PlannedPoint]? = nil) {
        self.kind = kind
        microseconds = moment.map { Int64(($0.timeIntervalSince1970 * 1_000_000).rounded()) }
        self.points = points
    }

    /// The time of `at`.
    public var dateTime: Date? { microseconds.map { Date(timeIntervalSince1970: Double($0) / 1_000_000) } }
}

/// A unit and the point to which it goes back.
public struct PlannedPoint: Codable, Sendable, Hashable {
    public var unitId: String
    public var restorePointId: String

    public init(unitId: String, restorePointId: String) {
        self.unitId = unitId
        self.restorePointId = restorePointId
    }
}

/// What a plan will do, counted.
public struct PlanSums: SQLJSON, Hashable {
    /// Units that are ready.
    public var units = 0
    /// Items that come back.
    public var create = 0
    /// Files that get the content of the point.
    public var overwrite = 0
    /// Items that go, everything in removed folders counted.
    public var delete = 0
    /// Files that get the name back that they had.
    public var rename = 0
    /// Items of which only attributes are set.
    public var attributes = 0
    /// Items that are right already.
    public var unchanged = 0
    /// Files that people changed since, and that go or are overwritten.
    public var newerLost = 0
    public var bytesToRead = 0
    public var bytesToWrite = 0
    public var estimatedSeconds = 0
    /// Of one unit: bytes that the point of the state before takes at most; nil where none is taken.
    public var bytesKept: Int?

    public init() {}

    public static func += (sum: inout PlanSums, other: PlanSums) { sum.add(other, 1) }

    public static func -= (sum: inout PlanSums, other: PlanSums) { sum.add(other, -1) }

    private mutating func add(_ other: PlanSums, _ sign: Int) {
        for path in Self.parts { self[keyPath: path] += sign * other[keyPath: path] }
    }

    private static var parts: [WritableKeyPath<PlanSums, Int>] {
        [
            \.units, \.create, \.overwrite, \.delete, \.rename, \.attributes, \.unchanged, \.newerLost, \.bytesToRead,
            \.bytesToWrite, \.estimatedSeconds,
        ]
    }
}

/// Entries of a plan's scope that are left out, and why.
public struct PlanExclusions: SQLJSON, Hashable {
    public var values: [PlanExclusion]

    public init(_ values: [PlanExclusion] = []) { self.values = values }

    public init(from decoder: any Decoder) throws { values = try [PlanExclusion](from: decoder) }

    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}

/// One entry of a plan's scope that is left out.
public struct PlanExclusion: Codable, Sendable, Hashable {
    /// A unit's id, or the name that nothing has.
    public var unitId: String
    public var reason: String

    public init(unitId: String, reason: String) {
        self.unitId = unitId
        self.reason = reason
    }
}
