import BackupTesting
import Catalog
import Dispatch
import FileTree
import Foundation
import ProtectionRules
import Synchronization
import Testing

@testable import BackupWork
@testable import ProtectionService

/// A restore can be stopped, and what was not done can be done later.
@Suite struct CancelTests {
    private func world(
        _ trees: [MemoryTree] = [MemoryTree(), MemoryTree()], inspector: (any JobInspector)? = nil
    ) async throws -> (world: PlanWorld, moment: Date) {
        let world = try await PlanWorld(trees) { $0.jobInspector = inspector }
        for tree in trees { for number in 0..<20 { try tree.put("f/\(number)", [UInt8(number), 1]) } }
        let moment = try await world.backUp()
        for tree in trees { for number in 0..<20 { try tree.put("f/\(number)", [UInt8(number), 2, 2]) } }
        return (world, moment)
    }

    @Test func `what waits fails at once, and a retry does it`() async throws {
        let (world, moment) = try await world()
        let before = try world.trees.map { try $0.description() }
        let plan = try await world.plan(world.draft(moment))
        try await world.expectRefused(.nothingToCancel) {
            try await world.plans.cancel(id: plan.id, PlanWorld.caller)
        }
        _ = try await world.plans.start(id: plan.id, expectedUnits: 2, PlanWorld.caller)
        let cancelled = try await world.plans.cancel(id: plan.id, PlanWorld.caller)
        #expect(cancelled.status == .cancelled)
        try await world.fixture.work()
        #expect(try world.trees.map { try $0.description() } == before)
        #expect(try await world.artifacts(plan).map(\.error?.code) == ["RestoreCancelled", "RestoreCancelled"])
        #expect(try await world.plans.progress(ofPlan: plan.id).units.cancelled == 2)
        try await world.expectRefused(.nothingToCancel) {
            try await world.plans.cancel(id: plan.id, PlanWorld.caller)
        }
        _ = try await world.plans.retry(id: plan.id, PlanWorld.caller)
        try await world.fixture.work()
        #expect(try await world.plans.plan(id: plan.id).status == .completed)
        for tree in world.trees { #expect(try tree.files()["f/7"] == [7, 1]) }
        try await world.expectRefused(.nothingToRetry) {
            try await world.plans.retry(id: plan.id, PlanWorld.caller)
        }
    }

    @Test func `a session of a Graph client is cancelled and retried`() async throws {
        let (world, _) = try await world()
        let points = try await world.fixture.catalog.page(Query<RestorePoint>())
        let draft = RestoreSessionDraft(
            workload: .oneDriveForBusiness,
            artifacts: points.map { RestoreArtifactDraft(restorePointID: $0.id, destinationType: .inPlace) })
        let session = try await world.service.restores.create(draft, PlanWorld.caller)
        try await world.expectRefused(.nothingToCancel) {
            try await world.service.restores.cancel(id: session.id, PlanWorld.caller)
        }
        try await world.expectRefused(.nothingToRetry) {
            try await world.service.restores.retry(id: session.id, PlanWorld.caller)
        }
        _ = try await world.service.restores.activate(id: session.id, PlanWorld.caller)
        let cancelled = try await world.service.restores.cancel(id: session.id, PlanWorld.owner)
        #expect(cancelled.status == .failed)
        #expect(cancelled.artifactsFailed == 2)
        let again = try await world.service.restores.retry(id: session.id, PlanWorld.caller)
        try await world.fixture.work()
        let ended = try await world.fixture.catalog.find(RestoreSession.self, id: again.id)
        #expect(ended?.status == .completed)
        #expect(try world.tree.files()["f/3"] == [3, 1])
    }

    /// Cancels the session of the restore that is about to begin.
    private final class Canceller: JobInspector {
        let service = Mutex<ServiceContext?>(nil)

        func willRun(_ job: Job) async throws {}

        func willRestore(artifactID: String, unitID: String) async throws {
            guard let service = service.withLock({ $0 }),
                let artifact = try await service.catalog.find(RestoreArtifact.self, id: artifactID)
            else { return }
            _ = try await service.restores.cancel(id: artifact.sessionId, PlanWorld.caller)
        }
    }

    @Test func `what is at work ends before it writes`() async throws {
        let canceller = Canceller()
        let (world, moment) = try await world([MemoryTree()], inspector: canceller)
        let before = try world.tree.description()
        let plan = try await world.plan(world.draft(moment))
        canceller.service.withLock { $0 = world.service }
        let ended = try await world.run(plan)
        #expect(ended.status == .failed)
        #expect(try world.tree.description() == before)
        #expect(try await world.artifacts(plan).map(\.error?.code) == ["RestoreCancelled"])
    }

    /// Cancels everything that runs, once, when a drive is written to for the nth time.
    private final class Brake: Sendable {
        private let state = Mutex<(service: ServiceContext?, left: Int)>((nil, 0))

        func arm(_ service: ServiceContext, afterChanges count: Int) { state.withLock { $0 = (service, count) } }

        func step() {
            let service = state.withLock { state -> ServiceContext? in
                guard state.service != nil else { return nil }
                state.left -= 1
                guard state.left == 0 else { return nil }
                defer { state.service = nil }
                return state.service
            }
            guard let service else { return }
            let isDone = DispatchSemaphore(value: 0)
            Task.detached {
                defer { isDone.signal() }
                let running = try await service.catalog.page(Query<RestoreSession>(where: .isRunning))
                for session in running { _ = try await service.restores.cancel(id: session.id, PlanWorld.caller) }
            }
            isDone.wait()
        }
    }

    @Test(arguments: [1, 2, 5, 11, 19]) func `after a cancel every file is old or new, never half`(
        count: Int
    )
        async throws
    {
        let brake = Brake()
        let tree = MemoryTree(failing: { call in
            if case .change = call { brake.step() }
            return nil
        })
        let (world, moment) = try await world([tree])
        let plan = try await world.plan(world.draft(moment))
        brake.arm(world.service, afterChanges: count)
        let ended = try await world.run(plan)
        #expect([.failed, .completed].contains(ended.status))
        let files = try tree.files()
        #expect(files.count == 20)
        for number in 0..<20 {
            let isWhole = [[UInt8(number), 1], [UInt8(number), 2, 2]].contains(files["f/\(number)"])
            #expect(isWhole, "file \(number) is \(files["f/\(number)"] ?? [])")
        }
        // What it was before can be had back, however far it got.
        let undo = try await world.plans.undo(id: plan.id, PlanWorld.caller)
        try await world.fixture.work()
        #expect(try await world.run(try await world.plans.plan(id: undo.id)).status == .completed)
        for number in 0..<20 { #expect(try tree.files()["f/\(number)"] == [UInt8(number), 2, 2]) }
    }
}
