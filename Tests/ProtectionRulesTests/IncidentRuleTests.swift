import Catalog
import Foundation
import Testing

@testable import ProtectionRules

private let start = Date(timeIntervalSince1970: 1_800_000_000)

/// A row so many minutes after the start, of a unit with a thousand files.
private func row(
    _ minutes: Double, added: Int = 0, changed: Int = 0, removed: Int = 0, rewritten: Int = 0,
    _ evidence: (inout ChangeEvidence) -> Void = { _ in }
) -> ChangeStatistics {
    var change = ChangeStatistics(
        id: "point at \(minutes)", unitId: "u", dateTime: start.addingTimeInterval(minutes * 60))
    (change.files, change.added, change.changed) = (1000 + added - removed, added, changed)
    (change.removed, change.replaced, change.rewritten) = (removed, min(added, removed), rewritten)
    var found = ChangeEvidence()
    found.folders = 50
    evidence(&found)
    change.evidence = found
    return change
}

/// Signals, one at a time: at the threshold, and one below it (timeline.md, section 6, as changed by
/// the decision on detecting damage).
@Suite struct IncidentSignalTests {
    private func signals(_ rows: [ChangeStatistics], usual: Int = 0) -> [IncidentSignalKind] {
        UnitWindow(rows, usualHits: usual, IncidentSettings()).signals.map(\.kind)
    }

    @Test(arguments: [(11, false), (12, true)])
    func `twelve broken files in a day are a signal`(count: Int, fires: Bool) {
        let rows = [row(-600) { $0.broken = count - 5 }, row(0) { $0.broken = 5 }]
        #expect(signals(rows).contains(.brokenContent) == fires)
    }

    @Test(arguments: [(11, false), (12, true)])
    func `twelve files that do not compress any more are a signal`(count: Int, fires: Bool) {
        #expect(signals([row(0) { $0.hardened = count }]).contains(.incompressible) == fires)
    }

    @Test(arguments: [(11, false), (12, true)])
    func `twelve disguised files are a signal`(count: Int, fires: Bool) {
        #expect(signals([row(0) { $0.disguised = count }]).contains(.newEnding) == fires)
    }

    @Test func `an ending is named where four fifths of the files have it`() {
        let one = UnitWindow(
            [row(0) { ($0.disguised, $0.ending, $0.endingFiles) = (20, "locked", 16) }], usualHits: 0,
            IncidentSettings())
        #expect(one.signals.first?.word == "locked")
        let many = UnitWindow(
            [row(0) { ($0.disguised, $0.ending, $0.endingFiles) = (20, "locked", 15) }], usualHits: 0,
            IncidentSettings())
        #expect(many.signals.first?.word == nil)
    }

    @Test(arguments: [(19, false), (20, true)])
    func `what a unit has every day is no signal until it doubles`(count: Int, fires: Bool) {
        #expect(signals([row(0) { $0.broken = count }], usual: 10).contains(.brokenContent) == fires)
    }

    @Test(arguments: [(199, false), (200, true)])
    func `a fifth of the files with new content in an hour is a signal`(count: Int, fires: Bool) {
        let rows = [row(0, changed: 150, rewritten: 150), row(50, changed: count - 150, rewritten: count - 150)]
        #expect(signals(rows).contains(.massRewrite) == fires)
    }

    @Test func `new content over more than an hour is none`() {
        let rows = [row(0, changed: 150, rewritten: 150), row(60, changed: 150, rewritten: 150)]
        #expect(!signals(rows).contains(.massRewrite))
    }

    @Test(arguments: [(199, false), (200, true)])
    func `a fifth of the files gone in an hour is a signal`(count: Int, fires: Bool) {
        #expect(signals([row(0, removed: count)]).contains(.massRemoval) == fires)
    }

    @Test func `files that gave way to a quarter as many did not just go`() {
        #expect(!signals([row(0, added: 50, removed: 200)]).contains(.massRemoval))
        #expect(signals([row(0, added: 49, removed: 249)]).contains(.massRemoval))
    }

