import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// What could not be read when a point was taken.
    func bindUnreadItems(_ odata: inout ODataService<APICaller>) {
        odata.resource("restorePoints", pointType) {
            $0.operation(
                .function("unreadItems"), .restoreRead, answeringPageOf: UnreadItemValue.self
            ) { context, arguments in
                _ = try arguments.values()
                guard let point = try await catalog.find(RestorePoint.self, id: context.key.lowercased()) else {
                    throw ServiceError(.restorePointNotFound, "There is no such restore point; it may have expired.")
                }
                let list = RowList<UnreadItemRow>(catalog: catalog, defaultOrder: "path")
                let page = try await list.page(context, where: UnreadItemRow.query(of: point).predicate)
                return ValuePage(page.rows.map(UnreadItemValue.init), nextPosition: page.next)
            }
        }
    }
}
