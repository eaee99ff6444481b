import Foundation
import Testing

/// The trial in short with every run of the tests, and as long as you like with `make detect`:
/// `HOLDFAST_DETECTION_SEEDS=1-20` names the seeds, `HOLDFAST_DETECTION_REPORT` the file for tables.
@Suite(.serialized) struct TrialTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isLong = Harmless.isLong

    /// Seeds from the environment, otherwise one for the short form.
    private static let seeds: [UInt64] = {
        guard let text = environment["HOLDFAST_DETECTION_SEEDS"] else { return [4242] }
        let ends = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = ends.first, let last = ends.last, first <= last else {
            preconditionFailure("HOLDFAST_DETECTION_SEEDS is 'first-last', such as 1-20")
        }
        return Array(first...last)
    }()

    @Test func `every attack is found, and the moment proposed is right`() async throws {
        var scores: [(Attack, AttackScore)] = []
        for attack in Attack.allCases {
            var sum = AttackScore()
            for seed in Self.seeds { sum += try await attack.run(seed: seed) }
            scores.append((attack, sum))
            if !Self.isLong { #expect(sum.found == sum.runs, "\(attack.rawValue) was not found") }
        }
        let right = scores.reduce(0) { $0 + $1.1.right }
        let units = scores.reduce(0) { $0 + $1.1.units }
        #expect(right * 100 >= units * 95, "moments: \(right) of \(units) are right")
        try Self.report(TrialReport.attacks(scores))
    }

    @Test func `no harmless day is an incident`() async throws {
        var scores: [(Harmless, HarmlessScore)] = []
        for kind in Harmless.allCases {
            var sum = HarmlessScore()
            for seed in Self.seeds { sum += try await kind.run(seed: seed) }
            scores.append((kind, sum))
        }
        try Self.report(TrialReport.harmless(scores) + "\n" + scores.flatMap(\.1.reasons).joined(separator: "\n"))
        let alarms = scores.reduce(0) { $0 + $1.1.alarms }
        if !Self.isLong { #expect(alarms == 0, "\(scores.flatMap(\.1.reasons))") }
    }

    private static func report(_ text: String) throws {
        guard let path = environment["HOLDFAST_DETECTION_REPORT"] else { return }
        let old = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        try (old + text + "\n\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}
