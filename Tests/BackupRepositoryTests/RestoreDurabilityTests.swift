import BackupTesting
import FileTree
import Synchronization
import Testing

@testable import BackupRepository

/// A restore has ended when a power cut cannot undo it.
@Suite struct RestoreDurabilityTests {
    /// A snapshot of a file in a folder.
    private func archived() async throws -> (Restorer, String) {
        let tree = MemoryTree()
        try tree.put("folder/file", [1, 2])
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        return (Restorer(repository: repository, options: RestoreOptions(width: 1)), outcome.snapshotID)
    }

    @Test func `everything is made durable after the last change`() async throws {
        let (restorer, snapshot) = try await archived()
        let calls = Mutex<[MemoryTree.Call]>([])
        let tree = MemoryTree { call in
            switch call {
            case .change, .synchronize: calls.withLock { $0.append(call) }
            default: break
            }
            return nil
        }
        _ = try await restorer.restore(ofSnapshot: snapshot, onto: tree, mode: .inPlace)
        #expect(calls.withLock { $0 }.last == .synchronize)
        #expect(calls.withLock { $0 }.filter { $0 == .synchronize }.count == 1)
    }

    @Test func `what cannot be made durable is a failure, and no item`() async throws {
        let (restorer, snapshot) = try await archived()
        let tree = MemoryTree { $0 == .synchronize ? .permissionDenied : nil }
        let outcome = try await restorer.restore(ofSnapshot: snapshot, onto: tree, mode: .inPlace)
        #expect(outcome.failures.map(\.path) == [.root])
        #expect(outcome.failures.map(\.code) == ["permissionDenied"])
        // The folder and the file.
        #expect(outcome.items == 2)
    }

    @Test(arguments: [
        (TreeError.Code.outOfSpace, RepositoryError.Code.outOfSpace), (.treeUnavailable, .treeUnavailable),
    ]) func `a full or vanished destination ends a restore, which can be repeated`(
        _ fault: TreeError.Code, _ expected: RepositoryError.Code
    ) async throws {
        let (restorer, snapshot) = try await archived()
        let file = try #require(TreePath("folder/file"))
        let tree = MemoryTree { $0 == .change(file) ? fault : nil }
        let error = await #expect(throws: RepositoryError.self) {
            try await restorer.restore(ofSnapshot: snapshot, onto: tree, mode: .inPlace)
        }
        #expect(error?.code == expected)
        #expect(error?.isRetryable == true)
    }
}
