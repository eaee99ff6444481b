import Catalog
import Foundation
import ProtectionRules
import ProtectionService

extension RepositoryOperations {
    /// Lets go of the points of a unit that came from another program: from now on each is kept as a
    /// weekly point of its time is, and at least for 30 days. What the owner's restic stored stays in the
    /// repository all the same.
    /// - Returns: how many there were.
    /// - Throws: `protectionUnitNotFound`; `operationNotAllowed` where the unit has none.
    public func releaseAdopted(unitNamed name: String) async throws -> Int {
        let unit = try await context.units.find(named: name)
        let (now, days) = (now, unit.retentionDays ?? intervals.defaultRetentionDays)
        return try await change { writer in
            let kept = Query<RestorePoint>(
                where: .and([
                    .equal("unitId", unit.id),
                    .compare("expirationDateTime", .greaterOrEqual, RestorePoint.endOfCalendars.sqlValue),
                ]))
            let points = try writer.page(kept)
            guard !points.isEmpty else {
                throw ServiceError(
                    .operationNotAllowed, "'\(unit.knownName)' has no restore points that were taken over and are kept."
                )
            }
            for var point in points {
                point.expirationDateTime = max(point.protectionDateTime.adding(days: days), now.adding(days: 30))
                try writer.update(point)
            }
            return points.count
        }
    }
}
