import Catalog
import Foundation

extension Sample {
    static let fullChange: ChangeStatistics = {
        var change = ChangeStatistics(id: "point-1", unitId: "unit-1", dateTime: moment)
        (change.files, change.added, change.changed, change.removed) = (1 << 40, 1, 2, 3)
        (change.replaced, change.rewritten, change.addedBytes, change.storedBytes) = (1, 4, 1 << 50, 7)
        change.flags = [.notable, .partial]
        var evidence = ChangeEvidence()
        (evidence.broken, evidence.hardened, evidence.strangers, evidence.pairedStrangers) = (1, 2, 3, 4)
        (evidence.disguised, evidence.familiarRemoved, evidence.losingFolders, evidence.folders) = (5, 6, 7, 8)
        (evidence.hitFolders, evidence.kinds, evidence.ending, evidence.endingFiles) = (9, 0b101, "locked", 10)
        (evidence.note, evidence.noteFolders) = ("READ \"ME\" 🦊.txt", 11)
        (evidence.sealedArchives, evidence.sealedFolders, evidence.sealedAway) = (12, 13, 14)
        (evidence.copies, evidence.thinnedFolders, evidence.thinnedAway) = (15, 16, 17)
        (evidence.emptiedFolders, evidence.goneFolders, evidence.filledFolders) = (18, 19, 20)
        evidence.samples = [ChangeSample(path: "a/b.locked", pathBefore: "a/b"), ChangeSample(path: "c")]
        change.evidence = evidence
        return change
    }()
    static let bareChange = ChangeStatistics(id: "point-2", unitId: "unit-2", dateTime: later(1))
    static let fullDay: ChangeDay = {
        var day = ChangeDay(unitId: "unit-1", day: 20_000)
        day.add(fullChange)
        return day
    }()
    static let bareDay = ChangeDay(unitId: "unit-2", day: 20_001)
    static let fullTotal: ChangeTotal = {
        var total = ChangeTotal(dateTime: moment, seconds: 600)
        (total.files, total.added, total.changed, total.removed, total.replaced) = (1, 2, 3, 4, 5)
        (total.addedBytes, total.storedBytes, total.greatestShare) = (6, 7, 1_000_000)
        (total.snapshots, total.snapshotsHit, total.flags) = (8, 9, .incident)
        return total
    }()
    static let bareTotal = ChangeTotal(dateTime: moment, seconds: 86_400)
    static let fullIncident: Incident = {
        var incident = Incident()
        (incident.id, incident.status, incident.severity, incident.score) = ("1", .dismissed, .critical, 99)
        (incident.beganAfter, incident.beganBefore) = (moment, later(1))
        (incident.detectedDateTime, incident.lastActivityDateTime, incident.unitCount) = (later(2), later(3), 4)
        incident.signals = IncidentSignals([
            IncidentSignal(.newEnding, value: 7, usual: 0, word: "locked"), IncidentSignal(.massRemoval, value: 50),
        ])
        (incident.closedDateTime, incident.dismissedReason, incident.dismissedBy) = (later(5), "It's a test", who)
        return incident
    }()
    static let bareIncident: Incident = {
        var incident = Incident()
        incident.id = "2"
        return incident
    }()
    static let fullIncidentUnit: IncidentUnit = {
        var unit = IncidentUnit(incidentId: "1", unitId: "unit-1")
        (unit.beganAfter, unit.beganBefore, unit.lastActivityDateTime) = (moment, later(1), later(2))
        (unit.lastCleanPointId, unit.lastCleanDateTime, unit.firstPointId) = ("point-1", moment, "point-2")
        (unit.replaced, unit.removed, unit.added) = (1, 2, 3)
        unit.signals = IncidentSignals([IncidentSignal(.note, value: 10, word: "NOTE.txt")])
        unit.samples = IncidentSamples([
            IncidentSample(path: "a.x", pathBefore: "a", pointAfter: "point-2", pointBefore: "point-1")
        ])
        unit.restoredDateTime = later(9)
        return unit
    }()
    static let bareIncidentUnit = IncidentUnit(incidentId: "2", unitId: "unit-2")
    static let fullUnitHold = UnitHold(unitId: "unit-1", incidentId: "1", until: later(7))
    static let otherUnitHold = UnitHold(unitId: "unit-2", incidentId: "2", until: moment)
    static let fullGap = PointGap(pointId: "point-1", unitId: "unit-1", start: moment, end: later(30))
    static let otherGap = PointGap(pointId: "point-2", unitId: "unit-2", start: later(1), end: later(2))
    static let fullPutOff = PutOffPoint(pointId: fullPoint.id, unitId: "unit-1", expiration: later(3))
    static let otherPutOff = PutOffPoint(pointId: barePoint.id, unitId: "unit-2", expiration: moment)
}
