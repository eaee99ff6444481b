import BackupTesting
import Catalog
import FileTree
import Foundation
import ObjectStorage
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import BackupWork

/// Keeps what the work tells.
private final class Listener: WorkObserver {
    private let heard = Mutex<[WorkEvent]>([])

    var events: [WorkEvent] { heard.withLock { $0 } }
    /// Kind and outcome of each run.
    var runs: [String] {
        events.compactMap { event in
            guard case .ran(let run) = event else { return nil }
            return "\(run.kind) \(run.outcome.rawValue)"
        }
    }

    func note(_ event: WorkEvent) { heard.withLock { $0.append(event) } }
    func forget() { heard.withLock { $0 = [] } }
}

/// What observers hear of work that is done.
@Suite struct WorkObserverTests {
    private let listener = Listener()
    private let world: PlanWorld

    init() async throws {
        let listener = listener
        world = try await PlanWorld { $0.observer = listener }
        try world.tree.put("a.txt", [1, 2, 3])
        try world.tree.put("b.txt", [4])
    }

    private var backups: [BackupFigures] {
        listener.events.compactMap { event in
            guard case .backedUp(.oneDriveForBusiness, let figures) = event else { return nil }
            return figures
        }
    }

    @Test func `a backup tells what it found, once, and how it ran`() async throws {
        try await world.backUp()
        let figures = try #require(backups.first)
        #expect(backups.count == 1)
        #expect(figures.isChanged)
        #expect(figures.added == 2)
        #expect(figures.changed == 0)
        #expect(figures.removed == 0)
        #expect(figures.unread == 0)
        #expect(figures.readBytes == 4)
        #expect(figures.storedBytes > 0)
        let run = try #require(
            listener.events.compactMap { event -> JobRun? in
                guard case .ran(let run) = event, run.kind == "backup" else { return nil }
                return run
            }.first)
        #expect(run.outcome == .done)
        #expect(run.workload == .oneDriveForBusiness)
    }

    @Test func `the next backup tells only what changed, and one without a change says so`() async throws {
        try await world.backUp()
        try world.tree.put("a.txt", [9, 9, 9, 9])
        try world.tree.remove(try #require(TreePath("b.txt")))
        listener.forget()
        try await world.backUp()
        let figures = try #require(backups.first)
        #expect(figures.added == 0)
        #expect(figures.changed == 1)
        #expect(figures.removed == 1)
        listener.forget()
        try await world.backUp()
        #expect(backups.map(\.isChanged) == [false])
    }

    @Test func `a drive that is gone tells tries and a failure, and no backup`() async throws {
        try await world.backUp()
        world.tenant.remove(userID: world.unit.sourceId)
        listener.forget()
        for _ in 0..<12 { try await world.backUp() }
        #expect(backups.isEmpty)
        #expect(listener.runs.contains("backup failed"))
    }

    @Test func `a plan and its restore are told, with bytes`() async throws {
        let moment = try await world.backUp()
        try world.tree.put("a.txt", [7, 7, 7, 7, 7])
        try await world.backUp()
        listener.forget()
        let plan = try await world.plan(world.draft(moment))
        #expect(listener.events.contains(.planned))
        _ = try await world.run(plan)
        let ends = listener.events.compactMap { event -> String? in
            guard case .restored(let workload, let end, let bytes) = event else { return nil }
            return "\(workload.rawValue) \(end.rawValue) \(bytes > 0)"
        }
        #expect(ends == ["oneDriveForBusiness succeeded true"])
        #expect(listener.runs.contains("restore done"))
    }

    @Test func `a verification tells what it read`() async throws {
        try await world.backUp()
        let job = world.service.job(.verify, world.unit.id)
        try await world.fixture.catalog.write { _ = try $0.addJob(job) }
        listener.forget()
        try await world.fixture.work()
        let verified = listener.events.compactMap { event -> (Int, Int, Int)? in
            guard case .verified(let bytes, let problems, let violations) = event else { return nil }
            return (bytes, problems, violations)
        }
        #expect(verified.count == 1)
        #expect(try #require(verified.first).0 > 0)
        #expect(try #require(verified.first).1 == 0)
        #expect(try #require(verified.first).2 == 0)
    }

    @Test func `a snapshot that another program removed is a violation`() async throws {
        try await world.backUp()
        let store = world.fixture.stores[world.unit.id]
        for snapshot in try await store.list(prefix: "snapshots/") { try await store.delete(snapshot.name) }
        let job = world.service.job(.verify, world.unit.id)
        try await world.fixture.catalog.write { _ = try $0.addJob(job) }
        listener.forget()
        try await world.fixture.work()
        let violations = listener.events.compactMap { event -> Int? in
            guard case .verified(_, _, let violations) = event else { return nil }
            return violations
        }
        #expect(try #require(violations.first) > 0)
    }
}

/// Whether scheduler and worker show that they go on.
@Suite struct HeartbeatTests {
    @Test func `setting the clock makes no part stand still, and time that passes does`() {
        let (clock, beats) = (ManualClock(), Heartbeats())
        #expect(beats.standing(clock) == [.scheduler, .worker])
        beats.beat(.worker, clock)
        clock.jump(seconds: -86_400)
        #expect(beats.standing(clock) == [.scheduler])
        clock.turn(seconds: Heartbeats.patienceSeconds)
        #expect(beats.standing(clock) == [.scheduler])
        clock.turn(seconds: 1)
        #expect(beats.standing(clock) == [.scheduler, .worker])
    }

    @Test func `a scheduler that waits for its next look goes on showing itself`() async throws {
        let (beaten, stream) = AsyncStream<Void>.makeStream()
        let world = try await PlanWorld { $0.heartbeats = Heartbeats { _, _ in stream.yield() } }
        let clock = world.fixture.clock
        let scheduler = Task { [service = world.service] in try await Scheduler(service).run() }
        var beats = beaten.makeAsyncIterator()
        _ = await beats.next()
        let first = try #require(world.service.dependencies.heartbeats.lastBeat(of: .scheduler))
        // It sleeps by the clock; a turn before it sleeps moves the present all the same.
        clock.turn(seconds: Heartbeats.pauseSeconds)
        _ = await beats.next()
        let second = try #require(world.service.dependencies.heartbeats.lastBeat(of: .scheduler))
        #expect(second >= first.addingTimeInterval(Heartbeats.pauseSeconds))
        scheduler.cancel()
        _ = await scheduler.result
    }

    @Test func `a worker shows itself each time it looks for jobs`() async throws {
        let (beaten, stream) = AsyncStream<Void>.makeStream()
        let world = try await PlanWorld { $0.heartbeats = Heartbeats { _, _ in stream.yield() } }
        let worker = Task { [service = world.service] in try await Worker(service).run() }
        var beats = beaten.makeAsyncIterator()
        _ = await beats.next()
        #expect(world.service.dependencies.heartbeats.standing(world.fixture.clock) == [.scheduler])
        worker.cancel()
        _ = await worker.result
    }
}
