public import Catalog
import Foundation
public import OData
public import ProtectionRules
import ProtectionService

extension Workload: EdmEnum {
    public static let edm = EnumType<Self>("workload", [.exchange, .sharePoint, .oneDriveForBusiness])
}

extension ProtectionState: EdmEnum {
    public static let edm = EnumType<Self>(
        "protectionState",
        [.protected, .late, .failing, .paused, .requested, .notProtected, .excluded, .leaving, .deleted])
}

/// What the last snapshot that changed something changed.
struct LastChange: EdmComplex {
    var dateTime = Date(timeIntervalSince1970: 0)
    var added = 0
    var changed = 0
    var removed = 0

    init() {}

    init?(_ row: UnitState) {
        guard let dateTime = row.lastChangeDateTime else { return nil }
        self.dateTime = dateTime
        (added, changed, removed) = (row.lastAdded ?? 0, row.lastChanged ?? 0, row.lastRemoved ?? 0)
    }

    static let edm = ComplexType<LastChange>("lastChange") {
        Property("dateTime", \.dateTime)
        Property("added", \.added)
        Property("changed", \.changed)
        Property("removed", \.removed)
    }
}

/// What is wrong with a unit, and what to do.
struct UnitStateError: EdmComplex {
    var code = ""
    var message = ""
    var action: String?

    init() {}

    init(_ error: PublicError) {
        code = error.code
        message = error.message
        action = UnitAdvice.action(on: error.code)
    }

    static let edm = ComplexType<UnitStateError>("unitStateError") {
        Property("code", \.code)
        Property("message", \.message)
        Property("action", \.action)
    }
}

/// A unit, or a source without one, with what depends on the time of asking.
struct UnitStateRecord: Sendable, Identifiable {
    var row = UnitState()
    /// The time from which on a newest point is in time.
    var oldestInTime = Date(timeIntervalSince1970: 0)
    /// How long after its newest point a unit is late.
    var lateAfter: TimeInterval = 0
    /// The number of the present day since 1970.
    var today = 0
    /// The incident that it belongs to, while that is neither dismissed nor restored.
    var incidentID: String?

    var id: String { row.id }

    var state: ProtectionState {
        ProtectionState(row.standing, newest: row.newestPointDateTime, oldestInTime: oldestInTime)
    }

    /// Since when it has that state. It is late since its newest point came of age.
    var since: Date {
        guard state == .late, let newest = row.newestPointDateTime else { return row.standingSinceDateTime }
        return newest.addingTimeInterval(lateAfter)
    }
}

extension RowPlaces {
    /// The places of unit states. An application can neither read nor filter by names of people.
    /// - Parameter late: the condition for units that are late; nil for the usual one.
    static func unitStates(for caller: CallerKind, oldestInTime: Date, late: RowPredicate? = nil) -> RowPlaces {
        var places: [String: RowPlace] = [
            "state": .choice(
                ProtectionState.allCases.map { state in
                    let usual = UnitStateOperations.condition(state, oldestInTime: oldestInTime)
                    return (.enumeration([state.rawValue]), state == .late ? late ?? usual : usual)
                })
        ]
        if caller == .application {
            let isOfPerson = RowPredicate.not(.equal("workload", Workload.sharePoint))
            places["displayName"] = .exception(.column("displayName"), where: isOfPerson, value: .null)
            places["email"] = .constant(.null)
        }
        return RowPlaces(places: places)
    }
}

let unitStateType = EntityType<UnitStateRecord>("unitState") {
    Property("unitId", [.filter]) { (state: UnitStateRecord, _) in state.row.unitId }
    Property("sourceId", [.filter]) { (state: UnitStateRecord, _) in state.row.sourceId }
    Property("workload", [.filter]) { (state: UnitStateRecord, _) in state.row.workload }
    // Names of people are shown to people only.
    Property("displayName", [.filter, .order]) { (state: UnitStateRecord, context) in
        context.caller == .delegated || state.row.siteWebUrl != nil ? state.row.displayName : nil
    }
    Property("email", [.filter, .order]) { (state: UnitStateRecord, context) in
        context.caller == .delegated ? state.row.email : nil
    }
    Property("siteWebUrl", [.filter]) { (state: UnitStateRecord, _) in state.row.siteWebUrl }
    Property("policyId", [.filter]) { (state: UnitStateRecord, _) in state.row.policyId }
    Property("state", [.filter]) { (state: UnitStateRecord, _) in state.state }
    Property("stateSince") { (state: UnitStateRecord, _) in state.since }
    Property("error", [.filter]) { (state: UnitStateRecord, _) in state.row.error.map(UnitStateError.init) }
    Property("newestPointDateTime", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.newestPointDateTime }
    Property("oldestPointDateTime", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.oldestPointDateTime }
    Property("nextBackupDateTime", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.nextBackupDateTime }
    Property("pointCount", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.pointCount }
    Property("snapshotCount", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.snapshotCount }
    Property("fileCount", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.fileCount }
    Property("sizeInBytes", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.sizeInBytes.map(Int64.init) }
    Property("storedInBytes", [.filter, .order]) { (state: UnitStateRecord, _) in
        state.row.storedInBytes.map(Int64.init)
    }
    Property("lastChange") { (state: UnitStateRecord, _) in LastChange(state.row) }
    Property("recentChange") { (state: UnitStateRecord, _) in
        state.row.recentChanges?.counts(upTo: state.today) ?? Array(repeating: 0, count: RecentChanges.days)
    }
    Property("verifiedDateTime", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.verifiedDateTime }
    Property("damagedPointCount", [.filter, .order]) { (state: UnitStateRecord, _) in state.row.damagedPointCount }
    // No drill has been run by this version.
    Property("provenDateTime") { (_: UnitStateRecord, _) in Date?.none }
    Property("incidentId") { (state: UnitStateRecord, _) in state.incidentID }
}