    @Test func `the files of the first snapshot make up for none that went`() {
        let first = row(-20, added: 1000).with { $0.flags = .first }
        #expect(
            signals([first, row(0, removed: 500) { ($0.goneFolders, $0.filledFolders) = (20, 20) }])
                == [.massRemoval, .wideRemoval])
    }

    @Test func `most files gone are two signals, and so is a fifth from everywhere`() {
        #expect(signals([row(0, removed: 800)]) == [.massRemoval, .wideRemoval])
        #expect(signals([row(0, removed: 799)]) == [.massRemoval], "a big folder may hold most files")
        #expect(signals([row(0, removed: 250) { $0.losingFolders = 20 }]) == [.massRemoval, .wideRemoval])
        #expect(signals([row(0, removed: 250) { $0.losingFolders = 19 }]) == [.massRemoval])
    }

    /// Source: docs/detection.md, "with as many folders emptied or gone as still hold files".
    @Test(
        arguments: [
            (500, 5, 10, 15, true), (500, 4, 10, 15, false), (500, 5, 10, 16, false), (499, 40, 0, 0, false),
            (500, 50, 0, 0, true), (799, 0, 15, 16, false), (800, 0, 15, 16, true),
        ])
    func `half of the files is most of them where half of the folders went with them`(
        removed: Int, emptied: Int, gone: Int, filled: Int, fires: Bool
    ) {
        let change = row(0, removed: removed) {
            ($0.emptiedFolders, $0.goneFolders, $0.filledFolders) = (emptied, gone, filled)
        }
        #expect(signals([change]).contains(.wideRemoval) == fires)
    }

    @Test func `folders without files do not count, unless nobody counted those with files`() {
        let counted = row(0, removed: 500) { ($0.folders, $0.emptiedFolders, $0.filledFolders) = (400, 15, 15) }
        #expect(signals([counted]).contains(.wideRemoval))
        let uncounted = row(0, removed: 500) { ($0.folders, $0.emptiedFolders) = (16, 15) }
        #expect(!signals([uncounted]).contains(.wideRemoval))
    }

    /// Source: docs/detection.md, "from 40 % of the folders and at least 10".
    @Test(
        arguments: [
            // Of 101 folders 40 are less than 40 %.
            (10, 25, [.massRemoval, .wideRemoval]), (9, 20, [.massRemoval]), (40, 101, [.massRemoval]),
            (41, 101, [.massRemoval, .wideRemoval]),
        ] as [(Int, Int, [IncidentSignalKind])])
    func `a removal is wide from two fifths of the folders on, and from ten`(
        losing: Int, folders: Int, expected: [IncidentSignalKind]
    ) {
        #expect(signals([row(0, removed: 250) { ($0.losingFolders, $0.folders) = (losing, folders) }]) == expected)
    }

    @Test func `every kind of signal has a place of its own`() {
        #expect(Set(IncidentSignalKind.allCases.map(\.order)).count == IncidentSignalKind.allCases.count)
    }

    @Test func `most files gone over a day are two signals`() {
        // The newest says how many are left.
        func rows(filled: Int) -> [ChangeStatistics] {
            (0..<10).map { number in
                row(Double(number) * 120, removed: 55) {
                    ($0.emptiedFolders, $0.filledFolders) = (2, filled + 2 * (9 - number))
                }
            }
        }
        #expect(signals(rows(filled: 20)) == [.massRemoval, .wideRemoval])
        #expect(signals(rows(filled: 21)).isEmpty)
    }

    /// Source: docs/detection.md, "across pauses of up to 16 hours".
    @Test(arguments: [(0, true), (1, false)])
    func `what went before a long pause is not added`(minutes: Double, fires: Bool) {
        let rows = [
            row(0, removed: 300) { ($0.emptiedFolders, $0.filledFolders) = (15, 35) },
            row(16 * 60 + minutes, removed: 250) { ($0.emptiedFolders, $0.filledFolders) = (15, 20) },
        ]
        #expect(signals(rows).contains(.wideRemoval) == fires)
    }

    /// A program that keeps thousands of small files, and makes one of them later.
    @Test func `what came within the hour makes up for what went later`() {
        func rows(added: Int) -> [ChangeStatistics] {
            [row(0, added: added), row(10, removed: 600) { ($0.goneFolders, $0.filledFolders) = (60, 40) }]
        }
        #expect(!signals(rows(added: 150)).contains(.wideRemoval))
        #expect(signals(rows(added: 50)).contains(.wideRemoval))
    }

    @Test(
        arguments: [
            // An eighth of the files, from enough folders that keep others.
            (120, 15, [.massRemoval, .wideRemoval]), (119, 15, []), (120, 14, []),
        ] as [(Int, Int, [IncidentSignalKind])])
    func `files that went here and there are two signals`(
        away: Int, folders: Int, expected: [IncidentSignalKind]
    ) {
        #expect(signals([row(0, removed: 150) { ($0.thinnedAway, $0.thinnedFolders) = (away, folders) }]) == expected)
    }

    @Test func `files that came elsewhere did not go here and there`() {
        #expect(signals([row(0, added: 38, removed: 150) { ($0.thinnedAway, $0.thinnedFolders) = (150, 50) }]).isEmpty)
    }

    @Test func `what goes here and there adds up over an hour, its folders do not`() {
        let rows = [0.0, 10].map { row($0, removed: 60) { ($0.thinnedAway, $0.thinnedFolders) = (60, 15) } }
        #expect(signals(rows) == [.massRemoval, .wideRemoval])
        let narrow = [0.0, 10].map { row($0, removed: 60) { ($0.thinnedAway, $0.thinnedFolders) = (60, 8) } }
        #expect(signals(narrow).isEmpty)
    }

    @Test(arguments: [(11, []), (12, [.copies, .spread])] as [(Int, [IncidentSignalKind])])
    func `twelve copies beside sound files are a signal`(count: Int, expected: [IncidentSignalKind]) {
        #expect(
            signals([row(0, added: count) { ($0.strangers, $0.copies, $0.hitFolders) = (count, count, 4) }]) == expected
        )
    }

    @Test(arguments: [(9, false), (10, true)])
    func `the same note in ten folders is a signal, also bit by bit`(folders: Int, fires: Bool) {
        let rows = [
            row(0) { ($0.note, $0.noteFolders) = ("READ ME", 4) },
            row(10) { ($0.note, $0.noteFolders) = ("READ ME", folders - 4) },
            row(20) { ($0.note, $0.noteFolders) = ("other", 5) },
        ]
        #expect(signals(rows).contains(.note) == fires)
    }

    @Test func `a sealed archive is a signal where it takes the place of most files, or of four folders'`() {
        // Two fifths of the files, and two of the folders that held some.
        for (removed, filled, fires) in [(401, 30, true), (400, 30, false), (401, 31, false), (801, 31, true)] {
            let change = row(0, added: 1, removed: removed) {
                ($0.sealedArchives, $0.emptiedFolders, $0.filledFolders) = (1, 20, filled)
            }
            #expect(signals([change]).contains(.sealedArchives) == fires, "\(removed) files, \(filled) folders left")
        }
        #expect(!signals([row(0) { ($0.sealedArchives, $0.sealedFolders) = (9, 3) }]).contains(.sealedArchives))
        #expect(signals([row(0) { ($0.sealedArchives, $0.sealedFolders) = (4, 4) }]).contains(.sealedArchives))
    }

    @Test(arguments: [(0, true), (2, true), (3, false)])
    func `new files that nothing can read are no archives where half as many come on other days`(
        usual: Int, fires: Bool
    ) {
        let rows = [
            row(0, added: 6, removed: 406) { ($0.strangers, $0.emptiedFolders, $0.filledFolders) = (6, 20, 30) }
        ]
        let window = UnitWindow(rows, usualHits: 0, usualStrangers: usual, IncidentSettings())
        #expect(window.signals.map(\.kind).contains(.sealedArchives) == fires)
    }

    @Test func `damage is spread over three kinds, or over four folders`() {
        #expect(signals([row(0) { ($0.broken, $0.kinds, $0.hitFolders) = (12, 0b11, 3) }]) == [.brokenContent])
        #expect(
            signals([row(0) { ($0.broken, $0.kinds, $0.hitFolders) = (12, 0b111, 1) }]) == [.brokenContent, .spread])
        #expect(signals([row(0) { ($0.broken, $0.kinds, $0.hitFolders) = (12, 0b1, 4) }]) == [.brokenContent, .spread])
    }

    @Test func `unreadable files elsewhere count where as many went`() {
        let rows = [row(0, added: 300) { $0.strangers = 300 }, row(10, removed: 300)]
        #expect(signals(rows).contains(.brokenContent))
        #expect(!signals([row(0, added: 300) { $0.strangers = 300 }, row(10, removed: 40)]).contains(.brokenContent))
    }
}

