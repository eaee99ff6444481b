import Foundation
import ProtectionRules
import Testing

/// The file for the tables.
private let reportPath = ProcessInfo.processInfo.environment["HOLDFAST_DETECTION_REPORT"]

/// `make detect`: attacks and harmless days with many seeds, years of accounts, and what becomes of
/// both with other thresholds. It writes the tables of `docs/detection.md`; no expectation
/// stands on what is measured here.
@Suite(.serialized, .enabled(if: reportPath != nil)) struct LongTrialTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seeds: [UInt64] = range("HOLDFAST_DETECTION_SEEDS", or: "1-10")
    /// Each of these seeds is a year of an account.
    private static let years: [UInt64] = {
        let first = (seeds.first ?? 1) * 1000
        return (0..<UInt64(range("HOLDFAST_DETECTION_YEARS", or: "200")[0])).map { first + $0 }
    }()

    private static func range(_ name: String, or usual: String) -> [UInt64] {
        let ends = (environment[name] ?? usual).split(separator: "-").compactMap { UInt64($0) }
        guard let first = ends.first, let last = ends.last, first <= last else {
            preconditionFailure("\(name) is 'first-last', such as 1-20, or a number")
        }
        return Array(first...last)
    }

    @Test func attacks() async throws {
        let runs = Attack.allCases.flatMap { attack in Self.seeds.map { (attack, $0) } }
        let found = try await inParallel(runs) { ($0.0, try await $0.0.run(seed: $0.1)) }
        let sums = Dictionary(grouping: found, by: \.0).mapValues { $0.reduce(into: AttackScore()) { $0 += $1.1 } }
        let scores = Attack.allCases.compactMap { attack in sums[attack].map { (attack, $0) } }
        try Self.write(TrialReport.attacks(scores))
    }

    @Test func `harmless days`() async throws {
        let runs = Harmless.allCases.flatMap { kind in Self.seeds.map { (kind, $0) } }
        let found = try await inParallel(runs) { ($0.0, try await $0.0.run(seed: $0.1)) }
        let sums = Dictionary(grouping: found, by: \.0).mapValues { $0.reduce(into: HarmlessScore()) { $0 += $1.1 } }
        let scores = Harmless.allCases.compactMap { kind in sums[kind].map { (kind, $0) } }
        try Self.write(TrialReport.harmless(scores))
    }

    @Test func `years of accounts`() async throws {
        let scores = try await inParallel(Self.years) { seed in
            var year = AccountYear(seed: seed)
            return try await year.run()
        }
        try Self.write(TrialReport.years(scores.reduce(into: YearScore()) { $0 += $1 }))
    }

    @Test func thresholds() async throws {
        let first = (Self.seeds.first ?? 1) * 1000
        let count = UInt64(Self.range("HOLDFAST_DETECTION_THRESHOLDS", or: "100")[0])
        let thresholds = try await TrialThresholds(seeds: first..<(first + count))
        try Self.write(TrialReport.thresholds(thresholds, runs: Int(count)))
    }

    /// Figures alone say what real backups say, for each kind of attack and day.
    @Test func `real backups make the same rows`() async throws {
        let seed = try #require(Self.seeds.first)
        for attack in Attack.allCases { try await Comparison.ofAttack(attack, seed: seed, .short).expectEqual() }
        for kind in Harmless.allCases { try await Comparison.ofDay(kind, seed: seed, .short).expectEqual() }
        let kinds = "\(Attack.allCases.count) attacks and \(Harmless.allCases.count) days"
        try Self.write("Real backups of \(kinds) of seed \(seed) made the same rows and incidents.")
    }

    private static func write(_ text: String) throws {
        let path = try #require(reportPath)
        let old = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try (old + text + "\n\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
