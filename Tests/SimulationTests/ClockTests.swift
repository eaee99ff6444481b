import BackupTesting
import Catalog
import FileTree
import Foundation
import Testing

@testable import BackupRepository
@testable import ProtectionRules
@testable import ProtectionService
@testable import BackupWork

/// The time of day is set while a server runs, or between two starts.
@Suite struct ClockTests {
    private static let hour = 3600.0
    private static let wrongBy = [hour, 400 * 24 * hour]

    /// A drive with points of the right time, then some of a clock that was ahead, which is right
    /// again now. Gives the unit's id.
    private func backedUpByAWrongClock(_ seconds: Double) async throws -> (World, String, MemoryTree) {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(3)
        world.clock.jump(seconds: seconds)
        for number in 3..<6 { try await LedgerTests.backUp(world, service, tree, number: number) }
        world.clock.jump(seconds: -seconds)
        return (world, unitID, tree)
    }

    private func waitingBackups(_ world: World) async throws -> Int {
        try await world.catalog.count(
            Query<Job>(where: .and([.equal("kind", "backup"), .equal("state", JobState.waiting)])))
    }

    @Test(arguments: wrongBy) func `after a clock that was ahead the next backup is due at once`(
        seconds: Double
    ) async throws {
        let (world, unitID, _) = try await backedUpByAWrongClock(seconds)
        let unit = try #require(try await world.catalog.find(ProtectionUnit.self, id: unitID))
        #expect(unit.nextBackupDateTime ?? .distantPast > world.clock.now().addingTimeInterval(1800))
        try await Scheduler(world.restart()).tick()
        #expect(try await waitingBackups(world) == 1)
    }

    @Test(arguments: wrongBy)
    func `no point lies in the future after the next backup, and a search up to now finds the new one`(
        seconds: Double
    ) async throws {
        let (world, unitID, tree) = try await backedUpByAWrongClock(seconds)
        let before = try await world.points(unitID)
        let service = world.restart()
        try await LedgerTests.backUp(world, service, tree, number: 6)
        let after = try await world.points(unitID)
        #expect(after.dropLast().map(\.id) == before.map(\.id), "the order stays")
        let now = world.clock.now()
        #expect(after.allSatisfy { $0.protectionDateTime <= now })
        let found = try await service.points.search(PointSearch(unitIDs: [unitID], start: nil, end: now))
        #expect(found.found.first?.point.id == after.last?.id)
    }

    @Test func `points of a wrong clock keep their distances and expire no sooner`() async throws {
        let (world, unitID, tree) = try await backedUpByAWrongClock(400 * 24 * Self.hour)
        let before = try await world.points(unitID)
        try await LedgerTests.backUp(world, world.restart(), tree, number: 6)
        let after = try await world.points(unitID).dropLast()
        let newest = try #require(after.last?.protectionDateTime)
        #expect(abs(world.clock.now().timeIntervalSince(newest) - 0.001) < 0.0001)
        for (old, new) in zip(before, after).suffix(3) {
            let moved = old.protectionDateTime.timeIntervalSince(new.protectionDateTime)
            #expect(new.expirationDateTime == old.expirationDateTime)
            #expect(abs(moved + 600 - 400 * 24 * Self.hour) < 1, "the last of them was taken a cadence ago")
        }
    }

