import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService

/// A plan as clients see it; for a body, what they may say.
struct PlanRecord: Sendable, Identifiable {
    var details = RestorePlanDetails()
    var displayName: String?
    var moment: PlanMomentValue?
    var scope = RestorePlanScope()
    var id: String { details.id }
    var plan: RestorePlanRecord { details.plan }
    var destinationType = DestinationType.inPlace
    var newerFiles = NewerFiles.remove
    var undoPoints = UndoPointChoice.take

    init() {}

    init(_ details: RestorePlanDetails) {
        self.details = details
        let plan = details.plan
        (displayName, moment, scope) = (plan.displayName, PlanMomentValue(plan.moment), plan.scope)
        (destinationType, newerFiles, undoPoints) = (plan.destinationType, plan.newerFiles, plan.undoPoints)
    }
}

let restorePlanType = EntityType<PlanRecord>("restorePlan") {
    Property("displayName", \.displayName, [.create, .filter, .order])
    Property("status", [.filter, .order]) { (record: PlanRecord, _) in record.plan.status }
    Property("createdBy") { (record: PlanRecord, _) in record.plan.createdBy }
    Property("createdDateTime", [.filter, .order]) { (record: PlanRecord, _) in record.plan.createdDateTime }
    Property("expiresDateTime", [.filter, .order]) { (record: PlanRecord, _) in record.plan.expiresDateTime }
    Property("basedOnDateTime") { (record: PlanRecord, _) in record.plan.basedOnDateTime }
    Property("scope", \.scope, [.create])
    Property("moment", \.moment, [.create])
    Property("destinationType", \.destinationType, [.create, .filter])
    Property("newerFiles", \.newerFiles, [.create, .filter])
    Property("undoPoints", \.undoPoints, [.create, .filter])
    Property("sums") { (record: PlanRecord, _) in record.plan.sums }
    Property("excluded") { (record: PlanRecord, _) in record.plan.excluded.values }
    Property("sessions") { (record: PlanRecord, _) in record.details.sessionIDs }
    Property("undoOf", [.filter]) { (record: PlanRecord, _) in record.plan.undoOf }
    Property("undoUntil") { (record: PlanRecord, _) in record.details.undoUntil }
    Property("startedDateTime") { (record: PlanRecord, _) in record.plan.startedDateTime }
    Property("endedDateTime") { (record: PlanRecord, _) in record.plan.endedDateTime }
    Property("sentence") { (record: PlanRecord, _) in PlanSentence.text(record.plan) }
    Navigation.many("units", "planUnit")
    BoundOperation.action(
        "replan", parameters: [Parameter("unitIds", [String]?.self)], returns: .entity("restorePlan"))
    BoundOperation.action(
        "start", parameters: [Parameter("expectedUnits", Int.self)], returns: .entity("restorePlan"))
    BoundOperation.action("cancel", returns: .entity("restorePlan"))
    BoundOperation.action("retry", returns: .entity("restorePlan"))
    BoundOperation.action("undo", returns: .entity("restorePlan"))
    BoundOperation.function("progress", returns: .value(RestoreProgressValue.edmType))
    BoundOperation.function("report", returns: .stream, argumentsInQuery: true)
}

/// A unit of a plan, under the unit's id.
struct PlanUnitRecord: Sendable, Identifiable {
    var planned: PlanUnit
    var unit: ProtectionUnit?
    /// The time that was asked for; nil where points were chosen.
    var moment: Date?
    var id: String { planned.unitId }

    /// How far before that time the point lies.
    var secondsBeforeMoment: Int? {
        guard let moment, let point = planned.protectionDateTime else { return nil }
        return Int(clamping: Int64(moment.timeIntervalSince(point).rounded()))
    }
}

let planUnitType = EntityType<PlanUnitRecord>("planUnit") {
    Property("unitId", [.filter]) { (record: PlanUnitRecord, _) in record.planned.unitId }
    Property("displayName") { (record: PlanUnitRecord, context) in
        context.caller == .delegated ? record.unit?.ownerName ?? record.unit?.siteName : nil
    }
    Property("email") { (record: PlanUnitRecord, context) in
        context.caller == .delegated ? record.unit?.ownerEmail : nil
    }
    Property("status", [.filter, .order]) { (record: PlanUnitRecord, _) in record.planned.status }
    Property("restorePointId") { (record: PlanUnitRecord, _) in record.planned.restorePointId }
    Property("protectionDateTime", [.filter]) { (record: PlanUnitRecord, _) in record.planned.protectionDateTime }
    Property("secondsBeforeMoment") { (record: PlanUnitRecord, _) in record.secondsBeforeMoment }
    Property("pointHealth", [.filter]) { (record: PlanUnitRecord, _) in record.planned.pointHealth }
    Property("create") { (record: PlanUnitRecord, _) in record.planned.sums.create }
    Property("overwrite") { (record: PlanUnitRecord, _) in record.planned.sums.overwrite }
    Property("delete") { (record: PlanUnitRecord, _) in record.planned.sums.delete }
    Property("rename") { (record: PlanUnitRecord, _) in record.planned.sums.rename }
    Property("attributes") { (record: PlanUnitRecord, _) in record.planned.sums.attributes }
    Property("unchanged") { (record: PlanUnitRecord, _) in record.planned.sums.unchanged }
    Property("newerLost", [.filter, .order]) { (record: PlanUnitRecord, _) in record.planned.newerLost }
    Property("bytesToRead") { (record: PlanUnitRecord, _) in Int64(record.planned.sums.bytesToRead) }
    Property("bytesToWrite") { (record: PlanUnitRecord, _) in Int64(record.planned.sums.bytesToWrite) }
    Property("estimatedSeconds") { (record: PlanUnitRecord, _) in record.planned.sums.estimatedSeconds }
    Property("note") { (record: PlanUnitRecord, _) in record.planned.note }
    Property("error") { (record: PlanUnitRecord, _) in record.planned.error }
    Property("artifactId") { (record: PlanUnitRecord, _) in record.planned.artifactId }
    BoundOperation.function("changes", returns: .value(.collection(PlanChangeValue.edmType)))
}
