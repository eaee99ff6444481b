package import Catalog
package import Foundation
package import ProtectionRules

/// Rows of incidents, within one transaction.
package struct IncidentRows {
    private let rows: CatalogWriter
    private let settings: IncidentSettings

    package init(_ rows: CatalogWriter, _ settings: IncidentSettings) {
        self.rows = rows
        self.settings = settings
    }

    /// Looks at a snapshot whose row was just written: begins an incident, adds the unit to one, or
    /// marks the row as notable. Nothing is read where nothing in the snapshot speaks of damage.
    package func follow(_ change: ChangeStatistics, now: Date) throws {
        guard settings.isEnabled, change.evidence != nil, !change.flags.contains(.first) else { return }
        let window = try window(of: change)
        guard !window.damaged.isEmpty || !window.signals.isEmpty else { return }
        let open = try openIncident(near: change.dateTime)
        let isMember = try open.flatMap { try rows.find(IncidentUnit.self, id: unitRowID($0, change.unitId)) }
        if window.isIncident || isMember != nil {
            guard window.isIncident || window.damaged.last?.id == change.id else { return }
            try note([(change, window)], in: open, now: now)
        } else if window.isPartOfMany, let others = try others(beside: change, open), !others.isEmpty {
            try note([(change, window)] + others, in: open, now: now)
        } else if !window.signals.isEmpty {
            try ChangeRows(rows).mark(change, .notable)
        }
    }

    /// The window that ends with a snapshot. What belongs to an incident that is over is past.
    private func window(of change: ChangeStatistics) throws -> UnitWindow {
        let start = change.dateTime.addingTimeInterval(-Double(settings.windowHours) * 3600)
        let closed = try lastClosed(of: change.unitId)
        let changes = try ChangeRows(rows).changes(
            of: change.unitId, after: closed.map { max($0, start) } ?? start, upTo: change.dateTime)
        let needsUsual = (change.evidence?.hits ?? 0) > 0 || change.removed >= settings.amountFiles
        let usual = needsUsual ? try ChangeRows(rows).usual(of: change.unitId, before: start) : (hits: 0, strangers: 0)
        return UnitWindow(changes, usualHits: usual.hits, usualStrangers: usual.strangers, settings)
    }

    /// When the last incident of a unit was dismissed, or the unit was rolled back.
    private func lastClosed(of unitID: String) throws -> Date? {
        var last: Date?
        for unit in try rows.page(Query<IncidentUnit>(where: .equal("unitId", unitID))) {
            let closed = try rows.find(Incident.self, id: unit.incidentId)?.closedDateTime
            for moment in [closed, unit.restoredDateTime].compactMap(\.self) { last = max(last ?? moment, moment) }
        }
        return last
    }

    /// The incident that more damage at a moment belongs to.
    private func openIncident(near moment: Date) throws -> Incident? {
        let day = moment.addingTimeInterval(-86_400)
        return try rows.first(
            Query<Incident>(
                where: .and([
                    .oneOf("status", IncidentStatus.unclosed),
                    .compare("lastActivityDateTime", .greater, day.sqlValue),
                ]), order: [.init("detectedDateTime", ascending: false)]))
    }

    /// The newest windows of other units that were damaged at about the same time, where they are so
    /// many that with this one they are an incident; nil where they are not.
    private func others(
        beside change: ChangeStatistics, _ open: Incident?
    ) throws -> [(ChangeStatistics, UnitWindow)]? {
        let start = change.dateTime.addingTimeInterval(-Double(settings.unitsMinutes) * 60)
        let near = try rows.page(
            Query<ChangeStatistics>(
                where: .and([
                    .compare("dateTime", .greater, start.sqlValue),
                    .compare("dateTime", .lessOrEqual, change.dateTime.sqlValue), .not(.isNull("evidence")),
                ]), order: [.init("dateTime", ascending: false)], limit: 10_000))
        var seen: Set<String> = [change.unitId]
        var found: [(ChangeStatistics, UnitWindow)] = []
        for other in near where seen.insert(other.unitId).inserted {
            let window = try window(of: other)
            if window.isPartOfMany { found.append((other, window)) }
        }
        return found.count + 1 >= settings.units ? found : nil
    }

    // MARK: Writing

    /// Enters units into an incident, a new one where there is none.
    private func note(_ found: [(ChangeStatistics, UnitWindow)], in open: Incident?, now: Date) throws {
        var incident = try open ?? begin(found[0].0, now: now)
        for (change, window) in found {
            let unit = try note(change, window, in: incident)
            incident.beganBefore = min(incident.beganBefore, unit.beganBefore)
            if let after = unit.beganAfter { incident.beganAfter = min(incident.beganAfter ?? after, after) }
            incident.lastActivityDateTime = max(incident.lastActivityDateTime, change.dateTime)
            incident.signals = incident.signals.merged(with: window.signals)
            try hold(change.unitId, incident)
            for row in window.damaged + [change] { try ChangeRows(rows).mark(row, .incident) }
        }
        incident.unitCount = try rows.count(Query<IncidentUnit>(where: .equal("incidentId", incident.id)))
        incident.score = max(incident.score, UnitWindow.score(incident.signals.values))
        incident.severity = IncidentSeverity(units: incident.unitCount, score: incident.score)
        incident.advance(.activity)
        try rows.update(incident)
    }

    private func begin(_ change: ChangeStatistics, now: Date) throws -> Incident {
        var incident = Incident()
        incident.id = try nextID()
        incident.begin()
        (incident.beganBefore, incident.detectedDateTime) = (change.dateTime, now)
        incident.lastActivityDateTime = change.dateTime
        try rows.insert(incident)
        try IncidentMail.add(about: incident.id, to: rows, now)
        return incident
    }

    private func nextID() throws -> String {
        let sql = #"SELECT COALESCE(MAX(CAST("id" AS BIGINT)), 0) + 1 FROM "incident""#
        guard let number = try rows.connection.query(sql, []).first.flatMap({ Int(sqlValue: $0[0]) }) else {
            throw CatalogError(.damaged, "The numbers of incidents cannot be read.")
        }
        return String(number)
    }

    private func unitRowID(_ incident: Incident, _ unitID: String) -> String {
        IncidentUnit(incidentId: incident.id, unitId: unitID).id
    }

    /// Writes what is known of a unit's damage now. Its begin never moves forward.
    private func note(
        _ change: ChangeStatistics, _ window: UnitWindow, in incident: Incident
    ) throws -> IncidentUnit {
        let known = try rows.find(IncidentUnit.self, id: unitRowID(incident, change.unitId))
        var unit = known ?? IncidentUnit(incidentId: incident.id, unitId: change.unitId)
        let first = window.damaged.first ?? change
        if known == nil || first.dateTime < unit.beganBefore {
            (unit.beganBefore, unit.firstPointId) = (first.dateTime, first.id)
            let clean = try lastClean(of: change.unitId, before: first.dateTime)
            (unit.lastCleanPointId, unit.lastCleanDateTime) = (clean?.id, clean?.protectionDateTime)
            unit.beganAfter = clean?.protectionDateTime
        }
        let isNews = known.map { change.dateTime > $0.lastActivityDateTime } ?? true
        let rowsToAdd = known == nil ? (window.damaged.isEmpty ? [change] : window.damaged) : isNews ? [change] : []
        for row in rowsToAdd { unit.add(row) }
        unit.lastActivityDateTime = max(unit.lastActivityDateTime, change.dateTime)
        unit.signals = unit.signals.merged(with: window.signals)
        unit.restoredDateTime = nil
        try rows.save(unit)
        return unit
    }

    /// The newest point before a moment that is whole.
    private func lastClean(of unitID: String, before moment: Date) throws -> RestorePoint? {
        try rows.first(
            Query<RestorePoint>(
                where: .and([
                    .equal("unitId", unitID), .equal("isDamaged", false),
                    .compare("protectionDateTime", .less, moment.sqlValue),
                ]), order: [.init("protectionDateTime", ascending: false)]))
    }

    private func hold(_ unitID: String, _ incident: Incident) throws {
        guard settings.holdDays > 0 else { return }
        let until = incident.detectedDateTime.addingTimeInterval(Double(settings.holdDays) * 86_400)
        try rows.save(UnitHold(unitId: unitID, incidentId: incident.id, until: until))
    }
}

extension IncidentUnit {
    /// Adds the counts and samples of a snapshot.
    mutating func add(_ change: ChangeStatistics) {
        replaced += change.replaced + change.changed
        removed += change.removed - change.replaced
        added += change.added - change.replaced
        let room = max(0, Self.maximumSamples - samples.values.count)
        for sample in (change.evidence?.samples ?? []).prefix(room) {
            samples.values.append(
                IncidentSample(
                    path: sample.path, pathBefore: sample.pathBefore, pointAfter: change.id,
                    pointBefore: lastCleanPointId))
        }
    }

    static let maximumSamples = 50
}

extension IncidentSignals {
    /// Of each kind the one with the greater figure.
    func merged(with others: [IncidentSignal]) -> IncidentSignals {
        var signals = values
        for other in others {
            if let place = signals.firstIndex(where: { $0.kind == other.kind }) {
                if other.value > signals[place].value { signals[place] = other }
            } else {
                signals.append(other)
            }
        }
        return IncidentSignals(signals.sorted { $0.kind.order < $1.kind.order })
    }
}

extension IncidentSeverity {
    init(units: Int, score: Int) {
        self = units >= 3 || score >= 90 ? .critical : score >= 70 ? .high : .medium
    }
}
