public import Catalog
import Connectors
import FileTree
import Foundation
public import ProtectionRules

extension PlanOperations {
    /// Starts a plan: one session for each workload, with every unit that is ready.
    /// - Parameter expectedUnits: how many units whoever starts it takes the plan to have.
    /// - Throws: `restorePlanNotFound`, `appNotController`, `serviceNotEnabled`, `planNotReady`,
    ///   `planExpired`, `expectedUnitsDiffer`, and `insufficientStorage` where a disk is too small.
    public func start(id: String, expectedUnits: Int, _ caller: Caller) async throws -> RestorePlanRecord {
        let id = id.lowercased()
        let (tenantID, now) = (tenantID, now)
        let ready = try await look { reader in
            let plan = try PlanRows(reader).plan(id)
            try ServiceRows(reader).requireMayRestore(caller, tenantID: tenantID)
            return try PlanStart(reader, now: now).units(of: plan, expected: expectedUnits)
        }
        try requireSpace(for: ready)
        return try await change(makesDue: false) { [context] writer in
            var plan = try PlanRows(writer).plan(id)
            try ServiceRows(writer).requireMayRestore(caller, tenantID: tenantID)
            let units = try PlanStart(writer, now: now).units(of: plan, expected: expectedUnits).map(\.planned)
            guard plan.advance(.start) else { throw ServiceError.notReady(plan, "started") }
            plan.startedDateTime = now
            try writer.update(plan)
            try PlanSessions(writer, context, of: plan, caller: caller).add(units)
            return plan
        }
    }

    /// Refuses a plan for which a destination has too little room.
    private func requireSpace(for units: [PlanStart<CatalogReader>.ReadyUnit]) throws(ServiceError) {
        var needs: [UInt64: (needed: Int, available: UInt64)] = [:]
        for unit in units where unit.planned.bytesNeeded > 0 {
            // A drive that is gone now is told by its own restore.
            guard let space = try? dependencies.tenant.inPlaceDestination(of: unit.source).space() else { continue }
            needs[space.fileSystem, default: (0, space.availableBytes)].needed += unit.planned.bytesNeeded
        }
        let lacking = needs.values.reduce(0) { $0 + max(0, $1.needed - Int(clamping: $1.available)) }
        guard lacking == 0 else {
            throw ServiceError(
                .insufficientStorage,
                """
                The destinations have too little room: \(lacking) bytes lack. Free that much, or restore fewer \
                accounts.
                """)
        }
    }
}

/// What of a plan can be started, within one transaction.
struct PlanStart<Rows: CatalogAccess> {
    private let rows: Rows
    private let now: Date

    /// A unit that is ready, and where it is.
    struct ReadyUnit: Sendable {
        var planned: PlanUnit
        var source: SourceID
    }

    init(_ rows: Rows, now: Date) {
        self.rows = rows
        self.now = now
    }

    /// The units that are ready, in their order.
    /// - Throws: `planNotReady`, `planExpired`, `expectedUnitsDiffer`.
    func units(of plan: RestorePlanRecord, expected: Int) throws -> [ReadyUnit] {
        guard plan.status != .expired, plan.status != .ready || plan.expiresDateTime > now else {
            throw ServiceError(.planExpired, "The plan is out of date; plan it again, and look at it once more.")
        }
        guard plan.status == .ready else { throw ServiceError.notReady(plan, "started") }
        let ready = try rows.page(
            Query<PlanUnit>(
                where: .and([PlanUnit.ofPlan(plan.id), .equal("status", PlanUnitStatus.ready)]),
                order: [.init("ordinal")]))
        guard ready.count == expected else {
            throw ServiceError(
                .expectedUnitsDiffer, "The plan has \(ready.count) accounts that are ready, and not \(expected).")
        }
        return try ready.map { unit in
            guard let point = try rows.find(RestorePoint.self, id: unit.restorePointId ?? ""),
                point.expirationDateTime > now, let row = try rows.find(ProtectionUnit.self, id: unit.unitId)
            else {
                throw ServiceError(
                    .planExpired, "A restore point of the plan is gone (account \(unit.unitId)); plan it again.")
            }
            return ReadyUnit(planned: unit, source: row.source)
        }
    }
}
