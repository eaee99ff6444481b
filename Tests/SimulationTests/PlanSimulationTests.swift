import BackupTesting
import Foundation
import Testing

/// Random lives of restores that are planned. `HOLDFAST_SIMULATION_SEEDS=<first>-<last>` runs
/// others, `HOLDFAST_SIMULATION_STEPS` longer ones.
@Suite(.serialized) struct PlanSimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let episodes = Int(environment["HOLDFAST_SIMULATION_STEPS"] ?? "") ?? 6

    private static var seeds: [UInt64] {
        let bounds = (environment["HOLDFAST_SIMULATION_SEEDS"] ?? "").split(separator: "-").compactMap { UInt64($0) }
        guard bounds.count == 2, bounds[0] <= bounds[1] else { return [1, 2, 3, 4] }
        return Array(bounds[0]...bounds[1])
    }

    @Test(arguments: seeds) func `what a plan showed is what happened, and an undo takes it back`(
        seed: UInt64
    )
        async throws
    {
        let figures = try await PlanLife(seed: seed).run(
            episodes: Self.episodes, faults: [.fail, .failForGood, .full, .delay])
        if Self.environment["HOLDFAST_SIMULATION_SEEDS"] != nil {
            print("seed=\(seed) \(figures)")
        }
    }
}
