import BackupRepository
import BackupTesting
import SampleData
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Testing

@testable import ProtectionService
@testable import BackupWork

/// The owner may use stock restic on every repository. What that does to the restore points is
/// told, and what is still there comes back.
@Suite struct OwnersResticTests {
    /// A drive with three points, the repository of which restic can be let loose on.
    private struct Scene {
        var world: World
        var service: ServiceContext
        var unitID: String
        var tree: MemoryTree
        var states: [String: [TreePath: DescribedItem]]

        init() async throws {
            (world, service, unitID, tree) = try await LedgerTests.backedUp(0)
            states = [:]
            for number in 0..<3 {
                try await LedgerTests.backUp(world, service, tree, number: number)
                states[try #require(try await world.points(unitID).last).id] = try tree.description()
            }
        }

        func points() async throws -> [RestorePoint] { try await world.points(unitID) }

        /// Runs restic on the repository as it is on the disk, and takes over what it left.
        /// - Returns: what it printed; nil where this restic has no such command.
        func restic(_ commands: [String]..., password: String? = nil) throws -> String? {
            let folder = FileManager.default.temporaryDirectory.appending(path: "owners-restic-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let prefix = unitID + "/"
            for (name, bytes) in world.disk.objects where name.hasPrefix(prefix) {
                let file = folder.appending(path: "repository/" + name.dropFirst(prefix.count))
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: file)
            }
            let own = service.dependencies.secrets.repositoryPassword(unitID: unitID)
            try Data((password ?? own).utf8).write(to: folder.appending(path: "new-password"))
            try Data("a file of the owner's".utf8).write(to: folder.appending(path: "owners-file"))
            let restic = try StockRestic(repository: folder.path + "/repository", password: own)
            var text = ""
            for command in commands {
                let arguments = command.map { $0.replacing("FOLDER", with: folder.path) }
                do {
                    text += try restic.run(arguments)
                } catch let failure as StockRestic.Failed where failure.description.contains("unknown command") {
                    return nil
                }
            }
            let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/repository")
            var after: [String: [UInt8]] = [:]
            for name in left {
                var isFolder: ObjCBool = false
                let path = folder.path + "/repository/" + name
                guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
                else { continue }
                after[prefix + name] = Array(try Data(contentsOf: URL(filePath: path)))
            }
            let before = world.disk.objects.keys.filter { $0.hasPrefix(prefix) }
            for name in Set(before).union(after.keys) { world.disk.tamper(name, after[name]) }
            return text
        }

        func errors() async throws -> [String] {
            try await service.repositories.check(unitID: unitID, readsData: true).errors.map(\.message)
        }

        /// Every point gives back exactly what it did; a verification has nothing to say.
        func expectAllWhole(_ comment: Comment) async throws {
            #expect(try await errors() == [], comment)
            try await verify()
            for point in try await points() {
                #expect(!point.isDamaged, comment)
                let artifact = try await world.restore(point, .new)
                try await world.work(service)
                #expect(try world.tenant.copy(artifact)?.description() == states[point.id], comment)
            }
        }

        func verify() async throws {
            let job = service.job(.verify, unitID)
            _ = try await world.catalog.write { try $0.addJob(job) }
            try await world.work(service)
        }

        func prune() async throws {
            let job = service.job(.prune, unitID)
            _ = try await world.catalog.write { try $0.addJob(job) }
            try await world.work(service)
        }
    }

    @Test(arguments: [["tag", "--add", "kept"], ["tag", "--set", "mine"]])
    func `a snapshot that was tagged is found again, also a second time, and its points with it`(
        command: [String]
    ) async throws {
        let scene = try await Scene()
        for round in 0..<2 {
            let tag = command.dropLast() + [command[2] + "\(round)"]
            #expect(try scene.restic(Array(tag)) != nil)
            let found = try await scene.errors()
            #expect(found.filter { $0.contains("holds the same") }.count == 3, "round \(round): \(found)")
            try await scene.prune()
            let plan = try await scene.service.repositories.planRepair(unitID: scene.unitID)
            #expect(plan.displaced.map(\.fate) == [.whole, .whole, .whole])
            let report = try await scene.service.repositories.repair(unitID: scene.unitID)
            #expect(report.displaced.count == 3, "round \(round)")
            #expect(report.damagedPoints == 0, "round \(round)")
            try await scene.expectAllWhole("round \(round)")
        }
        try await LedgerTests.backUp(scene.world, scene.service, scene.tree, number: 7)
        #expect(try await scene.errors() == [])
    }

