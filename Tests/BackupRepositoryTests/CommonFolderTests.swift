import BackupTesting
import FileTree
import Testing

@testable import BackupRepository

/// Where the folders of a snapshot part.
@Suite struct CommonFolderTests {
    private func commonFolder(_ files: [String]) async throws -> String {
        let repository = try await makeRepository()
        let tree = MemoryTree()
        for file in files { try tree.put(file, [1]) }
        let snapshot = try await Archiver(repository: repository, options: .small).archive(
            tree, request: .plain()
        ).snapshotID
        return "\(try await repository.commonFolder(of: try await repository.snapshot(snapshot)))"
    }

    private func folders(_ count: Int) -> String { (1...count).map { "f\($0)" }.joined(separator: "/") }

    @Test func `it is above the first folder that holds more than one folder`() async throws {
        #expect(try await commonFolder(["home/ada/a", "home/ada/d/b"]) == "home/ada")
        #expect(try await commonFolder(["home/ada/d/a", "home/bob/b"]) == "home")
        #expect(try await commonFolder(["home/ada/a", "b"]) == TreePath.root.description)
    }

    @Test(arguments: [(63, 63), (64, 64), (65, 64), (70, 64)])
    func `it is at most 64 folders deep`(depth: Int, expected: Int) async throws {
        #expect(try await commonFolder(["\(folders(depth))/file"]) == folders(expected))
    }
}