@Suite struct IncidentDecisionTests {
    private func window(_ rows: [ChangeStatistics]) -> UnitWindow {
        UnitWindow(rows, usualHits: 0, IncidentSettings())
    }

    @Test func `nothing is nothing`() {
        let window = window([row(0)])
        #expect(!window.isIncident)
        #expect(window.damaged.isEmpty)
        #expect(window.score == 0)
        #expect(!UnitWindow([], usualHits: 0, IncidentSettings()).isIncident)
    }

    @Test func `one signal is notable, two are an incident`() {
        #expect(!window([row(0, changed: 300, rewritten: 300)]).isIncident)
        #expect(!window([row(0) { $0.broken = 12 }]).isIncident)
        #expect(window([row(0, changed: 300, rewritten: 300) { $0.broken = 12 }]).isIncident)
    }

    @Test func `two amounts are none`() {
        let window = window([row(0, removed: 250), row(10, changed: 300, rewritten: 300)])
        #expect(Set(window.signals.map(\.kind)) == [.massRewrite, .massRemoval])
        #expect(!window.isIncident)
    }

    @Test func `three times as many broken files are enough alone, or half of these in one backup`() {
        #expect(!window([row(0) { $0.broken = 17 }, row(10) { $0.broken = 17 }]).isIncident)
        #expect(window([0, 10, 20].map { row($0) { $0.broken = 12 } }).isIncident)
        #expect(window([row(0) { ($0.broken, $0.pairedStrangers) = (10, 8) }]).isIncident)
        #expect(!UnitWindow([row(0) { $0.broken = 18 }], usualHits: 10, IncidentSettings()).isIncident)
    }