    @Test(arguments: [2 * hour, 5 * 365 * 24 * hour], [false, true])
    func `a clock that was behind for a while takes nothing from points of before`(
        seconds: Double, isRestarted: Bool
    ) async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(3)
        let before = try await world.points(unitID)
        world.clock.jump(seconds: -seconds)
        let wrong = isRestarted ? world.restart() : service
        try await Scheduler(wrong).tick()
        try await LedgerTests.backUp(world, wrong, tree, number: 3)
        world.clock.jump(seconds: seconds)
        try await Scheduler(wrong).tick()
        world.clock.turn(seconds: 7 * Self.hour)
        try await Scheduler(wrong).tick()
        let after = try await world.points(unitID)
        #expect(Array(after.prefix(3)) == before)
        #expect(after.count == 4)
        #expect(after.last?.expirationDateTime ?? .distantPast > world.clock.now())
    }

    @Test func `what could not be read is told of a point that moved`() async throws {
        let (world, service, unitID, tree) = try await LedgerTests.backedUp(1)
        let item = UnreadItem(
            path: try #require(TreePath("file")), kind: .file, code: "x", message: "x", since: Timestamp(seconds: 1),
            keptFrom: nil)
        world.clock.jump(seconds: 400 * 24 * Self.hour)
        try await LedgerTests.backUp(world, service, tree, number: 1)
        let ahead = try #require(try await world.points(unitID).last)
        try await world.catalog.write {
            try UnreadItemRows($0).note([item], unitID: unitID, at: ahead.protectionDateTime, makeID: { "row" })
        }
        world.clock.jump(seconds: -400 * 24 * Self.hour)
        try await LedgerTests.backUp(world, world.restart(), tree, number: 2)
        let points = try await world.points(unitID)
        var listed: [Int] = []
        for point in points { listed.append(try await world.catalog.page(UnreadItemRow.query(of: point)).count) }
        #expect(listed == [0, 1, 0])
    }

    @Test(.timeLimit(.minutes(1))) func `a backup by hand gives the point of its own job`() async throws {
        let (world, unitID, tree) = try await backedUpByAWrongClock(400 * 24 * Self.hour)
        let before = Set(try await world.points(unitID).map(\.id))
        try tree.put("new", [1])
        let service = world.restart()
        let working = Task { try await Worker(service, jobs: .of([.backup])).run() }
        let point = try #require(try await service.backups.takeNow([unitID]).first)
        working.cancel()
        _ = await working.result
        #expect(!before.contains(point.id))
        #expect(point.protectionDateTime == world.clock.now())
        #expect(try await world.points(unitID).last?.id == point.id)
    }

    @Test func `a waiting job that was put off by a wrong clock is due, one that waits as long as jobs do is not`()
        async throws
    {
        let world = try await World(seed: 1)
        let service = world.start()
        let ahead = [600.0: "put-back", 400 * 24 * Self.hour: "lost"].map { seconds, id in
            Job(
                id: id, kind: "restore", subjectId: id, runAfterDateTime: world.clock.now().addingTimeInterval(seconds),
                createdDateTime: world.clock.now())
        }
        try await world.catalog.write { try $0.insert(contentsOf: ahead) }
        try await Scheduler(service).tick()
        let due = Query<Job>(where: .compare("runAfterDateTime", .lessOrEqual, world.clock.now().sqlValue))
        #expect(try await world.catalog.page(due).map(\.id) == ["lost"])
    }

    @Test(arguments: [400 * 24 * hour, -2 * hour], [false, true])
    func `nothing expires in the first hours after a jump`(
        seconds: Double, isRestarted: Bool
    ) async throws {
        let (world, service, unitID, _) = try await LedgerTests.backedUp(2)
        try await world.catalog.write {
            _ = try $0.update(RestorePoint.self, where: .true, set: ["expirationDateTime": world.clock.now().sqlValue])
        }
        world.clock.jump(seconds: seconds)
        // Long over by any clock.
        try await world.catalog.write {
            _ = try $0.update(
                RestorePoint.self, where: .true, set: ["expirationDateTime": Date(timeIntervalSince1970: 0).sqlValue])
        }
        for _ in 0..<5 {
            try await Scheduler(isRestarted ? world.restart() : service).tick()
            #expect(try await world.points(unitID).count == 2)
            world.clock.turn(seconds: Self.hour)
        }
        world.clock.turn(seconds: 2 * Self.hour)
        try await Scheduler(service).tick()
        #expect(try await world.points(unitID).isEmpty)
    }

    @Test func `a jump is told in the health until things expire again`() async throws {
        let (world, service, _, _) = try await LedgerTests.backedUp(1)
        let health = service.dependencies.health
        #expect(health.checks.first { $0.name == "clock" }?.status == .ok)
        world.clock.jump(seconds: 400 * 24 * Self.hour)
        try await Scheduler(service).tick()
        let check = try #require(health.checks.first { $0.name == "clock" })
        #expect(check.status == .warning)
        #expect(check.message.contains("ahead by 400 days"))
        world.clock.turn(seconds: 6 * Self.hour)
        try await Scheduler(service).tick()
        #expect(health.status == .ok)
    }

    @Test func `time that passed while the server was off is no jump`() async throws {
        let (world, _, unitID, _) = try await LedgerTests.backedUp(2)
        world.clock.turn(days: 20)
        let restarted = world.restart()
        try await Scheduler(restarted).tick()
        #expect(try await world.points(unitID).count == 1, "the weekly point stays")
        #expect(restarted.dependencies.health.checks.first { $0.name == "clock" }?.status == .ok)
    }

    @Test func `a restore session of a wrong clock counts for no day`() async throws {
        let world = try await World(seed: 1)
        let now = world.clock.now()
        let session = RestoreSession(
            id: "session", workload: .oneDriveForBusiness, status: .completed, createdDateTime: now
        ).with {
            $0.artifactsTotal = 10_000
            $0.artifactsCompleted = 10_000
            $0.lastModifiedDateTime = now.addingTimeInterval(400 * 24 * Self.hour)
        }
        let draft = RestoreSession(
            id: "draft", workload: .oneDriveForBusiness, status: .draft, createdDateTime: now
        ).with {
            $0.artifactsTotal = 1
        }
        try await world.catalog.write { try $0.insert(contentsOf: [session, draft]) }
        try await world.catalog.read { try SessionRows($0).requireRoom(for: draft, ServiceLimits(), now) }
    }
}

