public import Catalog
import Foundation
public import OData
import ProtectionRules
import ProtectionService

extension IncidentStatus: EdmEnum {
    public static let edm = EnumType<Self>("incidentStatus", [.open, .contained, .dismissed, .restored])
}

extension IncidentSeverity: EdmEnum {
    public static let edm = EnumType<Self>("incidentSeverity", [.medium, .high, .critical])
}

extension IncidentSignalKind: EdmEnum {
    public static let edm = EnumType<Self>("incidentSignalKind", IncidentSignalKind.allCases)
}

/// A signal with its figure: files, folders, or hundredths of the files.
struct SignalValue: EdmComplex {
    var signal = IncidentSignal(.massRewrite, value: 0)

    init() {}
    init(_ signal: IncidentSignal) { self.signal = signal }

    static let edm = ComplexType<SignalValue>("incidentSignal") {
        Property("kind") { (value: Self, _) in value.signal.kind }
        Property("value") { (value: Self, _) in value.signal.value }
        Property("usual") { (value: Self, _) in value.signal.usual }
        Property("text") { (value: Self, _) in value.signal.text }
    }
}

/// A damaged file, and the points that show it after and before.
struct IncidentSampleValue: EdmComplex {
    var sample = IncidentSample(path: "", pathBefore: nil, pointAfter: "", pointBefore: nil)

    init() {}
    init(_ sample: IncidentSample) { self.sample = sample }

    static let edm = ComplexType<IncidentSampleValue>("incidentSample") {
        Property("path") { (value: Self, _) in value.sample.path }
        Property("pathBefore") { (value: Self, _) in value.sample.pathBefore }
        Property("pointAfter") { (value: Self, _) in value.sample.pointAfter }
        Property("pointBefore") { (value: Self, _) in value.sample.pointBefore }
    }
}

extension Incident: Identifiable {}

let incidentType = EntityType<Incident>("incident") {
    Property("status", \.status, [.filter, .order])
    Property("severity", \.severity, [.filter])
    Property("score") { (incident: Incident, _) in Double(incident.score) / 100 }
    Property("beganAfter", \.beganAfter, [.filter, .order])
    Property("beganBefore", \.beganBefore, [.filter, .order])
    Property("detectedDateTime", \.detectedDateTime, [.filter, .order])
    Property("lastActivityDateTime", \.lastActivityDateTime, [.filter, .order])
    Property("unitCount", \.unitCount, [.filter, .order])
    Property("signals") { (incident: Incident, _) in incident.signals.values.map(SignalValue.init) }
    Property("sentence") { (incident: Incident, _) in incident.sentence }
    Property("closedDateTime", \.closedDateTime, [.filter, .order])
    Property("dismissedReason", \.dismissedReason)
    Navigation.many("units", "incidentUnit")
    BoundOperation.action(
        "dismiss", parameters: [Parameter("reason", String.self)], returns: .entity("incident"))
}

/// A unit of an incident with the names of its owner; its id is the unit's.
struct IncidentUnitRecord: Sendable, Identifiable {
    var row = IncidentUnit()
    var unit: ProtectionUnit?

    var id: String { row.unitId }
}

/// Paths name what people have, so only delegated callers see them.
let incidentUnitType = EntityType<IncidentUnitRecord>("incidentUnit") {
    Property("unitId") { (record: IncidentUnitRecord, _) in record.row.unitId }
    Property("displayName") { (record: IncidentUnitRecord, context) in
        record.unit?.siteName ?? (context.caller == .delegated ? record.unit?.ownerName : nil)
    }
    Property("beganAfter") { (record: IncidentUnitRecord, _) in record.row.beganAfter }
    Property("beganBefore") { (record: IncidentUnitRecord, _) in record.row.beganBefore }
    Property("lastActivityDateTime") { (record: IncidentUnitRecord, _) in record.row.lastActivityDateTime }
    Property("lastCleanPointId") { (record: IncidentUnitRecord, _) in record.row.lastCleanPointId }
    Property("lastCleanDateTime") { (record: IncidentUnitRecord, _) in record.row.lastCleanDateTime }
    Property("replaced") { (record: IncidentUnitRecord, _) in record.row.replaced }
    Property("removed") { (record: IncidentUnitRecord, _) in record.row.removed }
    Property("added") { (record: IncidentUnitRecord, _) in record.row.added }
    Property("signals") { (record: IncidentUnitRecord, _) in record.row.signals.values.map(SignalValue.init) }
    Property("samples") { (record: IncidentUnitRecord, context) in
        context.caller == .delegated ? record.row.samples.values.map(IncidentSampleValue.init) : []
    }
    Property("restoredDateTime") { (record: IncidentUnitRecord, _) in record.row.restoredDateTime }
}
