import BackupRepository
import BackupTesting
import Connectors
import FileTree
import Foundation
import Testing

/// Names as long as a library takes them: 255 characters, which may be 765 bytes.
@Suite struct LongNameTests {
    private static let name = String(repeating: "字", count: 255)

    private func archived() async throws -> (Repository, String, MemoryTree) {
        let tree = MemoryTree()
        for path in ["\(Self.name)/inside.txt", "a/\(Self.name)", "a/short.txt"] {
            try tree.put(path, Array(path.utf8))
        }
        let repository = try await makeRepository()
        let outcome = try await Archiver(repository: repository, options: .small).archive(tree, request: .plain())
        #expect(outcome.failures == [])
        return (repository, outcome.snapshotID, tree)
    }

    @Test func `a name of 765 bytes is sound in a repository`() async throws {
        let (repository, snapshot, _) = try await archived()
        #expect(try await Checker(repository: repository, width: 2).check(readsData: true).problems == [])
        let browser = try await SnapshotBrowser(repository, snapshot: snapshot)
        #expect(try await browser.count(browser.root) == 2)
    }

    @Test func `a destination that takes it gets it back`() async throws {
        let (repository, snapshot, tree) = try await archived()
        let copy = MemoryTree()
        #expect(try await restore(repository, snapshot, onto: copy, mode: .fresh).failures == [])
        #expect(try copy.description() == tree.description())
    }

    @Test(arguments: [RestoreMode.fresh, .inPlace])
    func `a folder of this machine reports each such item once, and gets the rest`(_ mode: RestoreMode) async throws {
        let (repository, snapshot, _) = try await archived()
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-long-names-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let outcome = try await restore(
            repository, snapshot, onto: LocalTree(path: folder.path, access: .write), mode: mode)
        #expect(outcome.failures.map(\.path.description) == ["a/\(Self.name)", Self.name])
        #expect(Set(outcome.failures.map(\.code)) == ["invalidName"])
        #expect(outcome.failures.allSatisfy { $0.message.contains("765 bytes") })
        #expect(try String(contentsOf: folder.appending(path: "a/short.txt"), encoding: .utf8) == "a/short.txt")
    }
}
