import BackupTesting
import Catalog
import FileTree
import Foundation
import Synchronization
import Testing

@testable import ProtectionService
@testable import BackupWork

/// A drive that fails in one way for as long as somebody wants.
private final class Trouble: Sendable {
    private let code = Mutex<TreeError.Code?>(nil)
    private let isAtRoot: Bool

    /// - Parameter isAtRoot: whether the drive cannot be listed; otherwise nothing in
    ///   it can be changed.
    init(isAtRoot: Bool) { self.isAtRoot = isAtRoot }

    func set(_ code: TreeError.Code?) { self.code.withLock { $0 = code } }

    func rule(_ call: MemoryTree.Call) -> TreeError.Code? {
        switch call {
        case .inspect(.root) where isAtRoot: code.withLock { $0 }
        case .change where !isAtRoot: code.withLock { $0 }
        default: nil
        }
    }
}

/// What restores say while they wait, and which faults they do not wait for.
@Suite struct WaitingTests {
    private struct Restored {
        let artifact: RestoreArtifact
        let session: RestoreSession
    }

    private func look(_ world: World, _ artifact: String) async throws -> Restored {
        let artifact = try #require(try await world.catalog.find(RestoreArtifact.self, id: artifact))
        return Restored(
            artifact: artifact,
            session: try #require(try await world.catalog.find(RestoreSession.self, id: artifact.sessionId)))
    }

    /// A drive with a point that differs from it, in trouble, and a restore that
    /// has met the trouble.
    private func met(
        _ trouble: Trouble, _ code: TreeError.Code
    ) async throws -> (World, ServiceContext, artifact: String) {
        let world = try await World(seed: 1)
        let tree = MemoryTree { trouble.rule($0) }
        try tree.put("a.txt", Array("old".utf8))
        let unit = try await world.protect([tree])[0]
        let service = world.start()
        try await Scheduler(service).tick()
        try await world.work(service)
        let point = try #require(try await world.points(unit.id).last)
        try tree.put("a.txt", Array("newer".utf8))
        trouble.set(code)
        let artifact = try await world.restore(point, .inPlace)
        try await world.work(service)
        return (world, service, artifact)
    }

    @Test func `a restore says in artifact and session that it waits for room, until there is room`() async throws {
        let trouble = Trouble(isAtRoot: false)
        let (world, service, id) = try await met(trouble, .outOfSpace)
        let waiting = try await look(world, id)
        #expect(waiting.artifact.status == .inProgress)
        #expect(waiting.artifact.error?.code == "ArtifactCannotBeRestored")
        #expect(waiting.artifact.error?.message.contains("no space left") == true)
        #expect(waiting.session.status == .active)
        #expect(waiting.session.error == waiting.artifact.error)
        trouble.set(nil)
        world.clock.turn(seconds: 60)
        try await world.work(service)
        let done = try await look(world, id)
        #expect(done.artifact.status == .succeeded)
        #expect(done.artifact.error == nil)
        #expect(done.session.error == nil)
    }

    @Test(arguments: [TreeError.Code.treeUnavailable, .inputOutput]) func `what may come back by itself is waited for`(
        _ code: TreeError.Code
    ) async throws {
        let (world, _, id) = try await met(Trouble(isAtRoot: true), code)
        let waiting = try await look(world, id)
        #expect(waiting.artifact.status == .inProgress)
        #expect(waiting.artifact.error?.message.contains("Tries again at") == true)
    }

    @Test(arguments: [TreeError.Code.permissionDenied, .wrongKind, .escapes, .unsupported])
    func `what no wait mends ends the restore at once`(_ code: TreeError.Code) async throws {
        let (world, _, id) = try await met(Trouble(isAtRoot: true), code)
        let ended = try await look(world, id)
        #expect(ended.artifact.status == .failed)
        #expect(ended.artifact.error?.message ?? "" != "")
        #expect(ended.session.status == .failed)
    }
}