    @Test func `a snapshot that was forgotten and pruned is gone, and the repair counts and names its points`()
        async throws
    {
        let scene = try await Scene()
        let point = try await scene.points()[1]
        _ = try scene.restic(["forget", point.snapshotId, "--prune"])
        #expect(try await scene.errors().contains { $0.contains("not there any more") })
        for round in 0..<2 {
            let report = try await scene.service.repositories.repair(unitID: scene.unitID)
            #expect(report.displaced.map(\.point.id) == [point.id], "round \(round)")
            #expect(report.displaced.map(\.fate) == [.gone], "round \(round)")
            #expect(report.damagedPoints == 1, "round \(round)")
        }
        #expect(try await scene.points().map(\.isDamaged) == [false, true, false])
        let report = try await scene.service.repositories.check(unitID: scene.unitID, readsData: true)
        #expect(report.isSound)
        #expect(report.problems.contains { $0.message.contains("1 restore points are marked as damaged") })
    }

    @Test func `a snapshot that was forgotten comes back as long as nobody pruned`() async throws {
        let scene = try await Scene()
        for point in try await scene.points().prefix(2) { _ = try scene.restic(["forget", point.snapshotId]) }
        #expect(try await scene.errors().filter { $0.contains("brings it back") }.count == 2)
        let report = try await scene.service.repositories.repair(unitID: scene.unitID)
        #expect(report.displaced.map(\.fate) == [.whole, .whole])
        #expect(report.damagedPoints == 0)
        try await scene.expectAllWhole("after the repair")
        #expect(try #require(try scene.restic(["check", "--read-data"])).contains("no errors"))
    }

    @Test func `a verification after that marks the points, and later backups are trusted all the same`() async throws {
        let scene = try await Scene()
        _ = try scene.restic(["forget", try await scene.points()[0].snapshotId, "--prune"])
        try await scene.verify()
        #expect(try await scene.points().map(\.isDamaged) == [true, false, false])
        let unit = try #require(try await scene.world.catalog.find(ProtectionUnit.self, id: scene.unitID))
        #expect(unit.error?.message.contains("1 restore points cannot be restored in full") == true)
        try await LedgerTests.backUp(scene.world, scene.service, scene.tree, number: 8)
        #expect(try await scene.points().map(\.isDamaged) == [true, false, false, false])
    }

    @Test func `a rewritten snapshot that lost its old content is told as lost, and stays so`() async throws {
        let scene = try await Scene()
        let point = try await scene.points()[2]
        let rewriting = try scene.restic(["rewrite", "--exclude", "file-2", "--forget", point.snapshotId], ["prune"])
        guard rewriting != nil else { return try await expectChangedByHand(scene, point) }
        try await expectChanged(scene, point)
    }

    /// The same with a snapshot as `restic rewrite` writes it, for a restic that cannot.
    private func expectChangedByHand(_ scene: Scene, _ point: RestorePoint) async throws {
        let context = JobContext(service: scene.service, progress: ProgressCell())
        let repository = try #require(try await context.openRepository(unitID: scene.unitID)).repository
        let (old, other) = (try await repository.snapshot(point.snapshotId), try await scene.points()[1].snapshotId)
        let draft = SnapshotDraft(
            tree: try await repository.snapshot(other).tree, time: old.time, label: scene.unitID,
            hostname: old.hostname, tags: old.tags,
            original: old.id)
        _ = try await repository.store(draft) { _, _ in }
        _ = try scene.restic(["forget", point.snapshotId, "--prune"])
        try await expectChanged(scene, point)
    }

    private func expectChanged(_ scene: Scene, _ point: RestorePoint) async throws {
        #expect(try await scene.errors().contains { $0.contains("with other content") })
        let report = try await scene.service.repositories.repair(unitID: scene.unitID)
        #expect(report.displaced.map(\.fate) == [.changed])
        #expect(report.displaced.map(\.point.id) == [point.id])
        #expect(report.damagedPoints == 1)
        #expect(try await scene.errors() == [])
        try await scene.verify()
        #expect(try await scene.points().map(\.isDamaged) == [false, false, true])
    }

    @Test func `a rewritten snapshot whose old content is still there is whole again`() async throws {
        let scene = try await Scene()
        let point = try await scene.points()[2]
        guard try scene.restic(["rewrite", "--exclude", "file-2", "--forget", point.snapshotId]) != nil else { return }
        let report = try await scene.service.repositories.repair(unitID: scene.unitID)
        #expect(report.displaced.map(\.fate) == [.whole])
        try await scene.expectAllWhole("after the repair")
    }

