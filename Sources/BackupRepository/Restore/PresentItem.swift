import FileTree
import ResticFormat
import Synchronization

/// An item that stands in the destination of a restore.
struct PresentItem: Sendable {
    var item: Item
    /// What the snapshot has of it that is known to equal the destination; nil where the destination
    /// itself was looked at.
    var recorded: Node?

    var name: [UInt8] { item.name }
    var attributes: ItemAttributes { item.attributes }
}

/// The snapshot that is known to equal the destination does not say everything about it, because
/// something could not be read when it was taken, or cannot be read of it now. So the destination
/// itself has to be looked at.
struct UnknownPresent: Error {}

extension RestorePlanner {
    /// What stands in a folder of the destination. `recorded` is the folder's tree in the snapshot that
    /// is known to equal the destination.
    func list(_ path: TreePath, recorded: ObjectID?) async throws -> [PresentItem] {
        guard known != nil else { return try listDestination(path).map { PresentItem(item: $0) } }
        guard let recorded, let tree = try? await trees.read(recorded), tree.isSorted,
            !tree.nodes.contains(where: { $0.isMarked || !TreePath.isValidName($0.name) })
        else {
            try Task.checkCancellation()
            throw UnknownPresent()
        }
        return tree.nodes.map { PresentItem(item: Item($0), recorded: $0) }
    }

    /// How a file of the snapshot compares with what is recorded of the one that stands there.
    func compare(
        _ node: Node, with recorded: Node, _ attributes: ItemAttributes, _ blobs: [UInt32]
    ) -> (FileComparison, inPlace: [Bool]) {
        guard node.content == recorded.content, node.size == recorded.size else {
            let inPlace = inPlace(blobs, recorded)
            return (.differs(blobs.count > 1 && inPlace.contains(true) ? .similar : .other), inPlace)
        }
        if node.isUnchanged(attributes) || hasAttributes(node, recorded: recorded, attributes) { return (.same, []) }
        return (.sameContent, [])
    }

    /// Which of some blobs stand where they belong in a file that is recorded.
    private func inPlace(_ blobs: [UInt32], _ recorded: Node) -> [Bool] {
        var (present, start, end): ([UInt64: ObjectID], UInt64, UInt64) = ([:], 0, 0)
        for id in recorded.content ?? [] {
            // Where a blob of the present file is not known any more, nothing behind it is either.
            guard let number = index.table.firstRecord(id, isTree: false),
                let length = index.table[number].location.plaintextLength
            else { break }
            present[end] = id
            end += UInt64(length)
        }
        return blobs.map { number in
            let record = index.table[Int(number)]
            defer { start += UInt64(record.location.plaintextLength ?? 0) }
            return present[start] == record.id
        }
    }

    /// Whether everything that a restore sets is as recorded.
    func hasAttributes(_ node: Node, recorded: Node, _ attributes: ItemAttributes) -> Bool {
        node.hasSettableAttributes(attributes, owners: options.setsOwners)
            && (node.lacksAttributes || recorded.extended == node.extended)
    }

    /// Whether a file that is recorded has the content.
    func hasContent(_ recorded: Node, _ blobs: ArraySlice<UInt32>) -> Bool {
        guard let content = recorded.content, content.count == blobs.count else { return false }
        return zip(content, blobs).allSatisfy { index.table[Int($1)].id == $0 }
    }

    /// Whether files with several names were met of which some lie in folders that were passed over
    /// as equal: who keeps which name can then not be decided.
    var missesNames: Bool {
        state.withLock { state in
            guard state.hasSkipped else { return false }
            return state.presentLinks.contains { state.knownNames[$0] != $1 }
                || state.linked.values.contains { UInt64($0.count) < $0[0].node.links }
        }
    }
}

extension Item {
    /// The item as a snapshot recorded it.
    init(_ node: Node) {
        var attributes = node.itemAttributes
        attributes.accessed = Timestamp(node.atime)
        attributes.changed = Timestamp(node.ctime)
        attributes.inode = node.inode
        attributes.device = node.deviceID
        attributes.linkCount = max(1, node.links)
        self.init(name: node.name, attributes: attributes)
    }
}
