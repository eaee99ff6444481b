import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import SampleData

/// What came of attacks of one kind.
struct AttackScore {
    var runs = 0
    var found = 0
    /// Points from the first with damage to the one at which it was found; 1 is that point itself,
    /// and 0 one with copies beside files that are still sound.
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
    /// The seed of each that was not found at the next point, with the part of the files that was
    /// damaged at that next point.
    var late: [String] = []

    static func += (sum: inout AttackScore, other: AttackScore) {
        sum.runs += other.runs
        sum.found += other.found
        sum.delays += other.delays
        sum.units += other.units
        sum.right += other.right
        sum.damagedFiles += other.damagedFiles
        sum.lostEdits += other.lostEdits
        sum.worstShare = max(sum.worstShare, other.worstShare)
        sum.late += other.late
    }

    var atNextPoint: Int { delays.count { $0 <= 1 } }
}

/// What came of harmless days of one kind.
struct HarmlessScore {
    var days = 0
    var points = 0
    var alarms = 0
    var notable = 0
    /// The most files that one backup counted as damaged.
    var mostHits = 0
    var reasons: [String] = []

    static func += (sum: inout HarmlessScore, other: HarmlessScore) {
        sum.days += other.days
        sum.points += other.points
        sum.alarms += other.alarms
        sum.notable += other.notable
        sum.mostHits = max(sum.mostHits, other.mostHits)
        sum.reasons += other.reasons
    }
}

/// How big the drives are, and how much happens in them.
enum TrialSize {
    /// For every run of the tests.
    case short
    /// For the tables of `make detect`.
    case full
}

extension HarmlessScore {
    /// Takes over what the rows of a day say.
    mutating func note(_ rows: [ChangeStatistics]) {
        notable = rows.contains { $0.flags.contains(.notable) } ? 1 : 0
        mostHits = rows.compactMap(\.evidence?.hits).max() ?? 0
    }
}

extension Attack {
    /// Drives at work, each with a few points, and the attack on each before its first step.
    private func begin(
        seed: UInt64, _ way: Trial.Way, _ size: TrialSize, _ random: inout SeededGenerator
    ) async throws -> (trial: Trial, runs: [AttackRun]) {
        let trial = try await Trial(way)
        let profiles: [DriveProfile] = self == .documentsOnly ? [.office, .mixed] : DriveProfile.allCases
        for number in 0..<accounts {
            let files = size == .full ? 250 + random.number(below: 500) : 200 + random.number(below: 150)
            try await trial.protect(
                trial.drive(random.choice(profiles), files: files, seed: seed &* 31 &+ UInt64(number)))
        }
        for _ in 0..<(1 + random.number(below: 4)) {
            try await trial.takePoints()
            for drive in trial.drives { try Harmless.work(drive) }
        }
        try await trial.takePoints()
        return (trial, trial.drives.enumerated().map { AttackRun(self, on: $1, seed: seed &+ UInt64($0) &* 101) })
    }

    private func generator(_ seed: UInt64) -> SeededGenerator {
        SeededGenerator(seed: seed &* 7919 &+ UInt64(Attack.allCases.firstIndex(of: self) ?? 0))
    }

    /// One attack on drives that are at work, until it is found.
    func run(seed: UInt64, _ way: Trial.Way = .figures, _ size: TrialSize = .full) async throws -> AttackScore {
        try await play(seed: seed, way, size).score
    }

    /// The same, with the trial as it is then.
    func play(
        seed: UInt64, _ way: Trial.Way, _ size: TrialSize
    ) async throws -> (score: AttackScore, trial: Trial) {
        var random = generator(seed)
        var (trial, runs) = try await begin(seed: seed, way, size, &random)
        let before = trial.drives.map(\.files.count)
        var score = AttackScore(runs: 1)
        var (delay, steps, firstShare) = (0, 0, 0)
        while runs.contains(where: { !$0.isOver }), steps < 150 {
            steps += 1
            for (number, drive) in trial.drives.enumerated() {
                try runs[number].step(drive)
                if random.number(below: 3) == 0 { try Harmless.work(drive) }
            }
            try await trial.takePoints()
            let shares = zip(trial.drives, before).map { $0.damage * 100 / max(1, $1) }
            if trial.drives.contains(where: { $0.damage > 0 }) { delay += 1 }
            if delay == 1 { firstShare = shares.max() ?? 0 }
            guard let incident = try await trial.incidents().first else { continue }
            score.found = 1
            score.delays = [delay]
            score.worstShare = shares.max() ?? 0
            if delay > 1 { score.late = ["\(rawValue), seed \(seed): \(firstShare) %, found \(delay)."] }
            for proposal in try await trial.proposals(incident) {
                score.add(proposal.point, best: proposal.best, of: proposal.drive)
            }
            return (score, trial)
        }
        score.late = ["\(rawValue), seed \(seed): not found"]
        return (score, trial)
    }

    /// The rows of an attack up to the first point with damage.
    func firstRows(seed: UInt64) async throws -> [ChangeStatistics] {
        var random = generator(seed)
        var (trial, runs) = try await begin(seed: seed, .figures, .full, &random)
        while runs.contains(where: { !$0.isOver }), trial.drives.allSatisfy({ $0.damage == 0 }) {
            for (number, drive) in trial.drives.enumerated() { try runs[number].step(drive) }
            try await trial.takePoints()
        }
        return try await trial.rows()
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
    /// A day of it, on a drive that is at work: two to six backups after the first.
    func run(seed: UInt64, _ way: Trial.Way = .figures, _ size: TrialSize = .full) async throws -> HarmlessScore {
        let trial = try await play(seed: seed, way, size)
        var score = HarmlessScore(days: 1, points: trial.points)
        let incidents = try await trial.incidents()
        score.alarms = incidents.count
        score.reasons = incidents.map { "\(rawValue), seed \(seed): \($0.reason)" }
        score.note(try await trial.rows())
        return score
    }

    /// The same, with the trial as it is then.
    func play(seed: UInt64, _ way: Trial.Way, _ size: TrialSize) async throws -> Trial {
        let trial = try await Trial(way)
        var random = SeededGenerator(seed: seed &* 104_729 &+ UInt64(Harmless.allCases.firstIndex(of: self) ?? 0))
        let usual = size == .full ? 250 + random.number(below: 400) : 150 + random.number(below: 100)
        let files = self == .newEmployee ? 5 : usual
        let drive = try trial.drive(random.choice(DriveProfile.allCases), files: files, seed: seed &+ 500_000)
        drive.isBig = size == .full
        try prepare(drive)
        try await trial.protect(drive)
        try await trial.takePoints()
        let steps = 2 + random.number(below: size == .full ? 5 : 2)
        for number in 0..<steps {
            try step(number, of: steps, drive)
            try await trial.takePoints()
        }
        return trial
    }
}

extension Incident {
    /// Its signals in words.
    var reason: String { signals.values.map(\.text).joined(separator: "; ") }
}
