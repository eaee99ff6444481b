import BackupTesting
import Catalog
import FileTree
import ProtectionService
import Synchronization
import Testing

@testable import BackupWork

/// What a drive is asked for, and whether it answers.
private final class DriveCalls: Sendable {
    private let state = Mutex((listed: 0, isSealed: false))

    func note(_ call: MemoryTree.Call) -> TreeError.Code? {
        state.withLock { state in
            switch call {
            case .list: state.listed += 1
            case .open where state.isSealed: return .permissionDenied
            default: break
            }
            return nil
        }
    }

    /// How many folders were listed since the last call.
    func takeListed() -> Int {
        state.withLock { state in
            defer { state.listed = 0 }
            return state.listed
        }
    }

    func setSealed(_ isSealed: Bool) { state.withLock { $0.isSealed = isSealed } }
}

/// A drive of two folders whose tenant says of which state it is.
private struct ToldWorld {
    let world: PlanWorld
    let tree: MemoryTree
    let calls = DriveCalls()

    init() async throws {
        let calls = calls
        tree = MemoryTree(failing: { calls.note($0) })
        try tree.put("work/a.txt", Array("alpha".utf8))
        try tree.put("b.txt", Array("beta".utf8))
        world = try await PlanWorld([tree])
        tell("1")
    }

    func tell(_ state: String?) { world.tenant.setState(userID: world.unit.sourceId, state) }

    /// - Returns: how many folders were listed.
    func backUp() async throws -> Int {
        _ = calls.takeListed()
        try await world.backUp()
        return calls.takeListed()
    }

    func points() async throws -> [RestorePoint] {
        try await world.fixture.catalog.page(
            Query<RestorePoint>(order: [.init("protectionDateTime")]))
    }
}

@Suite struct UnchangedSourceTests {
    @Test func `a drive of which the tenant says that nothing changed is not read`() async throws {
        let told = try await ToldWorld()
        #expect(try await told.backUp() == 2)
        let unit = try await told.world.fixture.catalog.find(UnitState.self, id: told.world.unit.id)
        for _ in 0..<3 { #expect(try await told.backUp() == 0) }
        let points = try await told.points()
        #expect(points.count == 4, "there is a point for each look")
        #expect(Set(points.map(\.snapshotId)).count == 1)
        let after = try await told.world.fixture.catalog.find(UnitState.self, id: told.world.unit.id)
        #expect(after?.fileCount == 2)
        #expect(after?.fileCount == unit?.fileCount)
        #expect(after?.sizeInBytes == unit?.sizeInBytes)
    }

    @Test func `a drive of another state is read`() async throws {
        let told = try await ToldWorld()
        _ = try await told.backUp()
        try told.tree.put("work/a.txt", Array("changed".utf8))
        told.tell("2")
        #expect(try await told.backUp() == 2)
        #expect(try await told.backUp() == 0)
        #expect(Set(try await told.points().map(\.snapshotId)).count == 2)
    }

    @Test func `a tenant that cannot tell has each drive read`() async throws {
        let told = try await ToldWorld()
        told.tell(nil)
        for _ in 0..<2 { #expect(try await told.backUp() == 2) }
    }

    @Test func `what could not be read is tried again`() async throws {
        let told = try await ToldWorld()
        told.calls.setSealed(true)
        #expect(try await told.backUp() == 2)
        #expect(try await told.backUp() == 2)
        told.calls.setSealed(false)
        #expect(try await told.backUp() == 2)
        #expect(try await told.backUp() == 0)
        #expect(try await told.points().map(\.failureCount) == [2, 2, 0, 0])
    }

    @Test func `a drive whose repository is not as it was is read`() async throws {
        let told = try await ToldWorld()
        _ = try await told.backUp()
        try await told.world.fixture.catalog.write { [id = told.world.unit.id] writer in
            try RepositoryRows(writer).forgetView(unitID: id)
        }
        #expect(try await told.backUp() == 2)
        #expect(try await told.backUp() == 0)
    }

    @Test func `a point after a restore has a snapshot of its own`() async throws {
        let told = try await ToldWorld()
        let moment = try await told.world.backUp()
        try told.tree.put("b.txt", Array("damaged".utf8))
        told.tell("2")
        _ = try await told.backUp()
        let plan = try await told.world.plan(told.world.draft(moment))
        #expect(try await told.world.run(plan).status == .completed)
        told.tell("3")
        _ = try await told.backUp()
        #expect(try told.tree.bytes(try #require(TreePath("b.txt"))) == Array("beta".utf8))
        let last = try #require(try await told.points().last)
        #expect(try await told.backUp() == 0)
        #expect(try await told.points().last?.snapshotId == last.snapshotId)
    }
}
