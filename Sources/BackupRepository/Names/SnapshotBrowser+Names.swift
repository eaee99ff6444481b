package import FileTree
import ResticFormat

extension SnapshotBrowser {
    /// What the snapshot has at a path other than the root, as a name index tells it;
    /// nil where it has nothing.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    package func nameState(of path: TreePath) async throws -> NameState? {
        try await node(of: path).map { NameState($0) }
    }
}
