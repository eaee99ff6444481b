import BackupRepository
import BackupTesting
import SampleData
import Catalog
import FileTree
import Foundation
import Testing

@testable import ProtectionService
@testable import BackupWork

/// One random life of a service: people change files, time passes, jobs run, disks fail, the power
/// goes, the process dies. A seed repeats it.
///
/// What must hold, whatever happens:
/// 1. every point gives back exactly what the drive held when it was taken, or is marked as damaged
///    once a verification has looked;
/// 2. a restore that succeeded brought back everything; one that failed says why;
/// 3. a drive holds whole files only, and only an in-place restore of its own changes it;
/// 4. after the faults are over, a repair makes the repository sound and the next backup gives
///    a point that restores.
final class Simulation {
    struct Figures: Sendable {
        var points = 0
        var damagedPoints = 0
        var restores = 0
        var failedRestores = 0
        var cuts = 0
        var deaths = 0
        var calls = 0
        var strikes: [SimulatedDisk.Fault: Int] = [:]
    }

    private typealias State = [TreePath: DescribedItem]
    let world: World
    private let seed: UInt64
    private var random: SeededGenerator
    private var service: ServiceContext
    private var drives: [String: MemoryTree] = [:]
    /// What the drive held, by the moment of a backup's start.
    private var held: [String: [Date: State]] = [:]
    /// Content that some drive held at some time.
    private var contents: Set<[UInt8]> = [[]]
    private var figures = Figures()