/// Decisions about time as functions.
@Suite struct ClockReadingTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private static func reading(_ wall: Double, _ steady: Double, epoch: String = "boot") -> ClockReading {
        ClockReading(now: start.addingTimeInterval(wall), steady: SteadyTime(epoch: epoch, seconds: steady))
    }

    static let cases: [(last: ClockReading, present: ClockReading, change: ClockChange)] = [
        (reading(0, 10), reading(600, 610), .none),
        (reading(0, 10), reading(690, 610), .none),
        (reading(0, 10), reading(4200, 610), .jump(seconds: 3600)),
        (reading(0, 10), reading(-3000, 610), .jump(seconds: -3600)),
        (reading(0, 10), reading(0, 3610), .jump(seconds: -3600)),
        // The machine was off for a month, and its steady clock began anew.
        (reading(0, 10), reading(86_000, 5, epoch: "next boot"), .none),
        (reading(0, 10), reading(2_592_000, 5, epoch: "next boot"), .unexplained(seconds: 2_592_000)),
        (reading(0, 10), reading(-3600, 5, epoch: "next boot"), .jump(seconds: -3600)),
        // A container shows its own uptime under the machine's boot.
        (reading(0, 1000), reading(60, 5), .none),
    ]

    @Test(arguments: cases) func `a jump is what the steady clock does not show`(
        last: ClockReading, present: ClockReading, change: ClockChange
    ) {
        #expect(present.change(since: last) == change)
    }

    @Test func `the machine's steady clock goes on, and survives a start`() {
        let (first, second) = (SystemClock().steadyTime(), SystemClock().steadyTime())
        #expect(first.epoch == second.epoch)
        #expect(second.seconds >= first.seconds)
        #expect(first.seconds > 0)
    }

    @Test(
        arguments: [
            ([1.0, 2, 3], [1, 2, 3]), ([1, 900, 2, 3], [1, 1.001, 2, 3]), ([5, 6, 7, 1, 8], [5, 6, 7, 7.001, 8]),
            ([900, 1, 2], [0.999, 1, 2]), ([], []),
        ] as [([Double], [Double])])
    func `times follow the order in which points were made`(times: [Double], wanted: [Double]) {
        let ordered = PointTimes.inOrder(times.map { Self.start.addingTimeInterval($0) })
        #expect(ordered.map { ($0.timeIntervalSince(Self.start) * 1000).rounded() / 1000 } == wanted)
    }

    @Test(
        arguments: [
            // Alone, they move back together.
            ([1000.0, 1600, 2200], nil, [-1200.001, -600.001, -0.001]),
            // What was taken before the clock was set back lies in between:
            // nothing moves before it.
            ([60.0, 660], -100.0, [-99.999, -0.001]),
            ([10.0, 20, 30], -0.002, [-0.001, 0, 0.001]),
        ] as [([Double], Double?, [Double])])
    func `points from the future move back in their order`(times: [Double], last: Double?, wanted: [Double]) {
        let moved = PointTimes.honest(
            times.map { Self.start.addingTimeInterval($0) }, after: last.map { Self.start.addingTimeInterval($0) },
            before: Self.start)
        #expect(
            zip(moved, wanted).allSatisfy { abs($0.timeIntervalSince(Self.start) - $1) < 0.0001 },
            "\(moved.map { $0.timeIntervalSince(Self.start) })")
        #expect(moved.count == wanted.count)
    }
}

@Suite struct LeaseWatchTests {
    private let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let watch = LeaseWatch(isGone: { $0 == "gone" }, settings: WorkerSettings())

    private func job(owner: String = "elsewhere/7/x", lease seconds: Double) -> Job {
        Job(
            id: "job", kind: "backup", subjectId: "unit", runAfterDateTime: start, createdDateTime: start
        ).with {
            $0.state = .running
            $0.leaseOwner = owner
            $0.leaseExpiresDateTime = start.addingTimeInterval(seconds)
            $0.attempt = 1
        }
    }

    private func look(_ job: Job, wall: Double, steady: Double) -> Bool {
        let moment = ClockReading(
            now: start.addingTimeInterval(wall), steady: SteadyTime(epoch: "boot", seconds: steady))
        return !watch.lapsed(among: [job], at: moment).isEmpty
    }

    @Test func `a lease that ran out is taken when its holder shows nothing for some seconds`() {
        #expect(!look(job(lease: 60), wall: 59, steady: 59))
        #expect(!look(job(lease: 60), wall: 61, steady: 61))
        #expect(look(job(lease: 60), wall: 64, steady: 64))
    }

    @Test func `a clock that jumps ahead takes no job from a holder that lives`() {
        #expect(!look(job(lease: 60), wall: 7200, steady: 1))
        #expect(!look(job(lease: 7261), wall: 7201, steady: 2))
        #expect(!look(job(lease: 7262), wall: 7205, steady: 6))
    }

    @Test func `a lease of a wrong clock is taken when it has not moved for a whole one`() {
        #expect(!look(job(lease: 1_000_000), wall: 0, steady: 0))
        #expect(!look(job(lease: 1_000_000), wall: 59, steady: 59))
        #expect(look(job(lease: 1_000_000), wall: 60, steady: 60))
    }

    @Test func `the lease of a process that is certainly gone is taken at once`() {
        #expect(look(job(owner: "gone", lease: 60), wall: 0, steady: 0))
    }
}
