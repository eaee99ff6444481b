import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ProtectionRules
import SampleData
import Testing

@testable import BackupWork
@testable import ProtectionService

/// One random life in which restores are planned, started, cancelled and taken back, while people
/// change files, disks fail, the power goes and the process dies. A seed repeats it.
///
/// What must hold, whatever happens:
/// 1. a unit whose restore succeeded is as it was before, with the changes that the plan showed;
/// 2. a unit whose restore did not is, path by path, as before or as shown: never half;
/// 3. nothing is written where the restore ended before it wrote;
/// 4. an undo that succeeded gives back the exact tree from before.
final class PlanLife {
    struct Figures: Sendable {
        var plans = 0
        var completed = 0
        var cancelled = 0
        var outdated = 0
        var failed = 0
        var undone = 0
        var deaths = 0
        var cuts = 0
    }

    private typealias Files = [TreePath: [UInt8]]
    let world: World
    private let seed: UInt64
    private var random: SeededGenerator
    private var service: ServiceContext
    private var drives: [String: MemoryTree] = [:]
    /// What the drive held, by the moment of a backup's start.
    private var held: [String: [Date: Files]] = [:]
    private var figures = Figures()
    private static let caller = Caller(
        application: Identity(id: FirstParty.applicationID, displayName: "holdfast"), isFirstParty: true)

