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
        try caller.requireUnits(ready.count)
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

    /// Refuses a plan for which a disk has too little room: one of a destination, or that of the
    /// repositories, which the points of the present states go to.
    private func requireSpace(for units: [PlanStart<CatalogReader>.ReadyUnit]) throws(ServiceError) {
        var needs = RoomNeeded()
        for unit in units where unit.planned.bytesNeeded > 0 {
            // A drive that is gone now is told by its own restore.
            guard let space = try? dependencies.tenant.inPlaceDestination(of: unit.source).space() else { continue }
            needs.add(unit.planned.bytesNeeded, on: space)
        }
        let kept = units.reduce(0) { $0.addingClamped($1.planned.sums.bytesKept ?? 0) }
        if kept > 0, let space = dependencies.repositorySpace() { needs.add(kept, on: space) }
        guard needs.lacking == 0 else {
            throw ServiceError(
                .insufficientStorage,
                """
                The disks have too little room: \(needs.lacking) bytes lack\(kept > 0 ? Self.undoHint : ""). Free \
                that much, or restore fewer accounts.
                """)
        }
    }

    private static let undoHint = ", with those of the points by which the restore can be undone"
}

/// The room that a plan needs, for each file system.
private struct RoomNeeded {
    private var needs: [UInt64: (needed: Int, available: UInt64)] = [:]

    mutating func add(_ bytes: Int, on space: TreeSpace) {
        let before = needs[space.fileSystem]?.needed ?? 0
        needs[space.fileSystem] = (before.addingClamped(bytes), space.availableBytes)
    }

    /// How many bytes too few there are.
    var lacking: Int { needs.values.reduce(0) { $0.addingClamped(max(0, $1.needed - Int(clamping: $1.available))) } }
}

extension Int {
    /// The sum, or the greatest number where it is greater than that.
    fileprivate func addingClamped(_ other: Int) -> Int {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? .max : sum
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
