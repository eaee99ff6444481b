import BackupTesting
import Catalog
import FileTree
import Foundation
import Logging
import Testing

@testable import ProtectionRules
@testable import ProtectionService
@testable import BackupWork

/// A drive is suddenly empty: the mount is not there, or somebody emptied it.
@Suite struct HeldPointTests {
    /// A drive with some files and one point of them, under a policy that keeps points for a time.
    private struct Scene: Sendable {
        let world: World
        let service: ServiceContext
        let tree = MemoryTree()
        let unitID: String
        let full: RestorePoint
        let lines = MemoryLog.Lines()

        init(files: Int = 60, holdDays: Int = 30, retentionDays: Int = 14) async throws {
            world = try await World(seed: 7)
            for number in 0..<files { try tree.put("file-\(number)", [UInt8(number)]) }
            unitID = try #require(try await world.protect([tree]).first).id
            try await world.catalog.write { writer in
                let days = retentionDays.sqlValue
                _ = try writer.update(ProtectionPolicy.self, where: .true, set: ["retentionDays": days])
            }
            var dependencies = world.start().dependencies
            dependencies.logger = Logger(label: "test") { [lines] _ in MemoryLog(lines: lines) }
            dependencies.intervals.suddenLossHoldDays = holdDays
            service = ServiceContext(dependencies: dependencies)
            full = try await Self.backUp(world, service, unitID)
        }

        static func backUp(
            _ world: World, _ service: ServiceContext, _ unitID: String
        ) async throws -> RestorePoint {
            world.clock.turn(seconds: 600)
            try await Scheduler(service).tick()
            try await world.work(service)
            return try #require(try await world.points(unitID).last)
        }

        @discardableResult func backUp() async throws -> RestorePoint { try await Self.backUp(world, service, unitID) }

        /// Leaves so many of the files.
        func empty(to left: Int = 0) throws {
            let paths = try tree.description().keys.sorted()
            for path in paths.dropFirst(left) where !path.isRoot { try tree.remove(path) }
        }

        func fill(_ files: Range<Int>) throws {
            for number in files { try tree.put("file-\(number)", [UInt8(number)]) }
        }

        func unit() async throws -> ProtectionUnit {
            try #require(try await world.catalog.find(ProtectionUnit.self, id: unitID))
        }

        func isThere(_ point: RestorePoint) async throws -> Bool {
            try await world.catalog.find(RestorePoint.self, id: point.id) != nil
        }

        func holds() async throws -> [PointHold] { try await world.catalog.page(Query<PointHold>()) }

        func turn(days: Double) async throws {
            world.clock.turn(days: days)
            try await Scheduler(service).tick()
            try await world.work(service)
        }
    }

    @Test func `an emptied drive is backed up at every cadence and says what it lost`() async throws {
        let scene = try await Scene()
        try scene.empty()
        for _ in 0..<3 { try await scene.backUp() }
        let unit = try await scene.unit()
        #expect(try await scene.world.points(scene.unitID).count == 4)
        #expect(unit.status == .protected)
        let message = try #require(unit.error?.message)
        #expect(message.hasPrefix("The drive had 60 files and has 0 now. Is its disk mounted?"))
        #expect(message.contains(scene.full.protectionDateTime.formatted(.iso8601)))
        let told = scene.lines.take().filter { $0.hasPrefix("warning") && $0.contains("lost most of its files") }
        #expect(told.count == 1, "once, and not with every backup")
        #expect(told.first?.contains(unit.knownName) == true)
    }

    @Test func `the last full point outlives its retention, and goes after thirty days`() async throws {
        let scene = try await Scene()
        try scene.empty()
        try await scene.backUp()
        try await scene.turn(days: 29)
        #expect(try await scene.isThere(scene.full))
        let search = PointSearch(unitIDs: [scene.unitID], start: nil, end: scene.world.clock.now(), preference: .oldest)
        #expect(try await scene.service.points.search(search).found.first?.point.id == scene.full.id)
        try await scene.turn(days: 1.1)
        #expect(try await !scene.isThere(scene.full))
        #expect(try await scene.holds() == [])
        #expect(try await scene.unit().error == nil)
    }

    @Test func `after thirty days a point that its policy keeps longer stays, and nothing is told`() async throws {
        let scene = try await Scene(retentionDays: 365)
        try scene.empty()
        try await scene.backUp()
        scene.world.clock.turn(days: 30)
        try await Scheduler(scene.service).tick()
        #expect(try await scene.holds() == [])
        #expect(try await scene.world.catalog.find(RestorePoint.self, id: scene.full.id) == scene.full)
        #expect(try await scene.unit().error == nil)
        #expect(!scene.service.dependencies.health.checks.contains { $0.name == "losses" })
    }

    @Test func `without a loss it goes when its policy says`() async throws {
        let scene = try await Scene()
        try scene.empty(to: 30)
        try await scene.backUp()
        #expect(try await scene.unit().error == nil)
        try await scene.turn(days: 15)
        #expect(try await !scene.isThere(scene.full))
    }