    @Test(arguments: [(3, false), (4, true)])
    func `a third of the files is enough for one of many units`(count: Int, isPart: Bool) {
        #expect(window([row(0) { $0.broken = count }]).isPartOfMany == isPart)
    }

    @Test(arguments: [(0, 0), (1, 45), (2, 70), (3, 85), (4, 99), (9, 99)])
    func `the score grows with each signal up to 99`(count: Int, score: Int) {
        let signals = IncidentSignalKind.allCases.prefix(count).map { IncidentSignal($0, value: 1) }
        #expect(UnitWindow.score(Array(signals)) == score)
    }
}

@Suite struct DamageChainTests {
    private func begins(_ rows: [ChangeStatistics], countsRemovals: Bool = false) -> String? {
        DamageChain(rows, countsRemovals: countsRemovals).rows.first?.id
    }

    @Test func `it begins with the first damage, however little`() {
        let rows = [row(0), row(10) { $0.broken = 1 }, row(20), row(30) { $0.broken = 100 }]
        #expect(begins(rows) == "point at 10.0")
    }

    @Test func `copies, notes and archives that came before the damage belong to it`() {
        for change in [
            row(0) { $0.strangers = 40 }, row(0) { ($0.note, $0.noteFolders) = ("a", 3) },
            row(0) { $0.sealedArchives = 3 },
        ] {
            #expect(begins([change, row(10) { $0.broken = 30 }]) == "point at 0.0")
        }
    }

