public import Foundation

/// A unit of an incident: what was done to it, and the moment to go back to.
public struct IncidentUnit: CatalogRecord, Hashable {
    /// The incident's id, a colon and the unit's id.
    public var id: String = ""
    public var incidentId: String = ""
    public var unitId: String = ""
    /// The moment of the last clean point; nil where there is none.
    public var beganAfter: Date?
    /// The moment of the first snapshot with damage.
    public var beganBefore: Date = Date(timeIntervalSince1970: 0)
    /// The last snapshot with damage.
    public var lastActivityDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastCleanPointId: String?
    public var lastCleanDateTime: Date?
    /// The point of the first snapshot with damage.
    public var firstPointId: String = ""
    /// Files that were changed in place or gave way to others, since then.
    public var replaced: Int = 0
    /// Files that are gone and gave way to none.
    public var removed: Int = 0
    /// Files that came and took the place of none.
    public var added: Int = 0
    public var signals: IncidentSignals = IncidentSignals()
    public var samples: IncidentSamples = IncidentSamples()
    /// When it was rolled back to its last clean point or an earlier one.
    public var restoredDateTime: Date?

    public init() {}

    public init(incidentId: String, unitId: String) {
        id = "\(incidentId):\(unitId)"
        self.incidentId = incidentId
        self.unitId = unitId
    }

    public static let table = Table<IncidentUnit>(
        "incidentUnit",
        [
            Column("id", \.id),
            Column("incidentId", \.incidentId),
            Column("unitId", \.unitId),
            Column("beganAfter", \.beganAfter),
            Column("beganBefore", \.beganBefore),
            Column("lastActivityDateTime", \.lastActivityDateTime),
            Column("lastCleanPointId", \.lastCleanPointId),
            Column("lastCleanDateTime", \.lastCleanDateTime),
            Column("firstPointId", \.firstPointId),
            Column("replaced", \.replaced),
            Column("removed", \.removed),
            Column("added", \.added),
            Column("signals", \.signals),
            Column("samples", \.samples),
            Column("restoredDateTime", \.restoredDateTime),
        ])
}

/// Files that were hit, kept as one JSON array.
public struct IncidentSamples: SQLJSON, Hashable {
    public var values: [IncidentSample]

    public init(_ values: [IncidentSample] = []) { self.values = values }

    public init(from decoder: any Decoder) throws { values = try [IncidentSample](from: decoder) }

    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}

/// A file that was hit, and the points that show it after and before.
public struct IncidentSample: Codable, Hashable, Sendable {
    public var path: String
    public var pathBefore: String?
    public var pointAfter: String
    public var pointBefore: String?

    public init(path: String, pathBefore: String?, pointAfter: String, pointBefore: String?) {
        self.path = path
        self.pathBefore = pathBefore
        self.pointAfter = pointAfter
        self.pointBefore = pointBefore
    }
}

/// Says that no restore point of a unit expires: the unit belongs to an incident that is neither
/// dismissed nor restored. Its id is the unit's.
public struct UnitHold: CatalogRecord, Hashable {
    public var id: String = ""
    public var incidentId: String = ""
    /// When it ends by itself.
    public var untilDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public init(unitId: String, incidentId: String, until: Date) {
        id = unitId
        self.incidentId = incidentId
        untilDateTime = until
    }

    public static let table = Table<UnitHold>(
        "unitHold",
        [Column("id", \.id), Column("incidentId", \.incidentId), Column("untilDateTime", \.untilDateTime)])
}

/// A restore point whose expiration was put off because its unit is held. It goes with the point;
/// its id is the point's.
public struct PutOffPoint: CatalogRecord, Hashable {
    public var id: String = ""
    public var unitId: String = ""
    /// When the point goes by its policy; it gets that back when the hold ends.
    public var pointExpirationDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public init(pointId: String, unitId: String, expiration: Date) {
        id = pointId
        self.unitId = unitId
        pointExpirationDateTime = expiration
    }

    public static let table = Table<PutOffPoint>(
        "putOffPoint",
        [Column("id", \.id), Column("unitId", \.unitId), Column("pointExpirationDateTime", \.pointExpirationDateTime)])
}