    @Test func `what is held can be restored after its retention`() async throws {
        let scene = try await Scene()
        let before = try scene.tree.description()
        try scene.empty()
        try await scene.backUp()
        try await scene.turn(days: 20)
        let artifact = try await scene.world.restore(scene.full, .inPlace)
        try await scene.world.work(scene.service)
        #expect(try await scene.world.catalog.find(RestoreArtifact.self, id: artifact)?.status == .succeeded)
        #expect(try scene.tree.description() == before)
        try await scene.backUp()
        #expect(try await scene.holds() == [])
    }

    @Test func `the hold ends when more than half of the files are back`() async throws {
        let scene = try await Scene()
        try scene.empty()
        try await scene.backUp()
        try scene.fill(0..<30)
        try await scene.backUp()
        #expect(try await scene.holds().map(\.filesLeft) == [30])
        try scene.fill(30..<31)
        try await scene.backUp()
        #expect(try await scene.holds() == [])
        #expect(try await scene.unit().error == nil)
        #expect(try await scene.world.catalog.find(RestorePoint.self, id: scene.full.id) == scene.full)
    }

    @Test func `later losses keep the first held point`() async throws {
        let scene = try await Scene(files: 120)
        try scene.empty(to: 50)
        try await scene.backUp()
        try scene.empty()
        try await scene.backUp()
        #expect(try await scene.holds().map(\.filesLeft) == [0])
        #expect(try await scene.holds().map(\.id) == [scene.full.id])
    }

    @Test func `an administrator releases it`() async throws {
        let scene = try await Scene()
        try scene.empty()
        try await scene.backUp()
        let held = try await scene.service.points.find(id: scene.full.id)
        #expect(held.hold?.untilDateTime == scene.world.clock.now().adding(days: 30))
        #expect(held.point.expirationDateTime == held.hold?.untilDateTime)
        let released = try await scene.service.points.releaseHold(ofUnit: scene.unit().knownName)
        #expect(released.point == scene.full)
        #expect(try await scene.unit().error == nil)
        try await scene.backUp()
        #expect(try await scene.holds() == [], "what was released is not held again")
        let error = await #expect(throws: ServiceError.self) {
            try await scene.service.points.releaseHold(ofUnit: scene.unitID)
        }
        #expect(error?.code == .nothingHeld)
    }

    @Test func `health tells how many, and nothing where none is held`() async throws {
        let scene = try await Scene()
        let health = scene.service.dependencies.health
        #expect(!health.checks.contains { $0.name == "losses" })
        try scene.empty()
        try await scene.backUp()
        try await Scheduler(scene.service).tick()
        let check = try #require(health.checks.first { $0.name == "losses" })
        #expect(check.status == .warning)
        #expect(check.message.hasPrefix("1 drive or site lost most files"))
        #expect(try await !check.message.contains(scene.unit().knownName))
        _ = try await scene.service.points.releaseHold(ofUnit: scene.unitID)
        try await Scheduler(scene.service).tick()
        #expect(!health.checks.contains { $0.name == "losses" })
    }

    @Test func `the hold goes with the unit's points`() async throws {
        let scene = try await Scene()
        try scene.empty()
        try await scene.backUp()
        let unitID = scene.unitID
        try await scene.world.catalog.write { _ = try $0.delete(RestorePoint.self, where: .equal("unitId", unitID)) }
        #expect(try await scene.holds() == [])
    }

    @Test func `no days, no hold`() async throws {
        let scene = try await Scene(holdDays: 0)
        try scene.empty()
        try await scene.backUp()
        #expect(try await scene.holds() == [])
        #expect(try await scene.unit().error == nil)
    }

    @Test func `a hold that a clock begins that is ahead ends thirty days after the right time`() async throws {
        let scene = try await Scene()
        scene.world.clock.jump(seconds: 400 * 86_400)
        try scene.empty()
        try await scene.backUp()
        scene.world.clock.jump(seconds: -400 * 86_400)
        try await scene.backUp()
        #expect(try await scene.holds().map(\.untilDateTime) == [scene.world.clock.now().adding(days: 30)])
        #expect(try await scene.isThere(scene.full))
    }

    @Test func `an error of both tells both, and the release leaves what could not be read`() {
        let unread = PublicError(
            code: "unknownError", message: "1 item could not be read: 'a'.",
            details: [PublicErrorDetail(code: "c", message: "m")])
        let both = PublicError(loss: "The drive is empty.", unread: unread)
        #expect(both?.message == "The drive is empty. 1 item could not be read: 'a'.")
        #expect(both?.details == unread.details)
        #expect(both?.without(loss: "The drive is empty.") == unread)
        #expect(PublicError(loss: "The drive is empty.", unread: nil)?.without(loss: "The drive is empty.") == nil)
        #expect(unread.without(loss: "The drive is empty.") == unread)
    }
}
