import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import SampleData

/// What came of attacks of one kind.
struct AttackScore {
    var runs = 0
    var found = 0
    /// Points from the first with damage to the one at which it was found; 1 is that point itself.
    var delays: [Int] = []
    /// Units for which a moment was proposed, and for how many of them it was the best one.
    var units = 0
    var right = 0
    /// Files that a rollback to the moment proposed brings back damaged, and edits that it loses
    /// beside the best moment.
    var damagedFiles = 0
    var lostEdits = 0
    /// The greatest part of the files that was damaged when it was found, in hundredths.
    var worstShare = 0

    static func += (sum: inout AttackScore, other: AttackScore) {
        sum.runs += other.runs
        sum.found += other.found
        sum.delays += other.delays
        sum.units += other.units
        sum.right += other.right
        sum.damagedFiles += other.damagedFiles
        sum.lostEdits += other.lostEdits
        sum.worstShare = max(sum.worstShare, other.worstShare)
    }
}

/// What came of harmless days of one kind.
struct HarmlessScore {
    var days = 0
    var points = 0
    var alarms = 0
    var notable = 0
    var reasons: [String] = []

    static func += (sum: inout HarmlessScore, other: HarmlessScore) {
        sum.days += other.days
        sum.points += other.points
        sum.alarms += other.alarms
        sum.notable += other.notable
        sum.reasons += other.reasons
    }
}

extension Attack {
    /// One attack on drives that are at work.
    func run(seed: UInt64) async throws -> AttackScore {
        let trial = try await Trial()
        var random = SeededGenerator(seed: seed &* 7919 &+ UInt64(Attack.allCases.firstIndex(of: self) ?? 0))
        let profiles: [DriveProfile] = self == .documentsOnly ? [.office, .mixed] : DriveProfile.allCases
        for number in 0..<accounts {
            let files = Harmless.isLong ? 250 + random.number(below: 500) : 200 + random.number(below: 150)
            try await trial.protect(
                TrialDrive(random.choice(profiles), files: files, seed: seed &* 31 &+ UInt64(number)))
        }
        for _ in 0..<(1 + random.number(below: 4)) {
            try await trial.takePoints()
            for drive in trial.drives { try Harmless.work(drive) }
        }
        try await trial.takePoints()
        let before = trial.drives.map(\.files.count)
        var runs = trial.drives.enumerated().map { AttackRun(self, on: $1, seed: seed &+ UInt64($0) &* 101) }
        var score = AttackScore(runs: 1)
        var (delay, steps) = (0, 0)
        while runs.contains(where: { !$0.isOver }), steps < 150 {
            steps += 1
            for (number, drive) in trial.drives.enumerated() {
                try runs[number].step(drive)
                if random.number(below: 3) == 0 { try Harmless.work(drive) }
            }
            try await trial.takePoints()
            if trial.drives.contains(where: { $0.damage > 0 }) { delay += 1 }
            guard let incident = try await trial.incidents().first else { continue }
            score.found = 1
            score.delays = [delay]
            let shares = zip(trial.drives, before).map { $0.damage * 100 / max(1, $1) }
            score.worstShare = shares.max() ?? 0
            for proposal in try await trial.proposals(incident) {
                score.add(proposal.point, best: proposal.best, of: proposal.drive)
            }
            return score
        }
        return score
    }
}

extension AttackScore {
    fileprivate mutating func add(_ point: Trial.Truth?, best: Trial.Truth?, of drive: TrialDrive) {
        units += 1
        guard let point, let best else {
            if point == nil, best == nil { right += 1 }
            return
        }
        if point.number == best.number { right += 1 }
        damagedFiles += point.damage
        lostEdits += max(0, best.edits - point.edits)
    }
}

extension Harmless {
    /// A day of it, on a drive that is at work: eight backups from the second on.
    func run(seed: UInt64, days: Int = 1) async throws -> HarmlessScore {
        let trial = try await Trial()
        var random = SeededGenerator(seed: seed &* 104_729 &+ UInt64(Harmless.allCases.firstIndex(of: self) ?? 0))
        let usual = Harmless.isLong ? 250 + random.number(below: 400) : 150 + random.number(below: 100)
        let files = self == .newEmployee ? 5 : usual
        let drive = try TrialDrive(random.choice(DriveProfile.allCases), files: files, seed: seed &+ 500_000)
        try prepare(drive)
        try await trial.protect(drive)
        try await trial.takePoints()
        var score = HarmlessScore()
        for _ in 0..<days {
            let steps = 2 + random.number(below: Harmless.isLong ? 5 : 2)
            for number in 0..<steps {
                try step(number, of: steps, drive)
                try await trial.takePoints()
            }
            score.days += 1
            trial.fixture.clock.turn(seconds: Double(86_400 - steps * 600))
        }
        score.points = trial.points
        let incidents = try await trial.incidents()
        score.alarms = incidents.count
        score.reasons = incidents.map {
            "\(rawValue), seed \(seed): " + $0.signals.values.map(\.text).joined(separator: "; ")
        }
        let changes = try await trial.fixture.catalog.page(Query<ChangeStatistics>())
        score.notable = changes.contains { $0.flags.contains(.notable) } ? 1 : 0
        return score
    }
}