    /// Commands that leave every point as it is.
    @Test(arguments: [
        [["rebuild-index"]], [["repair", "index"]], [["prune"]], [["repair", "snapshots", "--forget"]], [["migrate"]],
        [["unlock"]],
        [["key", "add", "--new-password-file", "FOLDER/new-password"]], [["check", "--read-data"]],
    ])
    func `other commands change nothing for the points`(commands: [[String]]) async throws {
        let scene = try await Scene()
        guard try scene.restic(commands[0], password: "of the owner") != nil else { return }
        try await scene.expectAllWhole("after restic \(commands)")
        let report = try await scene.service.repositories.repair(unitID: scene.unitID)
        #expect(report.damagedPoints == 0)
        try await LedgerTests.backUp(scene.world, scene.service, scene.tree, number: 5)
        #expect(try await scene.errors() == [])
    }

    @Test func `a changed password is told, and a repair adds the one that Holdfast tells`() async throws {
        let scene = try await Scene()
        _ = try scene.restic(["key", "passwd", "--new-password-file", "FOLDER/new-password"], password: "of the owner")
        #expect(try await scene.errors().contains { $0.contains("holdfast repository password") })
        _ = try await scene.service.repositories.repair(unitID: scene.unitID)
        #expect(try scene.restic(["snapshots"]) != nil, "the password opens again")
        try await scene.expectAllWhole("after the repair")
    }

    @Test func `the owner's own snapshots are noted, hurt nobody, and are not forgotten by a prune`() async throws {
        let scene = try await Scene()
        _ = try scene.restic(["backup", "FOLDER/owners-file"])
        let report = try await scene.service.repositories.check(unitID: scene.unitID, readsData: true)
        #expect(report.isSound)
        #expect(report.problems.contains { $0.severity == .note && $0.message.contains("another program") })
        try await scene.verify()
        let oldest = try #require(try await scene.points().first)
        try await scene.world.catalog.write { _ = try $0.delete(RestorePoint.self, id: oldest.id) }
        try await scene.prune()
        let listed = try #require(try scene.restic(["snapshots", "--json"]))
        #expect(listed.contains("owners-file"))
        #expect(!listed.contains(#""id":"\#(oldest.snapshotId)""#))
        try await scene.expectAllWhole("beside the owner's backup")
    }

    @Test func `a rebuilt catalogue has no points of the owner's own snapshots, and does not trust changed ones`()
        async throws
    {
        let scene = try await Scene()
        let points = try await scene.points()
        _ = try scene.restic(["backup", "FOLDER/owners-file"])
        _ = try scene.restic(["tag", "--add", "kept", points[0].snapshotId])
        // Both snapshots stay, with the tag of one point.
        let isRewritten = try scene.restic(["rewrite", "--exclude", "file-2", points[2].snapshotId]) != nil
        let isForgotten =
            try isRewritten
            && scene.restic(["rewrite", "--exclude", "file-1", "--forget", points[1].snapshotId]) != nil
        let catalog = try await TemporaryCatalog.make()
        var dependencies = scene.service.dependencies
        dependencies.catalog = catalog.store
        let report = try await ServiceContext(dependencies: dependencies).repositories.rebuildCatalog(locations: [
            scene.unitID
        ])
        #expect(report.failures.isEmpty)
        #expect(report.units.first?.notes.contains { $0.contains("another program") } == true)
        let rebuilt = try await catalog.store.page(Query<RestorePoint>(order: [.init("protectionDateTime")]))
        #expect(rebuilt.map(\.id) == points.map(\.id))
        #expect(rebuilt.map(\.isDamaged) == [false, isForgotten, false])
    }

    @Test func `a description that cannot be read any more is written anew`() async throws {
        let scene = try await Scene()
        let point = try await scene.points()[1]
        let name = "\(scene.unitID)/snapshots/\(point.snapshotId)"
        var bytes = try #require(scene.world.disk.objects[name])
        bytes[bytes.count / 2] ^= 1
        scene.world.disk.tamper(name, bytes)
        let report = try await scene.service.repositories.repair(unitID: scene.unitID)
        #expect(report.displaced.map(\.fate) == [.whole])
        #expect(report.damagedPoints == 0)
        try await scene.expectAllWhole("after the repair")
    }
}
