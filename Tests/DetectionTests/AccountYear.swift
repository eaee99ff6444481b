import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import SampleData

/// What came of years of accounts: days, alarms and notable changes by the kind of the day.
struct YearScore {
    var accounts = 0
    var points = 0
    var days: [Harmless: HarmlessScore] = [:]

    /// The days of all kinds together, in years.
    var years: Double { Double(days.values.reduce(0) { $0 + $1.days }) / 365 }
    var alarms: Int { days.values.reduce(0) { $0 + $1.alarms } }

    static func += (sum: inout YearScore, other: YearScore) {
        sum.accounts += other.accounts
        sum.points += other.points
        for (kind, score) in other.days { sum.days[kind, default: HarmlessScore()] += score }
    }
}

/// A year in one account without harm. Every day is one of office work, of the account's own habit
/// or, now and then, of a rarer kind, as often as `Harmless.daysAYear` says on average.
///
/// Each alarm is dismissed at the end of its day, as its owner would do, so that the next one counts.
struct AccountYear {
    let seed: UInt64
    private var random: SeededGenerator
    /// What happens in the account on half of the days; half of the accounts have none.
    private let habit: Harmless?

    /// Kinds that are the habits of some accounts, and whose days in the others are none.
    static let habits: [Harmless] = [.touched, .diskImage, .databaseDump, .vault, .logs]
    private static let habitDays = 200.0

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed ^ 0x7ea5_11)
        let choice = random.number(below: 2 * Self.habits.count)
        habit = Self.habits.indices.contains(choice) ? Self.habits[choice] : nil
    }

    mutating func run(days: Int = 365) async throws -> YearScore {
        let trial = try await Trial(.figures)
        let drive = try trial.drive(
            random.choice(DriveProfile.allCases), files: 250 + random.number(below: 400), seed: seed &+ 900_000)
        try habit?.prepare(drive)
        try await trial.protect(drive)
        try await trial.takePoints()
        var score = YearScore(accounts: 1)
        for _ in 0..<days {
            let kind = nextKind()
            score.days[kind, default: HarmlessScore()] += try await day(of: kind, drive, trial)
        }
        score.points = trial.points
        return score
    }

    /// The kind of a day, by chance.
    private mutating func nextKind() -> Harmless {
        var place = Double(random.number(below: 365_000)) / 1000
        if let habit {
            if place < Self.habitDays { return habit }
            place -= Self.habitDays
        }
        for kind in Harmless.allCases where kind != .office && !Self.habits.contains(kind) {
            if place < kind.daysAYear { return kind }
            place -= kind.daysAYear
        }
        return .office
    }

    private mutating func day(of kind: Harmless, _ drive: TrialDrive, _ trial: Trial) async throws -> HarmlessScore {
        let start = trial.fixture.clock.now()
        if kind != habit {
            try kind.prepare(drive)
            try await trial.addPoints()
        }
        let steps = 2 + random.number(below: 3)
        for number in 0..<steps {
            try kind.step(number, of: steps, drive)
            try await trial.addPoints()
        }
        try await trial.record()
        var score = HarmlessScore(days: 1, points: steps)
        for incident in try await trial.incidents() where incident.closedDateTime == nil {
            score.alarms += 1
            score.reasons.append("\(kind.rawValue), year of seed \(seed): \(incident.reason)")
            try await trial.dismiss(incident)
        }
        let ofToday = RowPredicate.compare("dateTime", .greater, start.sqlValue)
        score.note(try await trial.fixture.catalog.page(Query<ChangeStatistics>(where: ofToday)))
        trial.fixture.clock.turn(seconds: 86_400 - trial.fixture.clock.now().timeIntervalSince(start))
        return score
    }
}

/// What a count of rare events says of their rate.
enum Poisson {
    /// The greatest mean with which so few events are as likely as one in twenty.
    static func upperBound(_ events: Int) -> Double {
        var (low, high) = (0.0, Double(events) * 2 + 20)
        for _ in 0..<100 {
            let middle = (low + high) / 2
            if atMost(events, mean: middle) > 0.05 { low = middle } else { high = middle }
        }
        return high
    }

    /// How likely so many events or fewer are.
    static func atMost(_ events: Int, mean: Double) -> Double {
        var (term, sum) = (exp(-mean), 0.0)
        for number in 0...events {
            sum += term
            term *= mean / Double(number + 1)
        }
        return sum
    }
}
