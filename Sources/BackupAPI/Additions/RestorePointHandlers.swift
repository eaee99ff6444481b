import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// Restore points with what Graph's surface does not tell of them: damage, holds, those that
    /// were taken before a restore, and what could not be read.
    func bindRestorePoints(_ odata: inout ODataService<APICaller>) {
        odata.resource("restorePoints", pointType) {
            $0.list(.pointsRead) { context in
                let list = RowList<RestorePoint>(
                    catalog: catalog, defaultOrder: "protectionDateTime", newestFirst: true,
                    indexed: ListOrders.points)
                let page = try await list.page(context)
                return Page(try await pointRecords(page.rows), nextPosition: page.next, count: page.count)
            }
            $0.get(.pointsRead) { context in try await pointRecords([try await knownPoint(context.key)])[0] }
            $0.operation(
                .function("unreadItems"), .restoreRead, answeringPageOf: UnreadItemValue.self
            ) { context, arguments in
                _ = try arguments.values()
                let point = try await knownPoint(context.key)
                let list = RowList<UnreadItemRow>(catalog: catalog, defaultOrder: "path")
                let page = try await list.page(context, where: UnreadItemRow.query(of: point).predicate)
                return ValuePage(page.rows.map(UnreadItemValue.init), nextPosition: page.next)
            }
        }
    }

    private func knownPoint(_ id: String) async throws -> RestorePoint {
        guard let point = try await catalog.find(RestorePoint.self, id: id.lowercased()) else {
            throw ServiceError(.restorePointNotFound, "There is no such restore point; it may have expired.")
        }
        return point
    }

    private func pointRecords(_ points: [RestorePoint]) async throws -> [PointRecord] {
        let holds = try await service.points.holds(of: points)
        return points.map { PointRecord(point: $0, hold: holds[$0.id]) }
    }
}
