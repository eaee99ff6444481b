package import FileTree
import ObjectStorage
import ResticFormat

// What is asked of a repository that another program made before Holdfast takes it over.

extension Repository {
    /// The word among a snapshot's tags that says: another program took it, and Holdfast took it over.
    package static let adoptedTag = "holdfast-adopted"

    /// Refuses a repository of version 1.
    /// - Throws: `RepositoryError.Code.unsupportedVersion`, which says what to do.
    package func requireWritable() throws(RepositoryError) { try expectWritable() }

    /// The tree of a folder of a snapshot, 64 hexadecimal digits; nil where it has no such folder.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    package func tree(of folder: TreePath, in snapshot: SnapshotInfo) async throws -> String? {
        let root = try treeID(of: snapshot)
        guard !folder.isRoot else { return root.hex }
        let reader = TreeReader(repository: self, index: try await index())
        do {
            return try await reader.lineage(of: folder, root: root).last?.subtree?.hex
        } catch let error as RepositoryError where error.code == .snapshotNotFound {
            return nil
        }
    }

    /// Where the folders of a snapshot part: the longest path above which every folder holds one folder
    /// and nothing else. What stock restic stored as `/home/ada` is there. At most 64 folders deep.
    /// - Throws: `RepositoryError`: `damaged`, `storage`.
    package func commonFolder(of snapshot: SnapshotInfo) async throws -> TreePath {
        let reader = TreeReader(repository: self, index: try await index())
        var (path, next): (TreePath, ObjectID?) = (.root, try treeID(of: snapshot))
        for _ in 0..<64 {
            guard let tree = next else { break }
            let nodes = try await reader.read(tree).nodes
            guard nodes.count == 1, let node = nodes.first, node.type == .dir, TreePath.isValidName(node.name) else {
                break
            }
            (path, next) = (path.appending(node.name), node.subtree)
        }
        return path
    }

    /// Removes the key files that open with a password, if another one is left.
    /// - Throws: `RepositoryError`: `storage`.
    package func removePassword(_ password: String) async throws {
        let keys = try await list(.keys)
        var opening: [String] = []
        for object in keys {
            let bytes = try await stored(await store.read(object.name))
            if (try? KeyFile(decoding: bytes).open(password: password)) != nil { opening.append(object.name) }
        }
        guard opening.count < keys.count else { return }
        for name in opening { try await stored(await store.delete(name)) }
    }
}
