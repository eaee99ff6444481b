import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// The units: all of them, by workload at the root, and those of one policy.
    func bindUnits(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/protectionUnits", unitBase) {
            $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
            $0.list(.configurationRead) { context in
                try await units(
                    context,
                    where: context.path.cast.flatMap(Workload.ofUnitType).map { .equal("workload", $0) } ?? .true)
            }
            $0.get(.configurationRead) { context in
                try await unit(context.key, where: context.path.cast.flatMap(Workload.ofUnitType), policyID: nil)
            }
            $0.action("offboard", .configurationWriteByPeople) { context, _ in
                EntityAnswer(try await service.units.offboard(id: context.key, caller(context)))
            }
            $0.action("cancelOffboard", .configurationWriteByPeople) { context, _ in
                EntityAnswer(try await service.units.cancelOffboard(id: context.key, caller(context)))
            }
        }
        for workload in Workload.allCases {
            let (type, name) = (unitType(workload), "\(workload.noun)ProtectionUnits")
            odata.resource("solutions/backupRestore/\(name)", type) {
                $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
                $0.list(.configurationRead) { context in try await units(context, where: .equal("workload", workload)) }
                $0.get(.configurationRead) { context in try await unit(context.key, where: workload, policyID: nil) }
                $0.update(.configurationWriteByPeople) { context, body in
                    let change = { @Sendable in try Self.billing(body) }
                    return EntityAnswer(
                        try await service.units.changeBilling(
                            id: context.key, workload: workload, change, caller(context)))
                }
            }
            odata.resource("solutions/backupRestore/\(workload.policies)/\(name)", type) {
                $0.checkID(Self.requireGUID(.invalidProtectionUnitID))
                $0.list(.configurationRead) { context in
                    let policyID = try await policyID(context, workload)
                    return try await units(context, where: .equal("policyId", policyID))
                }
                $0.get(.configurationRead) { context in
                    try await unit(context.key, where: workload, policyID: try await policyID(context, workload))
                }
            }
        }
    }

    private static func billing(_ body: RequestBody<ProtectionUnit>) throws -> BillingChange? {
        let entity = try body.entity()
        var record = ProtectionUnit()
        entity.apply(to: &record)
        return entity.names("billingPolicyId") ? BillingChange(id: record.billingPolicyId) : nil
    }

    /// The policy on the path, which must exist and be of the workload.
    func policyID(_ context: RequestContext<APICaller>, _ workload: Workload) async throws -> String {
        let id = (context.path.key(of: workload.policies) ?? "").lowercased()
        guard try await catalog.find(ProtectionPolicy.self, id: id)?.workload == workload else {
            throw ServiceError(.policyNotFound, "Unable to find the protection policy.")
        }
        return id
    }

    private func units(
        _ context: RequestContext<APICaller>, where condition: RowPredicate
    ) async throws -> Page<ProtectionUnit> {
        let places = RowPlaces.units(for: context.caller.kind, ofAll: condition == .true)
        let list = RowList<ProtectionUnit>(
            catalog: catalog, defaultOrder: "createdDateTime", places: places, indexed: ListOrders.units)
        return try await list.answer(context, where: condition)
    }

    private func unit(_ id: String, where workload: Workload?, policyID: String?) async throws -> ProtectionUnit {
        guard let unit = try await catalog.find(ProtectionUnit.self, id: id.lowercased()),
            workload == nil || unit.workload == workload,
            policyID == nil || unit.policyId == policyID
        else { throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.") }
        return unit
    }
}
