import BackupRepository
import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import Synchronization
import Testing

@testable import ProtectionService
@testable import BackupWork

/// What the service tells of points that could not read everything.
@Suite struct UnreadPointTests {
    /// A world with one drive of three files, of which some cannot be opened.
    private struct Scene {
        let world: World
        let service: ServiceContext
        let tree: MemoryTree
        let unitID: String
        let closed: ClosedFiles

        init() async throws {
            let closed = ClosedFiles()
            world = try await World(seed: 5)
            tree = MemoryTree { call in
                switch call {
                case .open(let path), .list(let path): closed.contains(path) ? .permissionDenied : nil
                default: nil
                }
            }
            for name in ["a", "b", "c"] { try tree.put("folder/\(name)", Array("good \(name)".utf8)) }
            unitID = try #require(try await world.protect([tree]).first).id
            service = world.start()
            self.closed = closed
        }

        func backUp() async throws -> RestorePoint {
            world.clock.turn(seconds: 600)
            try await Scheduler(service).tick()
            try await world.work(service)
            return try #require(try await world.points(unitID).last)
        }

        func unit() async throws -> ProtectionUnit {
            try #require(try await world.catalog.find(ProtectionUnit.self, id: unitID))
        }
    }

    final class ClosedFiles: Sendable {
        private let paths = Mutex<Set<TreePath>>([])
        func set(_ texts: [String]) { paths.withLock { $0 = Set(texts.compactMap { TreePath($0) }) } }
        func contains(_ path: TreePath) -> Bool { paths.withLock { $0.contains(path) } }
    }

    private func names(_ rows: [UnreadItemRow]) -> [String] { rows.map { String(decoding: $0.path, as: UTF8.self) } }

    @Test func `the unit says how many and which, stays protected, and the next full point clears it`() async throws {
        let scene = try await Scene()
        scene.closed.set(["folder/a", "folder/c"])
        let point = try await scene.backUp()
        let unit = try await scene.unit()
        #expect(point.failureCount == 2)
        #expect(unit.status == .protected)
        #expect(unit.error?.message.contains("2 items could not be read: 'folder/a'") == true)
        #expect(unit.error?.details.map(\.target) == ["folder/a", "folder/c"])
        #expect(unit.error?.details.map(\.code) == ["permissionDenied", "permissionDenied"])
        scene.closed.set([])
        #expect(try await scene.backUp().failureCount == 0)
        #expect(try await scene.unit().error == nil)
    }

    @Test func `each point has its own list, also points that share a snapshot`() async throws {
        let scene = try await Scene()
        let whole = try await scene.backUp()
        try scene.tree.put("folder/a", Array("newer".utf8))
        scene.closed.set(["folder/a"])
        let (one, same) = (try await scene.backUp(), try await scene.backUp())
        try scene.tree.put("folder/d", [1])
        scene.closed.set(["folder/a", "folder/d"])
        let two = try await scene.backUp()
        #expect(one.snapshotId == same.snapshotId)
        #expect(try await scene.service.points.unreadItems(of: whole) == [])
        for point in [one, same] {
            #expect(names(try await scene.service.points.unreadItems(of: point)) == ["folder/a"])
        }
        let items = try await scene.service.points.unreadItems(of: two)
        #expect(names(items) == ["folder/a", "folder/d"])
        #expect(items.map(\.keptFromDateTime) == [whole.protectionDateTime, nil])
        #expect(items.map(\.sinceDateTime) == [one.protectionDateTime, two.protectionDateTime])
        let page = try await scene.service.points.unreadItems(of: two, after: items[0], limit: 5)
        #expect(names(page) == ["folder/d"])
    }

    @Test func `a rebuilt catalogue tells the same`() async throws {
        let scene = try await Scene()
        _ = try await scene.backUp()
        try scene.tree.put("folder/a", Array("newer".utf8))
        scene.closed.set(["folder/a"])
        _ = try await scene.backUp()
        try scene.tree.put("folder/d", [1])
        scene.closed.set(["folder/d"])
        _ = try await scene.backUp()
        let catalog = try await TemporaryCatalog.make()
        var dependencies = scene.world.start().dependencies
        dependencies.catalog = catalog.store
        let rebuilt = ServiceContext(dependencies: dependencies)
        #expect(try await rebuilt.repositories.rebuildCatalog(locations: [scene.unitID]).units.flatMap(\.notes) == [])
        for point in try await scene.world.points(scene.unitID) {
            let again = try await rebuilt.points.find(id: point.id).point
            #expect(again.failureCount == point.failureCount)
            let (old, new) = (
                try await scene.service.points.unreadItems(of: point), try await rebuilt.points.unreadItems(of: again)
            )
            #expect(names(new) == names(old))
            #expect(new.map(\.code) == old.map(\.code))
            #expect(new.map(\.keptFromDateTime) == old.map(\.keptFromDateTime))
        }
    }

