import FileTree
import ObjectStorage
import ResticFormat

/// Walks snapshots and finds what the blobs that are left cannot give back. A tree that several
/// snapshots share is walked once.
final class LossFinder {
    /// What is lost beneath a tree, relative to it.
    struct Loss {
        var path: TreePath
        var isFolder: Bool
    }

    private let repository: Repository
    private let index: BlobIndex
    private let trees: TreeReader
    private var known: [ObjectID: [Loss]] = [:]

    init(repository: Repository, index: BlobIndex) {
        self.repository = repository
        self.index = index
        trees = TreeReader(repository: repository, index: index)
    }

    func find(in snapshots: [ObjectInfo], plan: inout RepairPlan) async throws {
        for object in snapshots {
            let id = ObjectNames.id(of: object.name)?.hex ?? object.name
            do {
                let snapshot = try await repository.readSnapshot(object.name)
                if snapshot.tags.contains(Repairer.mendedTag) { plan.mendedSnapshots.append(id) }
                let losses = try await losses(of: snapshot.tree)
                guard !losses.isEmpty else { continue }
                plan.damagedSnapshots.append(id)
                plan.lost += losses.map {
                    LostItem(snapshot: id, path: $0.path.isRoot ? "/" : "/\($0.path)", isFolder: $0.isFolder)
                }
                plan.problems.append(
                    CheckProblem(
                        .error, object: object.name,
                        message: losses.count == 1
                            ? "1 item of the snapshot cannot be restored"
                            : "\(losses.count) items of the snapshot cannot be restored"
                    ))
            } catch let error as RepositoryError where error.isDamage {
                plan.unreadableSnapshots.append(id)
                plan.problems.append(CheckProblem(.error, object: object.name, message: error.message))
            }
        }
    }

    /// What is lost beneath a tree; the root itself where the tree cannot be read.
    func losses(of id: ObjectID) async throws -> [Loss] {
        try Task.checkCancellation()
        if let losses = known[id] { return losses }
        guard let tree = try await readable(id) else { return [Loss(path: .root, isFolder: true)] }
        var losses: [Loss] = []
        for node in tree.nodes where TreePath.isValidName(node.name) {
            let path = TreePath.root.appending(node.name)
            if node.type == .dir {
                guard let subtree = node.subtree else {
                    losses.append(Loss(path: path, isFolder: true))
                    continue
                }
                for loss in try await self.losses(of: subtree) {
                    losses.append(
                        Loss(
                            path: loss.path.bytes.split(separator: UInt8(ascii: "/")).reduce(path) { $0.appending($1) },
                            isFolder: loss.isFolder))
                }
            } else if isLost(node) {
                losses.append(Loss(path: path, isFolder: false))
            }
        }
        known[id] = losses
        return losses
    }

    /// Whether a file's content is not there in full.
    func isLost(_ node: Node) -> Bool {
        node.type == .file && (node.content ?? []).contains { !index.contains($0, isTree: false) }
    }

    /// A tree, nil where it is lost.
    func readable(_ id: ObjectID) async throws -> Tree? {
        do {
            return try await trees.read(id)
        } catch let error as RepositoryError where error.isDamage {
            return nil
        }
    }
}
