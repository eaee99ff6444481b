public import Catalog
import Foundation
import ProtectionRules

/// A restore point with its unit.
public struct PointDetails: Sendable {
    public var point: RestorePoint
    public var unit: ProtectionUnit
    /// Why it is kept longer than its policy says; nil where it is not.
    public var hold: PointHold?
}

extension ServiceContext {
    public var points: PointOperations { PointOperations(context: self) }
}

/// Restore points: looking them up, searching them, releasing held ones.
public struct PointOperations: OperationGroup {
    package let context: ServiceContext

    /// A restore point by its id, in any letter case.
    /// - Throws: `invalidRestorePoint` where there is none.
    public func find(id: String) async throws -> PointDetails {
        let id = id.lowercased()
        let found = try await look { reader -> PointDetails? in
            guard let point = try reader.find(RestorePoint.self, id: id),
                let unit = try reader.find(ProtectionUnit.self, id: point.unitId)
            else { return nil }
            return PointDetails(point: point, unit: unit, hold: try reader.find(PointHold.self, id: id))
        }
        guard let found else {
            throw ServiceError(
                .invalidRestorePoint,
                """
                There is no restore point '\(id)': it has expired, or the id is another's. 'holdfast point list' \
                shows the ids.
                """
            )
        }
        return found
    }

    /// The holds of some points, by the points' ids.
    public func holds(of points: [RestorePoint]) async throws -> [String: PointHold] {
        try await look { try $0.records(PointHold.self, ids: points.map(\.id)) }
    }

    /// What could not be read when a point was taken, in order of the paths.
    /// - Parameters:
    ///   - after: the last item of the page before.
    ///   - limit: nil for all.
    public func unreadItems(
        of point: RestorePoint, after: UnreadItemRow? = nil, limit: Int? = nil
    ) async throws -> [UnreadItemRow] {
        try await look { try $0.page(UnreadItemRow.query(of: point, after: after, limit: limit)) }
    }

    /// The restore points of units, each unit's oldest first.
    /// - Parameter names: unit ids, or the sign-in names, mail addresses or directory ids of their
    ///   owners; empty for every unit.
    /// - Throws: `protectionUnitNotFound` for a name that fits no unit.
    public func list(of names: [String]) async throws -> [PointDetails] {
        let units = try await context.units.all(named: names, statuses: ProtectionUnitStatus.allCases)
        return try await look { reader in
            try units.flatMap { unit in
                let hold = try reader.first(PointHold.query(ofUnit: unit.id))
                return try reader.page(
                    Query<RestorePoint>(where: .equal("unitId", unit.id), order: [.init("protectionDateTime")])
                )
                .map { PointDetails(point: $0, unit: unit, hold: hold?.id == $0.id ? hold : nil) }
            }
        }
    }
}
