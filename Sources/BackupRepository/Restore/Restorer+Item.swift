import Concurrency
public import FileTree
import ResticFormat
import Synchronization

/// One item of a snapshot, and where it goes.
public struct RestoredItem: Sendable, Hashable {
    /// The file or folder in the snapshot; not the root.
    public var source: TreePath
    /// Where it stands in the destination afterwards, with its name; folders above that are missing
    /// are made. Not the root.
    public var place: TreePath

    /// Names an item and its place.
    public init(source: TreePath, place: TreePath) {
        precondition(
            !source.isRoot && !place.isRoot,
            "an item has a name in the snapshot and in the destination; plan the whole snapshot otherwise")
        self.source = source
        self.place = place
    }
}

extension Restorer {
    /// Compares one item of a snapshot, with everything below it, with what stands at its
    /// place, without changing anything.
    ///
    /// Nothing outside of the place is touched, except that missing folders above it are made: with
    /// the attributes of the snapshot's folders where the item goes back to where it was, otherwise
    /// with those of the destination's root. With `inPlace` a folder becomes exactly the
    /// snapshot's; with `fresh` what else it holds is left alone, and so is a folder where the
    /// snapshot has a file.
    /// - Throws: `RepositoryError`: `snapshotNotFound` also where the snapshot has no such item,
    ///   `damaged`, `storage`, `treeUnavailable` for the destination.
    public func plan(
        snapshot: String, item: RestoredItem, onto destination: any WritableTree, mode: RestoreMode
    ) async throws -> RestorePlan {
        try await WorkerPool.withThreads(options.width) {
            try await repository.withLock(exclusive: false) {
                try await makePlan(of: snapshot, onto: destination, PlanRequest(part: .item(item), mode: mode))
            }
        }
    }
}

extension TreeReader {
    /// The node of an item and those of the folders above it, the topmost first.
    /// - Throws: `RepositoryError.Code.snapshotNotFound` where there is no such item.
    func lineage(of path: TreePath, root: ObjectID) async throws -> [Node] {
        var nodes: [Node] = []
        var next: ObjectID? = root
        for name in path.bytes.split(separator: UInt8(ascii: "/")) {
            var found: Node?
            if let next { try await visit(next) { if found == nil, $0.name.elementsEqual(name) { found = $0 } } }
            guard let node = found else {
                throw RepositoryError(.snapshotNotFound, "the snapshot has no item '\(path)'")
            }
            nodes.append(node)
            next = node.subtree
        }
        return nodes
    }
}

extension RestorePlanner {
    /// Plans one item whose lineage in the snapshot is known.
    func run(_ lineage: [Node], of item: RestoredItem) async throws -> RestorePlan {
        guard var node = lineage.last else { preconditionFailure("an item has a node") }
        state.withLock { $0.plan.folders.append(PlannedFolder(path: .root, action: .keep, attributes: nil)) }
        guard let parent = try await planParents(of: item, lineage) else { return try await finish() }
        if let refusal = destination.refusal(ofName: item.place) {
            record(ItemFailure(refusal))
            return try await finish()
        }
        node.name = item.place.name
        let present = try await self.present(node.name, in: parent)
        let isUnread = item.place == item.source && lineage.dropLast().contains { $0.isStaleFolder }
        if var folder = try await planEntry(
            node, folder: parent.number, path: item.place, item: present, isUnread: isUnread)
        {
            folder.place.scope = folder.place.exists && scope.relation(of: item.place) == .above ? scope : .everything
            try await descend([folder])
        }
        return try await finish()
    }

    /// What stands in a folder under a name.
    private func present(_ name: some Collection<UInt8>, in place: PlannedPlace) async throws -> PresentItem? {
        guard place.exists else { return nil }
        return try await list(place.path, recorded: place.recorded).first { $0.name.elementsEqual(name) }
    }

    /// Plans the folders above the place.
    /// - Returns: the lowest; nil where something else is in the way.
    private func planParents(of item: RestoredItem, _ lineage: [Node]) async throws -> PlannedPlace? {
        var place = PlannedPlace(number: 0, path: .root, exists: true, recorded: known)
        for (depth, name) in item.place.parent.bytes.split(separator: UInt8(ascii: "/")).enumerated() {
            let present = try await present(name, in: place)
            let path = place.path.appending(name)
            if let present, present.attributes.kind != .folder {
                record(
                    ItemFailure(
                        path: path, code: "wrongKind",
                        message: "something that is no folder stands there; move it away and restore again"))
                return nil
            }
            let exists = present != nil
            let attributes =
                exists ? nil : try attributes(ofNew: path, item, depth < lineage.count - 1 ? lineage[depth] : nil)
            let number = state.withLock { state in
                state.plan.folders.append(
                    PlannedFolder(path: path, action: exists ? .keep : .create, attributes: attributes))
                if !exists { state.plan.summary.created += 1 }
                return UInt32(state.plan.folders.count - 1)
            }
            place = PlannedPlace(number: number, path: path, exists: exists, recorded: present?.recorded?.subtree)
        }
        return place
    }

    /// The attributes of a folder that is made above the place.
    private func attributes(ofNew path: TreePath, _ item: RestoredItem, _ node: Node?) throws -> AttributeChanges {
        if let node, node.type == .dir, path.isAbove(item.source) { return changes(for: node, isNew: true) }
        do {
            let root = try destination.attributes(of: .root)
            return AttributeChanges(
                permissions: root.permissions | 0o700,
                owner: options.setsOwners ? AttributeChanges.Owner(userID: root.userID, groupID: root.groupID) : nil)
        } catch {
            throw RepositoryError(
                .treeUnavailable, "the destination cannot be read: \(error.message)", cause: error,
                isRetryable: error.isTransient)
        }
    }
}
