import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import SampleData
import Testing

@testable import BackupWork
@testable import ProtectionService

/// A process is stopped right before each change that it makes to a store, for longer than its lease.
/// Another one takes its job over, backs up, prunes, sweeps and backs up again. Then it goes on.
/// Afterwards stock restic has nothing to say, and every point gives back what it did.
@Suite struct SleeperTests {
    /// What the sleeper was doing.
    enum Work: String, Sendable, CaseIterable {
        case firstBackup
        case backup
        case prune
        case sweep
        case restore
    }

    /// What a run of the scene came to.
    private struct Outcome {
        var wasStopped: Bool
        var changes: [String]
    }

    @Test(
        .timeLimit(.minutes(10)),
        arguments: Work.allCases, StoppedProcess.Place.allCases
    )
    func `a process that sleeps through its lease harms nothing`(
        work: Work, place: StoppedProcess.Place
    ) async throws {
        var change = 0
        while true {
            let scene = try await Scene(seed: UInt64(change + 1))
            let sleeper = try await scene.run(work, stoppedBefore: change, place)
            let what = Comment(rawValue: "\(work), \(place), before change \(change) of \(sleeper.changes)")
            #expect(sleeper.failure == nil, what)
            guard sleeper.wasStopped else { break }
            try await scene.finish(after: place)
            try await scene.expectWhole(what, withRestic: change % 3 == 0)
            change += 1
        }
        #expect(change >= 2, "the work changes a store")
    }

    /// A drive with some points, and two processes on machines that know nothing of each other.
    private struct Scene {
        let world: World
        let tree = MemoryTree()
        let unitID: String
        let sleeping: ServiceContext
        let other: ServiceContext
        let states = States()

        /// What the drive was at each point.
        actor States {
            var byPoint: [String: [TreePath: DescribedItem]] = [:]
            func note(_ id: String, _ state: [TreePath: DescribedItem]) { byPoint[id] = state }
        }

        init(seed: UInt64) async throws {
            world = try await World(seed: seed)
            unitID = try #require(try await world.protect([tree]).first).id
            sleeping = Self.process("sleeper", in: world)
            other = Self.process("other", in: world)
        }

        /// A process of which no other one can tell whether it lives.
        private static func process(_ name: String, in world: World) -> ServiceContext {
            let origin = ProcessIdentity.Origin(bootID: name, namespaces: "1.1", startTicks: 1)
            let process = ThisProcess(
                ProcessIdentity(host: "same", processID: 1, instance: name, origin: origin), start: { _ in .none })
            return world.start().replacing { dependencies in
                let clock = dependencies.clock
                dependencies.process = process
                dependencies.repositoryEnvironment.process = process
                dependencies.repositoryEnvironment.steadySeconds = { clock.steadyTime().seconds }
                dependencies.sweepsLater = true
            }
        }

        func add(_ kind: JobKind) async throws {
            let job = other.job(kind, unitID)
            _ = try await world.catalog.write { try $0.addJob(job) }
        }

        /// Lets a process do what is due, and notes what the drive is at new points.
        func work(_ service: ServiceContext) async throws {
            let before = try tree.description()
            try await world.work(service)
            for point in try await world.points(unitID) where await states.byPoint[point.id] == nil {
                await states.note(point.id, point.undoSessionId == nil ? try tree.description() : before)
            }
        }

        func backUp(_ service: ServiceContext, _ text: String) async throws {
            try tree.put("file-\(text)", Array("content \(text)".utf8))
            world.clock.turn(seconds: 600)
            try await Scheduler(service).tick()
            try await work(service)
        }

        /// Forgets all points but the last ones.
        func forget(keeping count: Int) async throws {
            let old = try await world.points(unitID).dropLast(count).map(\.id)
            try await world.catalog.write { writer in
                for id in old { try writer.delete(RestorePoint.self, id: id) }
            }
        }

        /// What the other process does while the sleeper is stopped.
        func meanwhile(_ place: StoppedProcess.Place) async throws {
            world.clock.turn(seconds: 120)
            try await work(other)
            try await backUp(other, "meanwhile")
            try await forget(keeping: 1)
            try await add(.prune)
            try await work(other)
            if place == .beforeTheQuestion {
                // A request that was signed arrives within minutes, or is refused.
                world.clock.turn(seconds: 25 * 3600)
                try await Scheduler(other).tick()
                try await work(other)
            }
            try await backUp(other, "after the prune")
        }

        func run(
            _ work: Work, stoppedBefore change: Int, _ place: StoppedProcess.Place
        ) async throws -> StoppedProcess {
            let process = StoppedProcess(before: change, place) { try await meanwhile(place) }
            let sleeper = process.running(sleeping)
            switch work {
            case .firstBackup: break
            case .backup: try await backUp(other, "0")
            case .prune, .sweep:
                for number in 0..<3 { try await backUp(other, "\(number)") }
                try tree.put("file-0", Array("changed".utf8))
                try await backUp(other, "3")
                try await forget(keeping: 1)
                try await add(.prune)
                if work == .sweep {
                    try await self.work(other)
                    world.clock.turn(seconds: 25 * 3600)
                }
            case .restore:
                try await backUp(other, "0")
                let point = try #require(try await world.points(unitID).first)
                try tree.put("file-0", Array("damaged".utf8))
                _ = try await world.restore(point, .inPlace)
            }
            if [.firstBackup, .backup].contains(work) {
                try tree.put("file-new", Array("new".utf8))
                world.clock.turn(seconds: 600)
                try await Scheduler(sleeper).tick()
            } else if work == .sweep {
                try await Scheduler(sleeper).tick()
            }
            try await self.work(sleeper)
            return process
        }

        /// Time goes by: what came late is found and dealt with.
        func finish(after place: StoppedProcess.Place) async throws {
            try await backUp(other, "late")
            try await add(.prune)
            try await work(other)
            world.clock.turn(seconds: 25 * 3600)
            try await Scheduler(other).tick()
            try await work(other)
            try await backUp(other, "last")
        }

        func expectWhole(_ what: Comment, withRestic: Bool) async throws {
            let report = try await other.repositories.check(unitID: unitID, readsData: true)
            #expect(report.errors.map(\.message) == [], what)
            let health = try await world.catalog.find(RepositoryHealth.self, id: unitID)
            #expect(health?.problems == 0, what)
            let file = TreePath.root.appending(Array("file-after the prune".utf8))
            #expect(try tree.bytes(file) == Array("content after the prune".utf8), what)
            for point in try await world.points(unitID) {
                let artifact = try await world.restore(point, .new)
                try await world.work(other)
                let state = await states.byPoint[point.id]
                #expect(try world.tenant.copy(artifact)?.description() == state, what)
            }
            #expect(world.disk.objects.keys.filter { $0.contains("/locks/") } == [], what)
            if withRestic { try checkWithRestic(what) }
        }

        private func checkWithRestic(_ what: Comment) throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "sleeper-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            for (name, bytes) in world.disk.objects where name.hasPrefix(unitID + "/") {
                let file = folder.appending(path: name.dropFirst(unitID.count + 1))
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: file)
            }
            let restic = try StockRestic(
                repository: folder.path, password: other.dependencies.secrets.repositoryPassword(unitID: unitID))
            #expect(throws: Never.self, what) { try restic.run(["check", "--read-data"]) }
        }
    }
}