    @Test func `a file or two that were alone for an hour do not`() {
        #expect(begins([row(0) { $0.broken = 2 }, row(90) { $0.broken = 30 }]) == "point at 90.0")
        #expect(begins([row(0) { $0.broken = 3 }, row(90) { $0.broken = 30 }]) == "point at 0.0")
        let together = [row(0) { $0.broken = 1 }, row(10) { $0.broken = 1 }, row(90) { $0.broken = 30 }]
        #expect(begins(together) == "point at 0.0")
    }

    @Test func `a night does not end it, a day does`() {
        #expect(begins([row(0) { $0.broken = 5 }, row(15 * 60) { $0.broken = 5 }]) == "point at 0.0")
        #expect(begins([row(0) { $0.broken = 5 }, row(17 * 60) { $0.broken = 5 }]) == "point at 1020.0")
        // Pauses of up to 16 hours (docs/detection.md).
        #expect(begins([row(0) { $0.broken = 5 }, row(16 * 60) { $0.broken = 5 }]) == "point at 0.0")
        #expect(begins([row(0) { $0.broken = 5 }, row(16 * 60 + 1) { $0.broken = 5 }]) == "point at 961.0")
    }

    @Test func `files that went count only where going is the damage`() {
        let rows = [row(0, removed: 30), row(10, removed: 600)]
        #expect(begins(rows) == nil)
        #expect(begins(rows, countsRemovals: true) == "point at 0.0")
        #expect(begins([row(0, removed: 19), row(10, removed: 600)], countsRemovals: true) == "point at 10.0")
        // No file or two: they went hours before the others, and alone.
        #expect(begins([row(0, removed: 30), row(120, removed: 600)], countsRemovals: true) == "point at 0.0")
    }
}

@Suite struct IncidentFlowTests {
    @Test(
        arguments: [
            (.open, [.open, .contained, .restored, .dismissed]), (.contained, [.open, nil, .restored, .dismissed]),
            (.dismissed, [nil, nil, nil, nil]), (.restored, [nil, nil, nil, nil]),
        ] as [(IncidentStatus, [IncidentStatus?])])
    func `each status answers each event`(status: IncidentStatus, expected: [IncidentStatus?]) {
        let events: [IncidentEvent] = [.activity, .quiet, .unitsRestored, .dismiss]
        #expect(events == IncidentEvent.allCases)
        #expect(events.map { status.after($0) } == expected)
    }

    @Test func `the open and the contained are not over`() {
        #expect(IncidentStatus.allCases.filter { !$0.isClosed } == IncidentStatus.unclosed)
    }
}

@Suite struct IncidentTextTests {
    @Test func `a name from outside is one line that steers nothing`() {
        let signal = IncidentSignal(.newEnding, value: 3, word: "x\n\u{1b}[31m\u{202e}y")
        #expect(signal.text == "3 files gave way to files that end in '.x\u{fffd}\u{fffd}[31m\u{fffd}y'")
        let long = IncidentSignal(.note, value: 10, word: String(repeating: "n", count: 1000))
        #expect(long.text.count < 200)
    }

    @Test func `an incident is told in one sentence`() {
        var incident = Incident()
        (incident.unitCount, incident.beganBefore) = (3, Date(timeIntervalSince1970: 1_800_000_600))
        incident.beganAfter = Date(timeIntervalSince1970: 1_800_000_000)
        incident.signals = IncidentSignals([IncidentSignal(.brokenContent, value: 12, usual: 1)])
        #expect(
            incident.sentence
                == "Files of 3 accounts began to be damaged between 2027-01-15T08:00:00Z and 2027-01-15T08:10:00Z: "
                + "12 files do not fit their names any more (usually at most 1 a day).")
        (incident.unitCount, incident.beganAfter, incident.signals) = (1, nil, IncidentSignals())
        #expect(incident.sentence == "Files of 1 account began to be damaged before 2027-01-15T08:10:00Z.")
    }
}
