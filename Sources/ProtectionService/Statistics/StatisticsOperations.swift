import Catalog
public import Foundation
import ProtectionRules

extension ServiceContext {
    public var statistics: StatisticsOperations { StatisticsOperations(context: self) }
}

/// Whose changes a series shows.
public enum ChangeScope: Sendable, Hashable {
    case all
    case unit(String)
    case policy(String)
    case incident(String)
}

/// What changed in units, and when.
public struct StatisticsOperations: OperationGroup {
    package let context: ServiceContext

    /// The changes of some units over time.
    /// - Parameter start: nil for 14 days before the end.
    /// - Parameter end: nil for now.
    /// - Parameter buckets: about how many; each is one or more times ten minutes long.
    /// - Throws: `invalidTimeRange`; `protectionUnitNotFound`, `policyNotFound`,
    ///   `incidentNotFound` for a scope that is not there.
    public func series(
        _ scope: ChangeScope, start: Date? = nil, end: Date? = nil, buckets: Int? = nil
    ) async throws -> ChangeSeries {
        let empty = try emptySeries(start: start, end: end, buckets: buckets)
        let intervals = intervals
        return try await look { reader in
            let rows = ChangeSeriesRows(reader, intervals)
            switch scope {
            case .all: return try rows.seriesOfAll(empty)
            case .unit(let id):
                guard try reader.find(ProtectionUnit.self, id: id) != nil else {
                    throw ServiceError(.protectionUnitNotFound, "There is no protection unit '\(id)'.")
                }
                return try rows.series(of: id, empty)
            case .policy(let id):
                guard try reader.find(ProtectionPolicy.self, id: id) != nil else {
                    throw ServiceError(.policyNotFound, "There is no policy '\(id)'.")
                }
                return try rows.series(
                    of: reader.ids(Query<ProtectionUnit>(where: .equal("policyId", id))), empty)
            case .incident(let id):
                guard try reader.find(Incident.self, id: id) != nil else {
                    throw ServiceError(.incidentNotFound, "There is no incident '\(id)'.")
                }
                let units = try reader.page(Query<IncidentUnit>(where: .equal("incidentId", id)))
                return try rows.series(of: units.map(\.unitId), empty)
            }
        }
    }

    private func emptySeries(start: Date?, end: Date?, buckets: Int?) throws -> ChangeSeries {
        let end = end ?? now
        let start = start ?? end.addingTimeInterval(-14 * ChangeDay.seconds)
        let length = end.timeIntervalSince(start)
        guard length > 0, length.isFinite, length <= Self.longestSeconds else {
            throw ServiceError(
                .invalidTimeRange, "The end lies after the start, and at most \(Self.longestYears) years after it.")
        }
        let wanted = buckets ?? Self.usualBuckets
        guard (1...ChangeSeries.maximumBuckets).contains(wanted) else {
            throw ServiceError(.invalidTimeRange, "A series has 1 to \(ChangeSeries.maximumBuckets) buckets.")
        }
        let slots = max(1, (length / 600 / Double(wanted)).rounded(.up))
        return ChangeSeries(start: start, end: end, bucketSeconds: Int(slots) * 600)
    }

    private static let usualBuckets = 336
    private static let longestYears = 100
    private static let longestSeconds = Double(longestYears) * 366 * ChangeDay.seconds
}
