import FileTree
import ObjectStorage
import ResticFormat
import Synchronization

/// One check: what its tasks share.
final class CheckRun: Sendable {
    struct State {
        var report = CheckReport()
        var packsTotal: UInt64 = 0
        var seen = Set<ObjectID>()
    }

    let repository: Repository
    let width: Int
    private let state = Mutex(State())
    private let report: @Sendable (CheckProgress) -> Void

    init(repository: Repository, width: Int, report: @escaping @Sendable (CheckProgress) -> Void) {
        self.repository = repository
        self.width = width
        self.report = report
    }

    func run(readsData: Bool) async throws -> CheckReport {
        // Snapshots first: the index is then at least as new as every snapshot in the list.
        let snapshots = try await repository.list(.snapshots)
        let index = try await loadIndex()
        let packs = try await checkPacks(index)
        try await checkKeys()
        try await checkTrees(snapshots, index)
        if readsData { try await readPacks(packs, index) }
        return state.withLock { state in
            state.report.problems.sort {
                ($0.severity == .error ? 0 : 1, $0.object, $0.item ?? "", $0.message) < (
                    $1.severity == .error ? 0 : 1, $1.object, $1.item ?? "", $1.message
                )
            }
            return state.report
        }
    }

    func add(_ problem: CheckProblem) {
        state.withLock { $0.report.problems.append(problem) }
    }

    func update(_ change: (inout State) -> Void) {
        let progress = state.withLock { state in
            change(&state)
            return CheckProgress(packs: state.report.packs, packsTotal: state.packsTotal, trees: state.report.trees)
        }
        report(progress)
    }

    /// Notes damage as a problem; other errors end the check.
    func noting<Value>(_ object: String, item: TreePath? = nil, _ body: () async throws -> Value) async throws -> Value?
    {
        do {
            return try await body()
        } catch let error as RepositoryError
            where error.code == .damaged || (error.code == .storage && !error.isRetryable)
        {
            add(CheckProblem(.error, object: object, item: item?.description, message: error.message))
            return nil
        }
    }

    /// Reads every index file; a broken one is a problem and the rest goes on.
    private func loadIndex() async throws -> BlobIndex {
        var index = BlobIndex()
        for object in try await repository.list(.index) {
            _ = try await noting(object.name) {
                index.add(try await repository.indexFile(object.name), name: object.name)
            }
        }
        let count = index.table.count
        update { $0.report.blobs = UInt64(count) }
        return index
    }

    private func checkKeys() async throws {
        for object in try await repository.list(.keys) {
            _ = try await noting(object.name) { try await repository.checkKey(object.name) }
        }
    }

    // MARK: Trees

    private func checkTrees(_ snapshots: [ObjectInfo], _ index: BlobIndex) async throws {
        let trees = TreeReader(repository: repository, index: index)
        for object in snapshots {
            let root: ObjectID? = try await noting(object.name) {
                let snapshot = try await repository.readSnapshot(object.name)
                update { $0.report.snapshots += 1 }
                return snapshot.tree
            }
            if let root { try await checkTree(root, path: .root, snapshot: object.name, trees, index, depth: 0) }
        }
    }

    private func checkTree(
        _ id: ObjectID, path: TreePath, snapshot: String, _ trees: TreeReader, _ index: BlobIndex, depth: Int
    ) async throws {
        try Task.checkCancellation()
        guard state.withLock({ $0.seen.insert(id).inserted }) else { return }
        guard let tree = try await noting(snapshot, item: path, { try await trees.read(id) }) else { return }
        update { $0.report.trees += 1 }
        await trees.prefetch(tree.nodes.lazy.compactMap(\.subtree).prefix(64))
        var previous: [UInt8]?
        for node in tree.nodes {
            for fault in faults(of: node, after: previous, index) {
                add(
                    CheckProblem(
                        .error, object: snapshot,
                        item: "\(path.isRoot ? "" : "\(path)")/\(String(decoding: node.name, as: UTF8.self))",
                        message: fault))
            }
            previous = node.name
            guard node.type == .dir, let subtree = node.subtree, TreePath.isValidName(node.name) else { continue }
            try await checkTree(
                subtree, path: path.appending(node.name), snapshot: snapshot, trees, index, depth: depth + 1)
        }
    }

    /// What is wrong with one entry of a tree.
    private func faults(of node: Node, after previous: [UInt8]?, _ index: BlobIndex) -> [String] {
        var faults: [String] = []
        if !TreePath.isValidName(node.name) {
            faults.append("the name is empty, '.', '..' or holds '/' or NUL; it cannot be restored")
        }
        if let previous, !previous.lexicographicallyPrecedes(node.name) {
            faults.append(
                previous == node.name
                    ? "the name stands twice in its folder" : "the folder's names are not in ascending order")
        }
        switch node.type {
        case .dir:
            if node.subtree == nil { faults.append("the folder has no tree") }
        case .file:
            faults += contentFaults(of: node, index)
        case .symlink:
            if node.linkTarget?.isEmpty ?? true { faults.append("the link has no target") }
        case .fifo, .socket, .dev, .chardev: break
        }
        return faults
    }

    private func contentFaults(of node: Node, _ index: BlobIndex) -> [String] {
        guard node.content != nil else { return ["the file has no list of blobs"] }
        var size: UInt64 = 0
        var missing = 0
        for id in node.content ?? [] {
            if let length = index.location(id, isTree: false)?.plaintextLength {
                size += UInt64(length)
            } else {
                missing += 1
            }
        }
        if missing > 0 {
            return ["\(missing) of \(node.content?.count ?? 0) blobs of its content are not in the index"]
        }
        return size == node.size ? [] : ["its size is \(node.size) but its content has \(size) bytes"]
    }
}
