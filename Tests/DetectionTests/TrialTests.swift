import Catalog
import Foundation
import ProtectionRules
import Testing

/// The trial in short, with every run of the tests. `make detect` runs it at length.
@Suite(.serialized) struct TrialTests {
    private static let seed: UInt64 = 4242

    @Test func `every attack is found, and the moment proposed is right`() async throws {
        let scores = try await inParallel(Attack.allCases) { attack in
            (attack, try await attack.run(seed: Self.seed, .figures, .short))
        }
        for (attack, score) in scores { #expect(score.found == score.runs, "\(attack.rawValue) was not found") }
        let right = scores.reduce(0) { $0 + $1.1.right }
        let units = scores.reduce(0) { $0 + $1.1.units }
        #expect(right * 100 >= units * 95, "moments: \(right) of \(units) are right")
    }

    @Test func `no harmless day is an incident`() async throws {
        let scores = try await inParallel(Harmless.allCases) { try await $0.run(seed: Self.seed, .figures, .short) }
        #expect(scores.flatMap(\.reasons).isEmpty)
    }

    @Test func `a month of an account is none`() async throws {
        var year = AccountYear(seed: Self.seed)
        let score = try await year.run(days: 30)
        #expect(score.days.values.flatMap(\.reasons).isEmpty)
        #expect(score.points > 60)
    }

    @Test(arguments: [Attack.newEnding, .copyAndDelete])
    func `real backups of an attack make the same rows and the same incident`(attack: Attack) async throws {
        try await Comparison.ofAttack(attack, seed: Self.seed, .short).expectEqual()
    }

    @Test(arguments: [Harmless.cleaning, .vault])
    func `real backups of a harmless day make the same rows`(kind: Harmless) async throws {
        try await Comparison.ofDay(kind, seed: Self.seed, .short).expectEqual()
    }

    @Test(arguments: [(0, 2.996), (1, 4.744), (5, 10.513)])
    func `the bound is that of tables of the Poisson distribution`(events: Int, bound: Double) {
        #expect(abs(Poisson.upperBound(events) - bound) < 0.001)
    }
}

/// The same drives, once backed up by real jobs and once by figures alone.
struct Comparison {
    var jobs: Found
    var figures: Found

    /// What came of a trial, without ids and bytes: figures store nothing.
    struct Found: Equatable {
        var rows: [ChangeStatistics]
        var incidents: [Incident]

        init(_ trial: Trial) async throws {
            rows = try await trial.rows().map { row in
                row.with { ($0.id, $0.addedBytes, $0.storedBytes) = ("", 0, 0) }
            }
            incidents = try await trial.incidents().map { incident in incident.with { $0.id = "" } }
        }
    }

    static func ofAttack(_ attack: Attack, seed: UInt64, _ size: TrialSize) async throws -> Comparison {
        Comparison(
            jobs: try await Found(attack.play(seed: seed, .jobs, size).trial),
            figures: try await Found(attack.play(seed: seed, .figures, size).trial))
    }

    static func ofDay(_ kind: Harmless, seed: UInt64, _ size: TrialSize) async throws -> Comparison {
        Comparison(
            jobs: try await Found(kind.play(seed: seed, .jobs, size)),
            figures: try await Found(kind.play(seed: seed, .figures, size)))
    }

    func expectEqual() throws {
        try #require(jobs.rows.count == figures.rows.count)
        #expect(jobs.rows.count > 1)
        for (job, figure) in zip(jobs.rows, figures.rows) { #expect(job == figure) }
        #expect(jobs.incidents == figures.incidents)
    }
}
