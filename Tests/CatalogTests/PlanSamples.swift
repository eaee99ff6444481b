import Catalog
import Foundation

extension Sample {
    static let fullPlan: RestorePlanRecord = {
        var plan = RestorePlanRecord()
        (plan.id, plan.displayName, plan.status) = ("plan-1", "It's \"Monday\"", .completedWithError)
        (plan.createdBy, plan.createdDateTime) = (who, moment)
        (plan.expiresDateTime, plan.basedOnDateTime) = (later(1), later(2))
        plan.scope.list = ["a@b.example", "ü@b.example"]
        plan.moment = RestorePlanMoment(
            .points, at: later(3), points: [PlannedPoint(unitId: "unit-1", restorePointId: "point-1")])
        (plan.destinationType, plan.newerFiles, plan.undoPoints) = (.new, .keep, .none)
        (plan.sums.create, plan.sums.bytesToWrite) = (1 << 40, 1 << 60)
        plan.excluded = PlanExclusions([PlanExclusion(unitId: "nobody@b.example", reason: "No account.")])
        plan.undoOf = "session-1"
        (plan.startedDateTime, plan.endedDateTime, plan.deletedDateTime) = (later(4), later(5), later(6))
        return plan
    }()
    static let barePlan: RestorePlanRecord = {
        var plan = RestorePlanRecord()
        plan.id = "plan-2"
        return plan
    }()
    static let fullPlanUnit: PlanUnit = {
        var unit = PlanUnit()
        (unit.id, unit.planId, unit.unitId, unit.workload) = ("planned-1", "plan-1", "unit-1", .sharePoint)
        (unit.ordinal, unit.status, unit.restorePointId) = (3, .outdated, "point-1")
        (unit.protectionDateTime, unit.pointHealth, unit.newerAfterDateTime) = (moment, .unreadItems, later(1))
        (unit.sums.delete, unit.newerLost, unit.bytesNeeded) = (7, 2, 1 << 50)
        (unit.changeCount, unit.changeListId, unit.note) = (1 << 30, "list", "Take care.")
        (unit.error, unit.artifactId) = (error, "artifact-1")
        return unit
    }()
    static let barePlanUnit: PlanUnit = {
        var unit = PlanUnit()
        (unit.id, unit.planId, unit.unitId) = ("planned-2", "plan-1", "unit-2")
        return unit
    }()
    static let fullItemError: RestoreItemError = {
        var row = RestoreItemError()
        (row.id, row.sessionId, row.artifactId, row.ordinal) = ("itemError-1", "session-1", "artifact-1", 2)
        (row.path, row.action, row.code) = ([0xff, 0x2f, 0x61], "overwrite", "permissionDenied")
        (row.message, row.isRetryable) = ("It's closed.", true)
        return row
    }()
    static let bareItemError: RestoreItemError = {
        var row = RestoreItemError()
        (row.id, row.sessionId, row.artifactId) = ("itemError-2", "session-1", "artifact-2")
        return row
    }()
}
