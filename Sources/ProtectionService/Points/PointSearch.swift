public import Catalog
public import Foundation
import ProtectionRules

/// A search for the points of some units.
public struct PointSearch: Sendable, Hashable {
    /// Which of several points.
    public enum Preference: String, Sendable, Hashable, CaseIterable {
        /// The newest of the period.
        case latest
        /// The oldest of the period.
        case oldest
    }

    /// The units, 1 to 20 ids.
    public var unitIDs: [String]
    /// The start of the period, included; nil for the beginning.
    public var start: Date?
    /// The end of the period, included; nil for now.
    public var end: Date?
    /// Which of several points.
    public var preference: Preference
    /// Tags that a point must have.
    public var tags: RestorePointTags
    /// The policy that the units must belong to (beta).
    public var policyID: String?

    public init(
        unitIDs: [String], start: Date?, end: Date?, preference: Preference = .latest, tags: RestorePointTags = [],
        policyID: String? = nil
    ) {
        self.unitIDs = unitIDs
        self.start = start
        self.end = end
        self.preference = preference
        self.tags = tags
        self.policyID = policyID
    }
}

/// What a search found: at most one point for each unit.
public struct PointSearchResult: Sendable, Hashable {
    /// Names the search; a UUID.
    public var searchResponseID: String
    /// The points with their units, in the order of the request.
    public var found: [Found]
    /// The units without a point, in the order of the request.
    public var noResultUnitIDs: [String]

    /// A point and its unit.
    public struct Found: Sendable, Hashable {
        public var point: RestorePoint
        /// The unit that it is of.
        public var unit: ProtectionUnit
    }
}

extension PointOperations {
    /// Finds a point for each unit: the newest or the oldest of a period. A damaged or expired
    /// point is never found.
    /// - Throws: `invalidSearchRequest`, `invalidProtectionUnitID`, `invalidPolicyID`.
    public func search(_ search: PointSearch) async throws -> PointSearchResult {
        let now = now
        guard (1...limits.unitsPerSearch).contains(search.unitIDs.count) else {
            throw ServiceError(
                .invalidSearchRequest, "A search takes 1 to \(limits.unitsPerSearch) protection unit ids.")
        }
        guard search.start != nil || search.end != nil else {
            throw ServiceError(.invalidSearchRequest, "A search needs a protectionTimePeriod with a start or an end.")
        }
        if let start = search.start, start > search.end ?? now {
            throw ServiceError(.invalidSearchRequest, "The period ends before it starts.")
        }
        var ids: [String] = []
        for text in search.unitIDs {
            let id = try Identifiers.require(text, .invalidProtectionUnitID)
            if !ids.contains(id) { ids.append(id) }
        }
        let policyID: String? =
            if let given = search.policyID { try Identifiers.require(given, .invalidPolicyID) } else { nil }
        let searchID = dependencies.makeID()
        return try await look { [ids] reader in
            var result = PointSearchResult(searchResponseID: searchID, found: [], noResultUnitIDs: [])
            for id in ids {
                if let unit = try reader.find(ProtectionUnit.self, id: id),
                    policyID == nil || unit.policyId == policyID,
                    let point = try reader.first(search.query(unitID: id, now))
                {
                    result.found.append(PointSearchResult.Found(point: point, unit: unit))
                } else {
                    result.noResultUnitIDs.append(id)
                }
            }
            return result
        }
    }
}

extension PointSearch {
    package func query(unitID: String, _ now: Date) -> Query<RestorePoint> {
        var conditions: [RowPredicate] = [
            .equal("unitId", unitID), .equal("isDamaged", false), .isOfCadence,
            .compare("expirationDateTime", .greater, now.sqlValue),
            .compare("protectionDateTime", .lessOrEqual, (end ?? now).sqlValue),
        ]
        if let start { conditions.append(.compare("protectionDateTime", .greaterOrEqual, start.sqlValue)) }
        if !tags.isEmpty { conditions.append(.hasFlags("tags", tags.rawValue)) }
        return Query(
            where: .and(conditions), order: [.init("protectionDateTime", ascending: preference == .oldest)], limit: 1)
    }
}
