import BackupTesting
import Foundation
import Testing

/// Random lives of the whole service. `HOLDFAST_SIMULATION_SEEDS=<first>-<last>` runs
/// others, `HOLDFAST_SIMULATION_STEPS` longer ones.
@Suite(.serialized) struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let steps = Int(environment["HOLDFAST_SIMULATION_STEPS"] ?? "") ?? 15

    private static func seeds(_ first: UInt64, _ count: UInt64) -> [UInt64] {
        let bounds = (environment["HOLDFAST_SIMULATION_SEEDS"] ?? "").split(separator: "-").compactMap { UInt64($0) }
        guard bounds.count == 2, bounds[0] <= bounds[1] else { return Array(first..<first + count) }
        return Array(bounds[0]...bounds[1])
    }

    private func live(
        _ seed: UInt64, _ faults: [SimulatedDisk.Fault], in engine: CatalogEngine = .ofRun
    ) async throws {
        let figures = try await Simulation(seed: seed, in: engine).run(steps: Self.steps, faults: faults)
        if Self.environment["HOLDFAST_SIMULATION_SEEDS"] != nil {
            let strikes = figures.strikes.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                "\($0.key.rawValue)=\($0.value)"
            }.joined(separator: " ")
            print(
                """
                seed=\(seed) points=\(figures.points) damaged=\(figures.damagedPoints) \
                restores=\(figures.restores) failed=\(figures.failedRestores) cuts=\(figures.cuts) \
                deaths=\(figures.deaths) calls=\(figures.calls) \(strikes)
                """
            )
        }
    }

    @Test(arguments: seeds(1, 1)) func `power cuts and failing calls lose no point`(seed: UInt64) async throws {
        try await live(seed, [.fail, .failForGood, .full, .delay])
    }

    @Test(arguments: seeds(101, 2)) func `disks that tear, lie and flip bits are found out`(seed: UInt64) async throws {
        try await live(seed, SimulatedDisk.Fault.allCases)
    }

    @Test(arguments: seeds(201, 1)) func `a catalogue in PostgreSQL loses no point either`(seed: UInt64) async throws {
        try await live(seed, [.fail, .failForGood, .full, .delay], in: .postgres)
    }
}
