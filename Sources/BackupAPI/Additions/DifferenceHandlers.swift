import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// What differs between two points of a unit.
    func bindDifferences(_ odata: inout ODataService<APICaller>) {
        odata.resource("protectionUnits", unitType) {
            $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
            $0.operation(
                .function("differences"), .restoreWrite, answeringPageOf: DifferenceValue.self
            ) { context, arguments in
                let values = try arguments.values()
                let depth: Int? = try values.value("depth")
                guard depth ?? 1 > 0 else {
                    throw ODataError.badRequest("The depth must be 1 or more; leave it out for all.", target: "depth")
                }
                let page = try await service.differences.page(
                    ComparedPoints(
                        unitID: context.key, from: try values.value("from"), to: try values.value("to"),
                        folder: try values.value("path", as: String?.self) ?? "", depth: depth),
                    from: context.position, limit: max(1, context.pageSize))
                return ValuePage(page.items.map(DifferenceValue.init), nextPosition: page.next)
            }
        }
    }
}
