package import Catalog
import Foundation

/// The changes of a unit up to a snapshot, and what they are signals of. A pure function of rows.
package struct UnitWindow: Sendable {
    /// What fired, in the order of the kinds.
    package private(set) var signals: [IncidentSignal] = []
    /// Damaged files in the window.
    package private(set) var hits = 0
    /// The rows that the damage is in, oldest first: the last clean point is before the first.
    package private(set) var damaged: [ChangeStatistics] = []

    private let settings: IncidentSettings
    private let window: Sums
    private let hour: Sums
    /// Since the last long pause: what went before it was another decision, or another day's attack.
    private let run: Sums

    /// - Parameter changes: the unit's rows of the window, oldest first; the last is the one in question.
    /// - Parameter usualHits: the most damaged files on one day before the window.
    /// - Parameter usualStrangers: the most new files on one such day that nothing can read: an encrypted
    ///   vault in daily use brings some each day.
    package init(
        _ changes: [ChangeStatistics], usualHits: Int, usualStrangers: Int = 0, _ settings: IncidentSettings
    ) {
        self.settings = settings
        // All that a first snapshot has is new, and makes up for nothing that goes later.
        let changes = changes.filter { !$0.flags.contains(.first) }
        let now = changes.last?.dateTime ?? Date(timeIntervalSince1970: 0)
        window = Sums(changes)
        hour = Sums(changes.filter { now.timeIntervalSince($0.dateTime) < 3600 })
        let earlier = DamageChain(changes, countsRemovals: true).earlier ?? .distantPast
        run = Sums(changes.filter { $0.dateTime > earlier })
        hits =
            window.broken + window.hardened + max(0, window.disguised - window.paired) + window.sealedAway
            + window.copies
        addContentSignals(changes, usualHits: usualHits)
        addAmountSignals(usualStrangers: usualStrangers)
        signals.sort { $0.kind.order < $1.kind.order }
        damaged = DamageChain(changes, countsRemovals: hasRemovals).rows
    }

    /// Whether the signals are enough by themselves: two that are not both of amounts, or damaged
    /// content several times as often as the signal needs, or half of that in one backup.
    package var isIncident: Bool {
        let isBroken = signals.contains { $0.kind == .brokenContent }
        let needed = settings.files * settings.filesAlone
        if isBroken, window.broken >= needed || window.brokenAtOnce * 2 >= needed { return true }
        return signals.count >= 2 && signals.contains { !$0.kind.isAmount }
    }

    /// Whether the unit counts where several are damaged at once.
    package var isPartOfMany: Bool {
        hits * 3 >= settings.files || signals.contains { !$0.kind.isAmount || $0.kind == .massRemoval }
    }

    /// From 0 to 99.
    package var score: Int { Self.score(signals) }

    package static func score(_ signals: [IncidentSignal]) -> Int {
        switch signals.count {
        case 0: 0
        case 1: 45
        default: min(99, 45 + 25 + 15 * (signals.count - 2))
        }
    }

    private var hasRemovals: Bool {
        signals.contains { [.massRemoval, .wideRemoval, .sealedArchives].contains($0.kind) }
    }

    // MARK: Signals

    private mutating func addContentSignals(_ changes: [ChangeStatistics], usualHits: Int) {
        let needed = max(settings.files, 2 * usualHits)
        let usual = usualHits > 0 ? usualHits : nil
        if window.broken >= needed { add(.brokenContent, window.broken, usual: usual) }
        if window.hardened >= needed { add(.incompressible, window.hardened, usual: usual) }
        if window.disguised >= needed {
            add(.newEnding, window.disguised, usual: usual, word: Self.commonEnding(changes, of: window.disguised))
        }
        if window.copies >= needed { add(.copies, window.copies, usual: usual) }
        if hits >= needed, window.kinds.nonzeroBitCount >= settings.kinds || window.hitFolders >= settings.folders {
            add(.spread, max(window.hitFolders, window.kinds.nonzeroBitCount))
        }
        if let note = Self.commonNote(changes), note.folders >= settings.noteFolders {
            add(.note, note.folders, word: note.name)
        }
    }

    private mutating func addAmountSignals(usualStrangers: Int) {
        if hour.isShare(hour.rewritten, settings.rewriteShare, settings) {
            add(.massRewrite, hour.hundredths(hour.rewritten))
        }
        let gone = hour.netRemoved
        let isMost = hour.isMost(settings)
        let isMostInRun = run.isMost(settings)
        let isThinned = gone > 0 && hour.isThinned(settings)
        if isThinned || isMostInRun || hour.isShare(gone, settings.removalShare, settings) {
            add(.massRemoval, max(hour.hundredths(gone), isMostInRun ? run.hundredths(run.netRemoved) : 0))
            let isScattered =
                hour.losingFolders >= 10 && hour.losingFolders * 100 >= hour.folders * settings.losingFolders
            if isMost || isMostInRun || isScattered || isThinned { add(.wideRemoval, hour.losingFolders) }
        }
        let sealed = window.sealedArchives + (window.strangers > 2 * usualStrangers ? window.strangers : 0)
        // Archives in place of files leave some that were not worth it.
        let isPacked = sealed > 0 && run.isMost(settings, part: IncidentSettings.sealedPart)
        if isPacked || window.sealedFolders >= settings.folders {
            add(.sealedArchives, max(sealed, window.sealedFolders))
        }
    }

    private mutating func add(
        _ kind: IncidentSignalKind, _ value: Int, usual: Int? = nil, word: String? = nil
    ) {
        signals.append(IncidentSignal(kind, value: value, usual: usual, word: word))
    }

    /// The ending that at least four fifths of the disguised files have.
    private static func commonEnding(_ changes: [ChangeStatistics], of disguised: Int) -> String? {
        var counts: [String: Int] = [:]
        for evidence in changes.compactMap(\.evidence) {
            if let ending = evidence.ending { counts[ending, default: 0] += evidence.endingFiles }
        }
        let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        return most.flatMap { $0.value * 5 >= disguised * 4 ? $0.key : nil }
    }

    private static func commonNote(_ changes: [ChangeStatistics]) -> (name: String, folders: Int)? {
        var counts: [String: Int] = [:]
        for evidence in changes.compactMap(\.evidence) {
            if let note = evidence.note { counts[note, default: 0] += evidence.noteFolders }
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }

    /// What some rows amount to.
    private struct Sums: Sendable {
        var filesBefore = 0
        var added = 0
        var removed = 0
        var rewritten = 0
        var broken = 0
        /// The most in one backup.
        var brokenAtOnce = 0
        var hardened = 0
        var strangers = 0
        var paired = 0
        var disguised = 0
        var kinds = 0
        var hitFolders = 0
        var folders = 0
        var losingFolders = 0
        var thinnedAway = 0
        /// The most of one snapshot.
        var thinnedFolders = 0
        /// Those that are gone too.
        var emptiedFolders = 0
        /// Those with files in the newest snapshot.
        var filledFolders = 0
        var sealedArchives = 0
        var sealedFolders = 0
        var sealedAway = 0
        var copies = 0

        init(_ changes: [ChangeStatistics]) {
            filesBefore = changes.map(\.filesBefore).max() ?? 0
            for change in changes {
                added += change.added
                removed += change.removed
                rewritten += change.rewritten
                guard let evidence = change.evidence else { continue }
                broken += evidence.broken + evidence.pairedStrangers
                brokenAtOnce = max(brokenAtOnce, evidence.broken + evidence.pairedStrangers)
                hardened += evidence.hardened
                strangers += evidence.strangers
                paired += evidence.pairedStrangers
                disguised += evidence.disguised
                kinds |= evidence.kinds
                hitFolders += evidence.hitFolders
                folders = max(folders, evidence.folders + (evidence.goneFolders ?? 0))
                filledFolders = evidence.filledFolders ?? evidence.folders
                emptiedFolders += (evidence.emptiedFolders ?? 0) + (evidence.goneFolders ?? 0)
                losingFolders += evidence.losingFolders
                thinnedAway += evidence.thinnedAway ?? 0
                thinnedFolders = max(thinnedFolders, evidence.thinnedFolders ?? 0)
                sealedArchives += evidence.sealedArchives
                sealedFolders += evidence.sealedFolders
                sealedAway += evidence.sealedAway
                copies += evidence.copies ?? 0
            }
            addStrangersElsewhere()
        }

        /// Files that nothing can read came in other folders, or in another snapshot, than those
        /// that went. Only where both are many: new files of an unknown form alone say nothing.
        private mutating func addStrangersElsewhere() {
            let elsewhere = min(strangers, removed) - paired
            guard elsewhere >= 50, elsewhere * 5 >= filesBefore else { return }
            broken += elsewhere
            rewritten = max(rewritten, elsewhere + paired)
        }

        /// Files that went and gave way to none. Where a quarter as many came, they did not just
        /// go: many pages became one document, or a folder was moved and sorted.
        var netRemoved: Int { added * 4 >= removed ? 0 : removed - added }

        /// So many files are gone, from so many folders, that it is most of all and not of a big folder.
        /// - Parameter part: the hundredths of both shares that are enough.
        func isMost(_ settings: IncidentSettings, part: Int = 100) -> Bool {
            let gone = netRemoved
            let folders = (emptiedFolders + filledFolders) * settings.emptiedFolders * part / 100
            return isShare(gone, settings.wideRemovalShare * part / 100, settings)
                && (emptiedFolders * 100 >= folders || isShare(gone, settings.nearlyAllShare, settings))
        }

        /// Files went here and there, from folders that keep others: who cleans up empties folders, and
        /// whoever moves files leaves as many elsewhere.
        func isThinned(_ settings: IncidentSettings) -> Bool {
            isShare(thinnedAway, settings.thinnedShare, settings)
                && thinnedFolders >= settings.folders
                && thinnedFolders * 100 >= folders * settings.thinnedFolders
        }

        func hundredths(_ part: Int) -> Int {
            ChangeStatistics.millionths(part, of: filesBefore) / 10_000
        }

        func isShare(_ part: Int, _ share: Int, _ settings: IncidentSettings) -> Bool {
            part >= settings.amountFiles && part * 100 >= filesBefore * share
        }
    }
}
