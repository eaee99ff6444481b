public import Catalog
import Foundation
public import OData
import ProtectionService

// The complex types of restore plans. Source: additions.md, section 3.

extension RestorePlanScope: EdmComplex {
    public static let edm = ComplexType<RestorePlanScope>("restorePlanScope") {
        Property("incidentId", \.incidentId)
        Property("unitIds", \.unitIds)
        Property("filter", \.filter)
        Property("list", \.list)
        Property("groupIds", \.groupIds)
        Property("sessionId", \.sessionId)
        Property("undoOf", \.undoOf)
    }
}

extension RestorePlanMoment.Kind: EdmEnum {
    public static let edm = EnumType<Self>("restorePlanMomentKind", [.lastClean, .at, .points])
}

extension PlannedPoint: EdmComplex {
    public init() { self.init(unitId: "", restorePointId: "") }
    public static let edm = ComplexType<PlannedPoint>("plannedPoint") {
        Property("unitId", \.unitId)
        Property("restorePointId", \.restorePointId)
    }
}

/// The moment of a plan as clients write it.
struct PlanMomentValue: EdmComplex {
    var kind: RestorePlanMoment.Kind?
    var dateTime: Date?
    var points: [PlannedPoint]?

    init() {}

    init(_ moment: RestorePlanMoment) { (kind, dateTime, points) = (moment.kind, moment.dateTime, moment.points) }

    /// nil where it says no kind.
    var moment: RestorePlanMoment? { kind.map { RestorePlanMoment($0, at: dateTime, points: points) } }

    static let edm = ComplexType<PlanMomentValue>("restorePlanMoment") {
        Property("kind", \.kind)
        Property("dateTime", \.dateTime)
        Property("points", \.points)
    }
}

extension PlanSums: EdmComplex {
    public static let edm = ComplexType<PlanSums>("restorePlanSums") {
        Property("units", \.units)
        Property("create", \.create)
        Property("overwrite", \.overwrite)
        Property("delete", \.delete)
        Property("rename", \.rename)
        Property("attributes", \.attributes)
        Property("unchanged", \.unchanged)
        Property("newerLost", \.newerLost)
        Property("bytesToRead") { (sums: PlanSums, _) in Int64(sums.bytesToRead) }
        Property("bytesToWrite") { (sums: PlanSums, _) in Int64(sums.bytesToWrite) }
        Property("estimatedSeconds", \.estimatedSeconds)
    }
}

extension PlanExclusion: EdmComplex {
    public init() { self.init(unitId: "", reason: "") }
    public static let edm = ComplexType<PlanExclusion>("planExclusion") {
        Property("unitId", \.unitId)
        Property("reason", \.reason)
    }
}

extension RestorePlanStatus: EdmEnum {
    public static let edm = EnumType<Self>("restorePlanStatus", RestorePlanStatus.allCases)
}

extension NewerFiles: EdmEnum {
    public static let edm = EnumType<Self>("newerFiles", [.remove, .keep])
}

extension UndoPointChoice: EdmEnum {
    public static let edm = EnumType<Self>("undoPointChoice", [.take, .none])
}

extension PlanUnitStatus: EdmEnum {
    public static let edm = EnumType<Self>("planUnitStatus", PlanUnitStatus.allCases)
}

extension PlanPointHealth: EdmEnum {
    public static let edm = EnumType<Self>("planPointHealth", [.ok, .unreadItems, .damaged])
}

extension RestorePhase: EdmEnum {
    public static let edm = EnumType<Self>("restorePhase", RestorePhase.allCases)
}

/// What a plan does to one item.
enum PlanAction: String, EdmEnum {
    case create, overwrite, delete, rename, attributes
    static let edm = EnumType<Self>("planAction", [.create, .overwrite, .delete, .rename, .attributes])
}

/// One change of a plan.
struct PlanChangeValue: EdmComplex {
    var change = PlanChange()

    init() {}

    init(_ change: PlanChange) { self.change = change }

    static let edm = ComplexType<PlanChangeValue>("planChange") {
        Property("path", \.change.path)
        Property("action") { (value: PlanChangeValue, _) in PlanAction(rawValue: value.change.action) ?? .attributes }
        Property("fromPath", \.change.fromPath)
        Property("isFolder", \.change.isFolder)
        Property("size") { (value: PlanChangeValue, _) in Int64(clamping: value.change.size) }
        Property("presentSize") { (value: PlanChangeValue, _) in value.change.presentSize.map { Int64(clamping: $0) } }
        Property("presentModified", \.change.presentModified)
        Property("isNewer", \.change.isNewer)
    }
}
