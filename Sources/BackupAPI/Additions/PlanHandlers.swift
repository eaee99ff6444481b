import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// Restore plans, their units and changes. Source: additions.md, A6 and A7.
    func bindPlans(_ odata: inout ODataService<APICaller>) {
        odata.resource("restorePlans", restorePlanType) {
            $0.checkID(Self.requireGUID(.restorePlanNotFound))
            $0.list(.restoreWrite) { context in try await plans(context) }
            $0.get(.restoreWrite) { context in try await planRecord(context.key) }
            $0.create(.restoreWrite) { context, body in
                try await service.plans.requireMayRestore(caller(context))
                let draft = try draft(try body.entity(), context)
                return EntityAnswer(try await record(of: try await service.plans.create(draft, caller(context))))
            }
            $0.delete(.restoreWrite) { context in try await service.plans.delete(id: context.key, caller(context)) }
            $0.action("replan", .restoreWrite) { context, arguments in
                let ids: [String]? = try arguments.values().value("unitIds")
                return try await accepted(
                    try await service.plans.replan(id: context.key, unitIDs: ids ?? [], caller(context)))
            }
            $0.action("start", .restoreWrite) { context, arguments in
                let expected: Int = try arguments.values().value("expectedUnits")
                return try await accepted(
                    try await service.plans.start(id: context.key, expectedUnits: expected, caller(context)))
            }
            $0.action("cancel", .restoreWrite) { context, _ in
                try await accepted(try await service.plans.cancel(id: context.key, caller(context)))
            }
            $0.action("retry", .restoreWrite) { context, _ in
                try await accepted(try await service.plans.retry(id: context.key, caller(context)))
            }
            $0.action("undo", .restoreWrite) { context, _ in
                EntityAnswer(
                    try await record(of: try await service.plans.undo(id: context.key, caller(context))), status: 201)
            }
            $0.operation(.function("progress"), .restoreRead, answering: RestoreProgressValue.self) { context, _ in
                RestoreProgressValue(try await service.plans.progress(ofPlan: context.key))
            }
        }
        odata.resource("restorePlans/units", planUnitType) {
            $0.list(.restoreWrite) { context in try await planUnits(context) }
            $0.get(.restoreWrite) { context in
                let plan = try await service.plans.plan(id: context.path.key(of: "restorePlans") ?? "")
                let unit = try await service.plans.unit(context.key, ofPlan: plan.id)
                return try await records(of: [unit], in: plan)[0]
            }
            $0.operation(.function("changes"), .restoreWrite, answeringPageOf: PlanChangeValue.self) { context, _ in
                let page = try await service.plans.changePage(
                    ofUnit: context.key, plan: context.path.key(of: "restorePlans") ?? "", from: context.start,
                    limit: context.pageSize)
                return context.page(page.changes.map { PlanChangeValue($0) }, of: page.count)
            }
        }
    }

    /// The answer of something that goes on: 202.
    private func accepted(_ plan: RestorePlanRecord) async throws -> EntityAnswer<PlanRecord> {
        EntityAnswer(try await record(of: plan), status: 202)
    }

    func record(of plan: RestorePlanRecord) async throws -> PlanRecord {
        PlanRecord(try await service.plans.details(of: [plan])[0])
    }

    private func planRecord(_ id: String) async throws -> PlanRecord {
        try await record(of: try await service.plans.plan(id: id))
    }

    private func plans(_ context: RequestContext<APICaller>) async throws -> Page<PlanRecord> {
        let list = RowList<RestorePlanRecord>(catalog: catalog, defaultOrder: "createdDateTime", newestFirst: true)
        let page = try await list.page(context, where: .isNull("deletedDateTime"))
        return Page(
            try await service.plans.details(of: page.rows).map { PlanRecord($0) }, nextPosition: page.next,
            count: page.count)
    }

    /// Those that lose newer work first.
    private func planUnits(_ context: RequestContext<APICaller>) async throws -> Page<PlanUnitRecord> {
        let plan = try await service.plans.plan(id: context.path.key(of: "restorePlans") ?? "")
        let list = RowList<PlanUnit>(
            catalog: catalog, defaultOrder: "newerLost", newestFirst: true,
            places: RowPlaces(places: ["id": .column("unitId")]))
        let page = try await list.page(context, where: PlanUnit.ofPlan(plan.id))
        return Page(try await records(of: page.rows, in: plan), nextPosition: page.next, count: page.count)
    }

    private func records(of units: [PlanUnit], in plan: RestorePlanRecord) async throws -> [PlanUnitRecord] {
        let byID = try await catalog.records(ProtectionUnit.self, ids: units.map(\.unitId))
        return units.map { PlanUnitRecord(planned: $0, unit: byID[$0.unitId], moment: plan.moment.dateTime) }
    }

    private func draft(
        _ body: EntityBody<PlanRecord>, _ context: RequestContext<APICaller>
    ) throws(ODataError) -> RestorePlanDraft {
        var record = PlanRecord()
        body.apply(to: &record)
        var draft = RestorePlanDraft(scope: record.scope, moment: record.moment?.moment)
        draft.displayName = record.displayName
        (draft.destinationType, draft.newerFiles) = (record.destinationType, record.newerFiles)
        draft.undoPoints = record.undoPoints
        if let text = record.scope.filter {
            var limits = QueryLimits()
            limits.maximumFilterTerms = service.dependencies.limits.filterTerms
            let filter = try context.model.filter(text, on: "unitState", in: context.version, limits: limits)
            let places = RowPlaces.unitStates(
                for: context.caller.kind, oldestInTime: service.unitStates.oldestInTime)
            // A unit's state has the unit's id.
            draft.filter = .related(column: "id", table: UnitState.table.name, try places.predicate(filter))
        }
        return draft
    }
}
