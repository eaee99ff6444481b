package import Catalog
package import Foundation
package import ProtectionRules

/// Ends of incidents and of holds, within one transaction. None of them depends on the operator's
/// settings, which `IncidentRows` needs.
package struct IncidentEndings {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Ends an incident: its units' points expire again as their policies say.
    package func close(_ incident: inout Incident, _ event: IncidentEvent, now: Date) throws -> Bool {
        guard incident.advance(event) else { return false }
        incident.closedDateTime = now
        try rows.update(incident)
        for hold in try rows.page(Query<UnitHold>(where: .equal("incidentId", incident.id))) { try end(hold) }
        return true
    }

    /// Ends a hold: points get their own expiration back, and may go at once.
    package func end(_ hold: UnitHold) throws {
        try rows.delete(UnitHold.self, id: hold.id)
        for putOff in try rows.page(Query<PutOffPoint>(where: .equal("unitId", hold.id))) {
            try rows.update(
                RestorePoint.self, where: .equal("id", putOff.id),
                set: ["expirationDateTime": putOff.pointExpirationDateTime.sqlValue])
            try rows.delete(PutOffPoint.self, id: putOff.id)
        }
    }

    /// Ends an incident of a unit alone that says no more than that files are gone, because the hold
    /// of its last full point ended: they are back, or were meant to go.
    package func settleRemovals(of unitID: String, now: Date) throws {
        for unit in try rows.page(Query<IncidentUnit>(where: .equal("unitId", unitID))) {
            guard var incident = try rows.find(Incident.self, id: unit.incidentId), incident.unitCount == 1,
                incident.signals.values.allSatisfy({ [.massRemoval, .wideRemoval].contains($0.kind) })
            else { continue }
            _ = try close(&incident, .unitsRestored, now: now)
        }
    }

    /// Notes that a unit was rolled back in place to a point. Where that is its last clean one or
    /// an earlier one, it is done; with the last of its units the incident is restored.
    package func noteRollback(of unitID: String, to pointTime: Date, now: Date) throws {
        for unit in try rows.page(Query<IncidentUnit>(where: .equal("unitId", unitID)))
        where unit.restoredDateTime == nil {
            guard var incident = try rows.find(Incident.self, id: unit.incidentId), !incident.status.isClosed,
                pointTime < unit.beganBefore
            else { continue }
            try rows.update(unit.with { $0.restoredDateTime = now })
            let left = Query<IncidentUnit>(
                where: .and([.equal("incidentId", incident.id), .isNull("restoredDateTime")]))
            if try rows.count(left) == 0 { _ = try close(&incident, .unitsRestored, now: now) }
        }
    }
}
