import Catalog
import Foundation
import Logging
import ProtectionService

extension Scheduler {
    /// The name of the check in the health report; it is there while a point is held.
    static let lossCheck = "losses"

    /// Ends the holds whose time is over. Their points may go at once.
    func endHolds(_ now: Date) async throws -> Expired {
        let over = Query<PointHold>(
            where: .compare("untilDateTime", .lessOrEqual, now.sqlValue), limit: Self.rowsPerChange)
        let logger = service.dependencies.logger
        return try await inPieces(of: over) { writer in
            let holds = try writer.page(over)
            for hold in holds {
                try HoldRows(writer).end(hold, now: now)
                let name = try writer.find(ProtectionUnit.self, id: hold.unitId)?.knownName ?? hold.unitId
                logger.warning(
                    "The last full restore point of a drive that lost most of its files is held no longer.",
                    metadata: ["name": "\(name)", "unit": "\(hold.unitId)", "point": "\(hold.id)"])
            }
            return holds.count
        }
    }

    /// Tells in the health how many drives and sites have lost most of their files.
    func tellHolds(_ now: Date) async throws {
        let (count, health) = (try await service.catalog.count(Query<PointHold>()), service.dependencies.health)
        guard count > 0 else { return health.remove(Self.lossCheck) }
        let whose = count == 1 ? "1 drive or site" : "\(count) drives or sites"
        health.set(
            Self.lossCheck, to: .warning,
            message: "\(whose) lost most files at once. Is a disk not mounted? The last full restore points are kept "
                + "for a time; 'holdfast point list' marks them.", at: now)
    }
}
