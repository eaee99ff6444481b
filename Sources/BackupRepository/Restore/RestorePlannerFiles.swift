import FileTree
import ResticFormat
import Synchronization

/// An item that only the destination has.
struct ExtraItem: Sendable {
    var path: TreePath
    var attributes: ItemAttributes
    /// What the snapshot has of it that is known to equal the destination.
    var recorded: Node?
}

extension RestorePlanner {
    func planFile(_ node: Node, folder: UInt32, path: TreePath, item: PresentItem?) async throws {
        guard let blobs = records(of: node) else {
            record(
                ItemFailure(
                    path: path, code: "damaged",
                    message:
                        """
                        content of the file is missing from the repository, or its size does not fit; the file was \
                        left as it is
                        """
                ))
            return
        }
        state.withLock { $0.plan.summary.bytesTotal += node.size }
        let (comparison, inPlace) = try compare(node, blobs, at: path, with: item)
        if case .differs = comparison { noteReplaced(item, by: node, path) }
        if node.hasOtherNames || item?.attributes.hasOtherNames == true {
            // Whether it is kept, written or linked is decided when all names are known.
            try await noteObstacle(item, path)
            let member = LinkMember(path: path, folder: folder, node: node, comparison: comparison, item: item?.item)
            return state.withLock { state in
                state.note(member)
                if !scope.isEverything { state.plan.cutsLinks = true }
            }
        }
        switch comparison {
        case .same: state.withLock { $0.plan.summary.unchanged += 1 }
        case .sameContent: planFix(node, path: path)
        case .differs(let present):
            try await noteObstacle(item, path)
            addFile(node, blobs, folder: folder, path: path, present: present, inPlace: inPlace)
        }
    }

    /// The blobs of a file as numbers of records in the index; nil where one is missing or the
    /// sizes do not add up.
    func records(of node: Node) -> [UInt32]? {
        var size: UInt64 = 0
        var numbers: [UInt32] = []
        guard let content = node.content else { return nil }
        numbers.reserveCapacity(content.count)
        for id in content {
            guard let number = index.table.firstRecord(id, isTree: false),
                let length = index.table[number].location.plaintextLength
            else { return nil }
            size += UInt64(length)
            numbers.append(UInt32(number))
        }
        return size == node.size ? numbers : nil
    }

    private func compare(
        _ node: Node, _ blobs: [UInt32], at path: TreePath, with item: PresentItem?
    ) throws -> (FileComparison, inPlace: [Bool]) {
        guard let item, item.attributes.kind == .file else { return (.differs(.none), []) }
        if let recorded = item.recorded { return compare(node, with: recorded, item.attributes, blobs) }
        if item.attributes.size == node.size {
            // The recorded change time and inode number show that nothing happened to the file
            // since it was archived.
            if node.isUnchanged(item.attributes) { return (.same, []) }
            if hasContent(path, blobs[...]) {
                return (try hasAttributes(node, item, path) ? .same : .sameContent, [])
            }
        }
        return (.differs(isSimilar(path, blobs) ? .similar : .other), [])
    }

    /// Whether the file at `path` has the content. An unreadable file counts as different.
    func hasContent(_ path: TreePath, _ blobs: ArraySlice<UInt32>) -> Bool {
        if blobs.isEmpty { return true }
        guard let file = try? destination.open(path) else { return false }
        var content = PresentContent(file)
        defer { state.withLock { $0.plan.summary.bytesCompared += content.bytesRead } }
        var offset: UInt64 = 0
        for number in blobs {
            let record = index.table[Int(number)]
            guard content.has(record, at: offset) else { return false }
            offset += UInt64(record.location.plaintextLength ?? 0)
        }
        return true
    }

    /// Whether one of four blobs, spread over the file at `path`, is in its place: then only parts
    /// of a longer file were changed.
    private func isSimilar(_ path: TreePath, _ blobs: [UInt32]) -> Bool {
        guard blobs.count > 1, let file = try? destination.open(path) else { return false }
        var content = PresentContent(file)
        defer { state.withLock { $0.plan.summary.bytesCompared += content.bytesRead } }
        let samples = Set((0..<4).map { blobs.count * $0 / 4 })
        var offset: UInt64 = 0
        for (position, number) in blobs.enumerated() {
            let record = index.table[Int(number)]
            if samples.contains(position), content.has(record, at: offset) { return true }
            offset += UInt64(record.location.plaintextLength ?? 0)
        }
        return false
    }