    init(seed: UInt64, in engine: CatalogEngine = .ofRun) async throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        world = try await World(seed: seed, in: engine)
        service = world.start()
    }

    func run(steps: Int, faults: [SimulatedDisk.Fault]) async throws -> Figures {
        let trees = [MemoryTree(), MemoryTree()]
        for (unit, tree) in zip(try await world.protect(trees), trees) { drives[unit.id] = tree }
        for tree in trees { for _ in 0..<8 { try disturb(tree) } }
        for _ in 0..<steps { try await step(faults) }
        try await settle()
        for id in drives.keys.sorted() { try await judge(id) }
        for id in drives.keys.sorted() { try await mend(id) }
        figures.cuts = world.disk.cuts
        figures.deaths = world.driver.deaths
        figures.calls = world.disk.calls
        figures.strikes = world.disk.strikes
        return figures
    }

    // MARK: What happens

    private func step(_ faults: [SimulatedDisk.Fault]) async throws {
        switch random.number(below: 22) {
        case 0..<7:
            guard let tree = drives[random.choice(drives.keys.sorted())] else { return }
            for _ in 0...random.number(below: 4) { try disturb(tree) }
        case 7..<13: try await passTime(600)
        case 13: try await passTime(Double(86_400 * (1 + random.number(below: 9))))
        case 14..<16: if !faults.isEmpty { world.disk.arm(random.choice(faults), afterCalls: random.number(below: 60)) }
        case 16: world.disk.cut(afterChanges: random.number(below: 25))
        case 17..<19: try await restore()
        case 19..<21:
            world.driver.die(random.choice(MortalDriver.Moment.allCases), afterWrites: random.number(below: 30))
        default: try await add(.prune)
        }
    }

    private func passTime(_ seconds: Double) async throws {
        world.clock.turn(seconds: seconds)
        try await alive {
            try await Scheduler(service).tick()
            remember()
            try await world.work(service, before: remember)
        }
    }

    /// Runs something as a process that a power cut or a signal kills;
    /// afterwards another is started.
    private func alive(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch  where world.driver.isDead {
            // Nobody is left to hear of it.
        }
        guard world.driver.isDead else { return }
        service = world.restart()
        // The leases of the dead run out.
        world.clock.turn(seconds: 120)
        remember()
    }

    private func add(_ kind: JobKind) async throws {
        let unitID = random.choice(drives.keys.sorted())
        let (job, ends) = (service.job(kind, unitID), world.clock.now())
        guard try await world.catalog.find(UnitRepository.self, id: unitID) != nil else { return }
        // Some points expire first, so that there is something to prune.
        let old = try await world.points(unitID).dropLast(3).filter { _ in random.number(below: 3) == 0 }.map(\.id)
        try await world.catalog.write { writer in
            for id in old { try writer.delete(RestorePoint.self, id: id) }
            _ = try writer.addJob(job)
            _ = try writer.update(
                Job.self, where: .and([.equal("kind", job.kind), .equal("state", JobState.waiting)]),
                set: ["runAfterDateTime": ends.sqlValue])
        }
        try await alive { try await world.work(service, before: remember) }
    }

    /// Notes what every drive holds now, for the backup that may begin at this moment. No two
    /// moments are the same, so that nothing that follows changes what was noted.
    private func remember() {
        world.clock.turn(seconds: 1)
        for (id, tree) in drives { held[id, default: [:]][world.clock.now()] = try? tree.description() }
    }

    private func disturb(_ tree: MemoryTree) throws {
        let files = try tree.description().filter { $0.value.kind == .file }.keys.sorted()
        switch files.isEmpty ? 0 : random.number(below: 5) {
        case 0, 1:
            let size = random.number(below: 6) == 0 ? 700_000 : random.number(below: 9_000)
            let bytes = random.bytes(size)
            contents.insert(bytes)
            try tree.put("folder-\(random.number(below: 4))/file-\(random.number(below: 30))", bytes)
        case 2: try tree.remove(random.choice(files))
        case 3:
            let path = random.choice(files)
            guard let target = TreePath("moved-\(random.number(below: 1000))") else { return }
            if (try? tree.attributes(of: target)) == nil { try tree.move(path, to: target) }
        default:
            let bytes = random.bytes(random.number(below: 5_000))
            contents.insert(bytes)
            try tree.put(random.choice(files), bytes)
        }
    }

    // MARK: Restores

    private func restore() async throws {
        let unitID = random.choice(drives.keys.sorted())
        let points = try await world.points(unitID).filter { !$0.isDamaged }
        guard !points.isEmpty, let tree = drives[unitID] else { return }
        let point = random.choice(points)
        let destination: DestinationType = random.number(below: 2) == 0 ? .inPlace : .new
        let before = try tree.description()
        let id = try await world.restore(point, destination)
        for _ in 0..<40 {
            try await alive { try await world.work(service, before: remember) }
            guard let artifact = try await world.catalog.find(RestoreArtifact.self, id: id) else { return }
            if artifact.status == .succeeded || artifact.status == .failed {
                return try judge(artifact, of: point, on: tree, before: before)
            }
            world.clock.turn(seconds: 300)
        }
        Issue.record("seed \(seed): the restore of \(point.id) never came to its end")
    }

    private func judge(_ artifact: RestoreArtifact, of point: RestorePoint, on tree: MemoryTree, before: State) throws {
        figures.restores += 1
        let after = try tree.description()
        for (path, item) in after where item.kind == .file {
            #expect(contents.contains(item.content), "seed \(seed): '\(path)' holds bytes that nobody ever wrote")
        }
        if artifact.destinationType == .new {
            #expect(after == before, "seed \(seed): a restore to a new place changed the drive")
        }
        if artifact.status == .failed {
            figures.failedRestores += 1
            #expect(artifact.error?.message ?? "" != "", "seed \(seed): a failed artifact does not say why")
            return
        }
        guard let expected = held[point.unitId]?[point.protectionDateTime] else {
            Issue.record("seed \(seed): nobody knows what the drive held at \(point.protectionDateTime)")
            return
        }
        let restored = artifact.destinationType == .inPlace ? after : try world.tenant.copy(artifact.id)?.description()
        #expect(
            restored == expected,
            "seed \(seed): a restore that succeeded brought back something else than point \(point.id)")
    }

    // MARK: The end

    /// The faults are over: everything that waits gets done.
    private func settle() async throws {
        world.disk.disarm()
        world.driver.spare()
        world.disk.restorePower()
        service = world.restart()
        for _ in 0..<12 {
            world.clock.turn(seconds: 3_600)
            try await Scheduler(service).tick()
            remember()
            try await world.work(service, most: 60, before: remember)
        }
    }

    /// Every point restores rightly, or is marked after a verification.
    private func judge(_ unitID: String) async throws {
        guard try await world.catalog.find(UnitRepository.self, id: unitID) != nil else { return }
        try await runToEnd(.verify, unitID)
        for point in try await world.points(unitID) {
            figures.points += 1
            if point.isDamaged { figures.damagedPoints += 1 } else { try await expectRight(point) }
        }
    }

    private func expectRight(_ point: RestorePoint) async throws {
        guard let expected = held[point.unitId]?[point.protectionDateTime] else {
            Issue.record("seed \(seed): nobody knows what the drive held at \(point.protectionDateTime)")
            return
        }
        let id = try await world.restore(point, .new)
        try await world.work(service, most: 60, before: remember)
        let artifact = try await world.catalog.find(RestoreArtifact.self, id: id)
        #expect(
            artifact?.status == .succeeded,
            """
            seed \(seed): point \(point.id) is not marked and cannot be restored: \
            \(artifact?.error?.message ?? "no reason")
            """
        )
        #expect(
            try world.tenant.copy(id)?.description() == expected,
            "seed \(seed): point \(point.id) is not marked and gives back something else")
    }

    private func runToEnd(_ kind: JobKind, _ unitID: String) async throws {
        let job = service.job(kind, unitID)
        _ = try await world.catalog.write { try $0.addJob(job) }
        try await world.work(service, most: 60, before: remember)
        let open = try await world.catalog.page(
            Query<Job>(
                where: .and([
                    .equal("kind", kind.rawValue), .equal("subjectId", unitID),
                    .oneOf("state", [JobState.waiting, .running]),
                ])))
        #expect(open.isEmpty, "seed \(seed): \(kind) of \(unitID) is not done: \(open.first?.error?.message ?? "")")
    }

    /// A repair makes the repository sound, and the next backup gives a point that restores.
    private func mend(_ unitID: String) async throws {
        guard try await world.catalog.find(UnitRepository.self, id: unitID) != nil else { return }
        _ = try await service.repositories.repair(unitID: unitID)
        let report = try await service.repositories.check(unitID: unitID, readsData: true)
        #expect(report.errors == [], "seed \(seed): after a repair")
        guard let tree = drives[unitID] else { return }
        try tree.put("the-last-file", [1, 2, 3])
        contents.insert([1, 2, 3])
        try await passTime(600)
        try await passTime(600)
        guard let point = try await world.points(unitID).last else {
            let unit = try await world.catalog.find(ProtectionUnit.self, id: unitID)
            Issue.record(
                """
                seed \(seed): there is no point after a repair; the unit is \(unit?.status.rawValue ?? "gone"): \
                \(unit?.error?.message ?? "no error")
                """
            )
            return
        }
        #expect(!point.isDamaged, "seed \(seed): the point after a repair is marked")
        try await expectRight(point)
    }
}