    @Test func `a restore succeeds and lists what it left alone`() async throws {
        let scene = try await Scene()
        try scene.tree.put("new", Array("never read".utf8))
        scene.closed.set(["new"])
        let point = try await scene.backUp()
        scene.closed.set([])
        let artifactID = try await scene.world.restore(point, .inPlace)
        try await scene.world.work(scene.service)
        let artifact = try #require(try await scene.world.catalog.find(RestoreArtifact.self, id: artifactID))
        #expect(artifact.status == .succeeded)
        #expect(artifact.error == nil)
        let notices = try await scene.service.restores.notices(ofSession: artifact.sessionId)
        #expect(notices.map(\.kind) == [.leftAlone])
        #expect(notices.map(\.path) == [Array("new".utf8)])
        #expect(try scene.tree.bytes(#require(TreePath("new"))) == Array("never read".utf8))
    }

    @Test func `a single item that gave way to what may be it fails, and says why`() async throws {
        let scene = try await Scene()
        _ = try await scene.backUp()
        try scene.tree.put("other", [1])
        scene.closed.set(["folder"])
        let point = try await scene.backUp()
        scene.closed.set([])
        let path = try #require(TreePath("folder/a"))
        try scene.tree.remove(path)
        try scene.tree.makeSymbolicLink(path, target: Array("b".utf8))
        let (world, now) = (scene.world, scene.world.clock.now())
        var session = RestoreSession(
            id: world.makeID(), workload: point.workload, status: .active, createdDateTime: now
        ).with {
            $0.artifactsTotal = 1
            $0.artifactsInProgress = 1
        }
        session.conflictBehavior = .replace
        var item = GranularRestoreArtifact()
        (item.id, item.sessionId, item.itemKey) = (world.makeID(), session.id, "key")
        (item.restorePointId, item.unitId, item.itemPath) = (point.id, scene.unitID, path.bytes)
        (item.sourceId, item.destinationType, item.status) = ("source", .inPlace, .scheduled)
        let job = Job(
            id: world.makeID(), kind: JobKind.restoreItems.rawValue, subjectId: item.id, runAfterDateTime: now,
            createdDateTime: now)
        try await world.catalog.write { [session, item] writer in
            try writer.insert(session)
            try writer.insert(item)
            _ = try writer.addJob(job)
        }
        try await world.work(scene.service)
        let ended = try #require(try await world.catalog.find(GranularRestoreArtifact.self, id: item.id))
        #expect(ended.status == .failed)
        #expect(ended.error?.code == "ArtifactCannotBeRestored")
        #expect(ended.error?.message.contains("could not be read") == true)
        #expect(ended.restoredItemWebUrl == nil)
        #expect(try scene.tree.linkTarget(of: path) == Array("b".utf8))
    }

    @Test func `lists go with the last point that they belong to`() async throws {
        let scene = try await Scene()
        scene.closed.set(["folder/a"])
        let first = try await scene.backUp()
        try scene.tree.put("folder/b", Array("newer".utf8))
        scene.closed.set(["folder/b"])
        let second = try await scene.backUp()
        #expect(try await scene.world.catalog.count(Query<UnreadItemRow>()) == 2)
        try await scene.world.catalog.write { writer in
            try writer.delete(RestorePoint.self, id: first.id)
            try writer.deleteOutdatedUnreadItems(unitID: second.unitId)
        }
        #expect(names(try await scene.world.catalog.page(Query<UnreadItemRow>())) == ["folder/b"])
    }

    @Test func `a unit whose newest snapshot is not known still keeps what it cannot read`() async throws {
        let scene = try await Scene()
        let whole = try await scene.backUp()
        try await scene.world.catalog.write { [unitID = scene.unitID] writer in
            _ = try writer.update(UnitRepository.self, where: .equal("id", unitID), set: ["lastSnapshotId": .null])
        }
        try scene.tree.put("folder/a", Array("newer".utf8))
        scene.closed.set(["folder/a"])
        let point = try await scene.backUp()
        #expect(point.snapshotId != whole.snapshotId)
        #expect(
            try await scene.service.points.unreadItems(of: point).map(\.keptFromDateTime) == [whole.protectionDateTime])
    }
}
