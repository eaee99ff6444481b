import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// The states of everything that can be protected: units, and sources that have none.
    func bindUnitStates(_ odata: inout ODataService<APICaller>) {
        odata.resource("unitStates", unitStateType) {
            $0.offersSearch = true
            $0.list(.configurationRead) { context in
                let states = service.unitStates
                let oldestInTime = states.oldestInTime
                let late =
                    context.options.filter == nil ? nil : try await states.lateCondition(oldestInTime: oldestInTime)
                let list = RowList<UnitState>(
                    // The token for the next page would tell an application the name at its end.
                    catalog: catalog, defaultOrder: context.caller.kind == .delegated ? "displayName" : "id",
                    places: .unitStates(for: context.caller.kind, oldestInTime: oldestInTime, late: late),
                    // Each is one row; sorting 100,000 for a page is the price of a column without an index.
                    indexed: ListOrders.unitStates, maximumSortedRows: 100_000)
                let page = try await list.page(context, where: Self.condition(context))
                return Page(
                    try await records(page.rows, oldestInTime: oldestInTime), nextPosition: page.next,
                    count: page.count)
            }
            $0.get(.configurationRead) { context in
                let states = service.unitStates
                return try await records(
                    [try await states.state(id: context.key)], oldestInTime: states.oldestInTime)[0]
            }
        }
    }

    /// The rows with what depends on the time of asking, and with their incidents.
    private func records(_ rows: [UnitState], oldestInTime: Date) async throws -> [UnitStateRecord] {
        let holds = try await service.unitStates.holds(ofUnits: rows.compactMap(\.unitId))
        let lateAfter = Double(service.dependencies.intervals.lateAfterSeconds)
        let today = ChangeDay.day(of: service.dependencies.clock.now())
        return rows.map { row in
            UnitStateRecord(
                row: row, oldestInTime: oldestInTime, lateAfter: lateAfter, today: today,
                incidentID: row.unitId.flatMap { holds[$0] })
        }
    }

    /// The condition of `$search`. An application must not find people by their names.
    private static func condition(_ context: RequestContext<APICaller>) -> RowPredicate {
        guard let search = context.options.search else { return .true }
        let found = UnitStateOperations.condition(search: search)
        return context.caller.kind == .delegated ? found : .and([found, .equal("workload", Workload.sharePoint)])
    }
}
