import Catalog
import Foundation
import ProtectionRules
import SampleData

/// How what is found at the next point, and the false alarms, change with a threshold: the rows of
/// runs are made once and looked at with each value.
struct TrialThresholds: Sendable {
    /// Rows up to the first point with damage, by kind.
    private var attacks: [Attack: [[ChangeStatistics]]] = [:]
    /// Rows of a day, by kind.
    private var days: [Harmless: [[ChangeStatistics]]] = [:]

    /// Attacks that take files away.
    static let attacks: [Attack] = [.deletion, .intoArchives]
    /// Days on which people do.
    static let days: [Harmless] = [.cleaning, .zippedYear, .duplicates, .restored, .sidecars, .movedLibrary]

    /// Plays the attacks and days with some seeds.
    init(seeds: Range<UInt64>) async throws {
        let runs = Self.attacks.flatMap { attack in seeds.map { (attack, $0) } }
        for (attack, rows) in try await inParallel(runs, { ($0.0, try await $0.0.firstRows(seed: $0.1)) }) {
            attacks[attack, default: []].append(rows)
        }
        let quiet = Self.days.flatMap { kind in seeds.map { (kind, $0) } }
        let played = try await inParallel(quiet) { run in
            (run.0, try await run.0.play(seed: run.1, .figures, .short).rows())
        }
        for (kind, rows) in played { days[kind, default: []].append(rows) }
    }

    /// The hundredths of the attacks of a kind that are found at the next point.
    func recall(_ attack: Attack, _ settings: IncidentSettings) -> Int {
        let runs = attacks[attack] ?? []
        return runs.count { Self.isIncident($0[...], settings) } * 100 / max(1, runs.count)
    }

    /// The false alarms of all these kinds of days, for each account and year.
    func alarmsAYear(_ settings: IncidentSettings) -> Double {
        days.reduce(0) { sum, entry in
            let alarms = entry.value.count { rows in
                rows.indices.contains { Self.isIncident(rows[...$0], settings) }
            }
            return sum + Double(alarms) / Double(entry.value.count) * entry.key.daysAYear
        }
    }

    /// Whether the last of some rows of one unit makes an incident.
    private static func isIncident(_ rows: ArraySlice<ChangeStatistics>, _ settings: IncidentSettings) -> Bool {
        guard let last = rows.last else { return false }
        let start = last.dateTime.addingTimeInterval(-Double(settings.windowHours) * 3600)
        return UnitWindow(rows.filter { $0.dateTime > start }, usualHits: 0, settings).isIncident
    }
}

/// Does something with each of some inputs, on as many threads as there are processors.
/// - Returns: what came of them, in their order.
func inParallel<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ body: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        var outputs: [Int: Output] = [:]
        var next = 0
        func addNext() {
            guard next < inputs.count else { return }
            let (number, input) = (next, inputs[next])
            group.addTask { (number, try await body(input)) }
            next += 1
        }
        for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { addNext() }
        while let (number, output) = try await group.next() {
            outputs[number] = output
            addNext()
        }
        return inputs.indices.compactMap { outputs[$0] }
    }
}