    func hasAttributes(_ node: Node, _ item: PresentItem, _ path: TreePath) throws -> Bool {
        if let recorded = item.recorded { return hasAttributes(node, recorded: recorded, item.attributes) }
        guard node.hasSettableAttributes(item.attributes, owners: options.setsOwners) else { return false }
        if node.lacksAttributes { return true }
        do {
            return try destination.extendedAttributes(of: path) == node.extended
        } catch {
            return node.extended.isEmpty && error.code == .unsupported
        }
    }

    func planFix(_ node: Node, path: TreePath) {
        state.withLock { state in
            state.plan.fixes.append(PlannedFix(path: path, changes: changes(for: node, isNew: false)))
            state.plan.summary.attributesFixed += 1
        }
    }

    /// A folder that stands in the way is removed first. A fresh restore leaves it alone,
    /// and the item fails.
    func noteObstacle(_ item: PresentItem?, _ path: TreePath) async throws {
        guard let item, item.attributes.kind == .folder, mode == .inPlace else { return }
        state.withLock { $0.plan.obstacles.append(path) }
        try await noteExpected(in: item, at: path)
    }

    /// - Parameter inPlace: which of the blobs are known to stand where they belong; empty where
    ///   that is not known.
    func addFile(
        _ node: Node, _ blobs: [UInt32], folder: UInt32, path: TreePath, present: PresentFile, inPlace: [Bool] = []
    ) {
        state.withLock { state in
            let attributes = state.number(
                of: PlannedAttributes(
                    permissions: node.permissions, owner: AttributeChanges.Owner(userID: node.uid, groupID: node.gid),
                    extended: node.extended,
                    lacksExtended: node.lacksAttributes))
            let file = PlannedFile(
                state.plan, folder: folder, nameLength: UInt16(clamping: node.name.count),
                blobCount: UInt32(blobs.count), modified: Timestamp(node.mtime),
                attributes: attributes, present: present)
            state.plan.names.append(contentsOf: node.name)
            for (position, isInPlace) in inPlace.enumerated() where isInPlace && present == .similar {
                state.plan.inPlace.insert(UInt32(state.plan.blobs.count + position))
            }
            state.plan.blobs.append(contentsOf: blobs)
            if present == .none, node.inode != 0, node.size > 0, mode == .inPlace {
                state.missing[node.inode, default: []].append(state.plan.files.count)
            }
            state.plan.files.append(file)
            state.plan.touch(folder)
            state.plan.summary.bytesToWrite += node.size
            if present != .none { state.plan.summary.rewritten += 1 } else { state.plan.summary.created += 1 }
        }
    }

    func planOther(_ node: Node, folder: UInt32, path: TreePath, item: PresentItem?) async throws {
        if let item, node.type.kind == item.attributes.kind, isSameSpecial(node, item, path) {
            let attributes = item.attributes
            if node.isUnchanged(attributes) || node.hasSettableAttributes(attributes, owners: options.setsOwners) {
                state.withLock { $0.plan.summary.unchanged += 1 }
            } else {
                planFix(node, path: path)
            }
            return
        }
        try await noteObstacle(item, path)
        noteReplaced(item, by: node, path)
        state.withLock { state in
            if let item { state.noteName(item) }
            state.plan.others.append(PlannedItem(path: path, node: node, replaces: item != nil))
            state.plan.touch(folder)
            if item != nil { state.plan.summary.rewritten += 1 } else { state.plan.summary.created += 1 }
        }
    }

    /// Whether a link points to the right place, or a device has the right number.
    private func isSameSpecial(_ node: Node, _ item: PresentItem, _ path: TreePath) -> Bool {
        guard node.type == .symlink else { return node.device == item.attributes.specialDevice }
        if let recorded = item.recorded { return recorded.linkTarget == node.linkTarget }
        return node.isUnchanged(item.attributes) || (try? destination.linkTarget(of: path)) == node.linkTarget
    }
}