    init(seed: UInt64) async throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        world = try await World(seed: seed)
        service = world.start()
    }

    func run(episodes: Int, faults: [SimulatedDisk.Fault]) async throws -> Figures {
        let trees = [MemoryTree(), MemoryTree()]
        for (unit, tree) in zip(try await world.protect(trees), trees) { drives[unit.id] = tree }
        for tree in trees { for _ in 0..<10 { try disturb(tree) } }
        try await passTime()
        for _ in 0..<episodes {
            for tree in trees { for _ in 0..<random.number(below: 5) { try disturb(tree) } }
            if random.number(below: 3) > 0 { try await passTime() }
            try await episode(faults)
            await spare()
        }
        (figures.deaths, figures.cuts) = (world.driver.deaths, world.disk.cuts)
        return figures
    }

    // MARK: What happens

    private func passTime() async throws {
        world.clock.turn(seconds: 600)
        try await alive {
            try await Scheduler(service).tick()
            remember()
            try await world.work(service, before: remember)
        }
    }

    /// Runs something as a process that a power cut or a signal kills.
    private func alive(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch  where world.driver.isDead {
            // Nobody is left to hear of it.
        }
        guard world.driver.isDead else { return }
        service = world.restart()
        world.clock.turn(seconds: 120)
        remember()
    }

    /// The faults are over.
    private func spare() async {
        world.disk.disarm()
        world.driver.spare()
        world.disk.restorePower()
        service = world.restart()
    }

    private func remember() {
        world.clock.turn(seconds: 1)
        for (id, tree) in drives { held[id, default: [:]][world.clock.now()] = try? files(tree) }
    }

    private func files(_ tree: MemoryTree) throws -> Files {
        try tree.description().filter { $0.value.kind == .file }.mapValues(\.content)
    }

    private func disturb(_ tree: MemoryTree) throws {
        let files = try files(tree).keys.sorted()
        if files.isEmpty || random.number(below: 2) == 0 {
            let path = "folder-\(random.number(below: 3))/file-\(random.number(below: 20))"
            try tree.put(path, random.bytes(random.number(below: 4_000)))
        } else if random.number(below: 2) == 0 {
            try tree.remove(random.choice(files))
        } else if let target = TreePath("moved-\(random.number(below: 1000))"),
            (try? tree.attributes(of: target)) == nil
        {
            try tree.move(random.choice(files), to: target)
        }
    }

    private func arm(_ faults: [SimulatedDisk.Fault]) {
        switch random.number(below: 5) {
        case 0 where !faults.isEmpty:
            world.disk.arm(random.choice(faults), afterCalls: random.number(below: 60))
        case 1: world.disk.cut(afterChanges: random.number(below: 25))
        case 2: world.driver.die(random.choice(MortalDriver.Moment.allCases), afterWrites: random.number(below: 20))
        default: break
        }
    }

    // MARK: A plan from its making to its undo

    private func episode(_ faults: [SimulatedDisk.Fault]) async throws {
        let points = try await world.catalog.page(Query<RestorePoint>(where: .isOfCadence))
        guard !points.isEmpty else { return }
        var scope = RestorePlanScope()
        scope.unitIds = drives.keys.sorted()
        let draft = RestorePlanDraft(
            scope: scope, moment: RestorePlanMoment(.at, at: random.choice(points).protectionDateTime))
        guard let plan = try await ready(try await service.plans.create(draft, Self.caller)) else { return }
        figures.plans += 1
        var shown: [String: [PlannedChange]] = [:]
        for unit in try await units(of: plan) where unit.status == .ready {
            shown[unit.unitId] = try await service.plans.changes(
                ofUnit: unit.unitId, plan: plan.id, from: 0, limit: 100_000)
        }
        if random.number(below: 2) == 0 { for tree in drives.values { try disturb(tree) } }
        let before = try drives.mapValues { try files($0) }
        let trees = try drives.mapValues { try $0.description() }
        arm(faults)
        guard try await runs(plan, mayCancel: true) else { return }
        await spare()
        for unit in try await units(of: plan) {
            guard let changes = shown[unit.unitId], let artifactID = unit.artifactId,
                let artifact = try await world.catalog.find(RestoreArtifact.self, id: artifactID)
            else { continue }
            try judge(unit, artifact, changes, before: before[unit.unitId] ?? [:])
        }
        try await undo(plan, trees)
    }

    private func units(of plan: RestorePlanRecord) async throws -> [PlanUnit] {
        try await world.catalog.page(Query<PlanUnit>(where: PlanUnit.ofPlan(plan.id), order: [.init("ordinal")]))
    }

    /// Waits until a plan can be started; nil where it cannot.
    private func ready(_ plan: RestorePlanRecord) async throws -> RestorePlanRecord? {
        for _ in 0..<40 {
            try await alive { try await world.work(service, before: remember) }
            guard let now = try await world.catalog.find(RestorePlanRecord.self, id: plan.id) else { return nil }
            if now.status != .planning { return now.status == .ready ? now : nil }
            world.clock.turn(seconds: 30)
        }
        Issue.record("seed \(seed): plan \(plan.id) is planned for ever")
        return nil
    }

    /// Starts a plan and waits for its end; false where it was not started.
    private func runs(_ plan: RestorePlanRecord, mayCancel: Bool) async throws -> Bool {
        try await alive {
            _ = try await service.plans.start(id: plan.id, expectedUnits: plan.sums.units, Self.caller)
        }
        let cancelsAt = mayCancel && random.number(below: 3) == 0 ? random.number(below: 4) : -1
        for round in 0..<80 {
            if round == cancelsAt {
                try await alive {
                    do {
                        _ = try await service.plans.cancel(id: plan.id, Self.caller)
                    } catch let error as ServiceError where error.code == .nothingToCancel {
                        // It was faster.
                    }
                }
            }
            guard let now = try await world.catalog.find(RestorePlanRecord.self, id: plan.id) else { return false }
            if now.status == .ready { return false }
            if !now.status.isRunning { return true }
            try await alive { try await world.work(service, most: 1 + random.number(below: 3), before: remember) }
            if round % 4 == 3 { world.clock.turn(seconds: 120) }
            if round == 40 { await spare() }
        }
        Issue.record("seed \(seed): plan \(plan.id) never came to its end")
        return false
    }

    private func judge(
        _ unit: PlanUnit, _ artifact: RestoreArtifact, _ changes: [PlannedChange], before: Files
    ) throws {
        guard let tree = drives[unit.unitId], let moment = unit.protectionDateTime,
            let point = held[unit.unitId]?[moment]
        else { return }
        let after = try files(tree)
        var shown = before
        for change in changes where change.action == .delete || change.action == .rename {
            shown[change.fromPath ?? change.path] = nil
        }
        for change in changes where [.create, .overwrite, .rename].contains(change.action) && point[change.path] != nil
        {
            shown[change.path] = point[change.path]
        }
        switch artifact.status {
        case .succeeded:
            figures.completed += 1
            #expect(after == shown, "seed \(seed): a restore of \(unit.unitId) did something else than its plan showed")
        default:
            let code = artifact.error?.code
            if code == "PlanOutdated" { figures.outdated += 1 }
            if code == "RestoreCancelled" { figures.cancelled += 1 } else { figures.failed += 1 }
            #expect(artifact.error?.message ?? "" != "", "seed \(seed): a failed artifact does not say why")
            for path in Set(after.keys).union(before.keys).union(shown.keys) {
                let isOldOrNew = after[path] == before[path] || after[path] == shown[path]
                #expect(isOldOrNew, "seed \(seed): '\(path)' is neither as before nor as shown (\(code ?? ""))")
            }
            if artifact.phase ?? .undoPoint < .writing {
                #expect(after == before, "seed \(seed): something was written before the phase 'writing'")
            }
        }
    }

    private func undo(_ plan: RestorePlanRecord, _ trees: [String: [TreePath: DescribedItem]]) async throws {
        let undo: RestorePlanRecord
        do {
            undo = try await service.plans.undo(id: plan.id, Self.caller)
        } catch let error as ServiceError where error.code == .noUndoPoint {
            return
        }
        guard let undo = try await ready(undo), try await runs(undo, mayCancel: false) else { return }
        for unit in try await units(of: undo) {
            guard let artifactID = unit.artifactId, let tree = drives[unit.unitId],
                try await world.catalog.find(RestoreArtifact.self, id: artifactID)?.status == .succeeded
            else { continue }
            figures.undone += 1
            #expect(
                try tree.description() == trees[unit.unitId],
                "seed \(seed): an undo of \(unit.unitId) gave back another tree")
        }
    }
}
