import Foundation
public import OData
public import ProtectionService

/// `GET /changeSeries`: of one unit, of a policy or an incident, or of all.
let changeSeriesFunction = BoundOperation.function(
    "changeSeries",
    parameters: [
        Parameter("unitId", String?.self), Parameter("policyId", String?.self), Parameter("incidentId", String?.self),
        Parameter("start", Date?.self), Parameter("end", Date?.self), Parameter("buckets", Int?.self),
    ], returns: .value(ChangeSeriesValue.edmType), argumentsInQuery: true)

extension ChangeSeries.SpecialPoint.Kind: EdmEnum {
    public static let edm = EnumType<Self>("specialPointKind", [.weekly, .damaged, .partial, .undo])
}

struct SpecialPointValue: EdmComplex {
    var point = ChangeSeries.SpecialPoint(dateTime: Date(timeIntervalSince1970: 0), pointId: "", kind: .weekly)

    init() {}
    init(_ point: ChangeSeries.SpecialPoint) { self.point = point }

    static let edm = ComplexType<SpecialPointValue>("specialPoint") {
        Property("dateTime") { (value: Self, _) in value.point.dateTime }
        Property("pointId") { (value: Self, _) in value.point.pointId }
        Property("kind") { (value: Self, _) in value.point.kind }
    }
}

struct ChangeCountsValue: EdmComplex {
    var added = 0
    var changed = 0
    var removed = 0
    var replaced = 0

    init() {}

    static let edm = ComplexType<ChangeCountsValue>("changeCounts") {
        Property("added", \.added)
        Property("changed", \.changed)
        Property("removed", \.removed)
        Property("replaced", \.replaced)
    }
}

struct NotableChangeValue: EdmComplex {
    var from = Date(timeIntervalSince1970: 0)
    var to = Date(timeIntervalSince1970: 0)
    var pointBefore: String?
    var pointAfter = ""
    var share = 0.0
    var counts = ChangeCountsValue()
    var isIncident = false
    var text = ""

    init() {}

    init(_ change: ChangeSeries.NotableChange) {
        (from, to, share, text) = (change.from, change.to, change.share, change.text)
        (pointBefore, pointAfter, isIncident) = (change.pointBefore, change.pointAfter, change.isIncident)
        (counts.added, counts.changed) = (change.added, change.changed)
        (counts.removed, counts.replaced) = (change.removed, change.replaced)
    }

    static let edm = ComplexType<NotableChangeValue>("notableChange") {
        Property("from", \.from)
        Property("to", \.to)
        Property("pointBefore", \.pointBefore)
        Property("pointAfter", \.pointAfter)
        Property("share", \.share)
        Property("counts", \.counts)
        Property("isIncident", \.isIncident)
        Property("text", \.text)
    }
}

/// Columns of equal length, one entry for each bucket. Bytes are decimal text.
struct ChangeSeriesValue: EdmComplex {
    var series = ChangeSeries(
        start: Date(timeIntervalSince1970: 0), end: Date(timeIntervalSince1970: 0), bucketSeconds: 600)

    init() {}
    init(_ series: ChangeSeries) { self.series = series }

    static let edm = ComplexType<ChangeSeriesValue>("changeSeries") {
        Property("start") { (value: Self, _) in value.series.start }
        Property("end") { (value: Self, _) in value.series.end }
        Property("bucketSeconds") { (value: Self, _) in value.series.bucketSeconds }
        Property("added") { (value: Self, _) in value.series.added }
        Property("changed") { (value: Self, _) in value.series.changed }
        Property("removed") { (value: Self, _) in value.series.removed }
        Property("replaced") { (value: Self, _) in value.series.replaced }
        Property("files") { (value: Self, _) in value.series.files }
        Property("addedBytes") { (value: Self, _) in value.series.addedBytes.map { Int64($0) } }
        Property("storedBytes") { (value: Self, _) in value.series.storedBytes.map { Int64($0) } }
        Property("maxShare") { (value: Self, _) in value.series.maxShare }
        Property("units") { (value: Self, _) in value.series.units }
        Property("unitsHit") { (value: Self, _) in value.series.unitsHit }
        Property("points") { (value: Self, _) in value.series.points }
        Property("missed") { (value: Self, _) in value.series.missed }
        Property("flags") { (value: Self, _) in value.series.flags }
        Property("special") { (value: Self, _) in value.series.special.map(SpecialPointValue.init) }
        Property("notable") { (value: Self, _) in value.series.notable.map(NotableChangeValue.init) }
    }
}
