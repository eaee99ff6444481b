public import FileTree

/// One change that a restore plan makes, for those who look at it before and compare it later.
public struct PlannedChange: Sendable, Hashable {
    public enum Action: String, Sendable, Hashable, CaseIterable {
        case create
        case overwrite
        case delete
        case rename
        case attributes
    }

    /// Where the item is afterwards, or was where it is deleted.
    public var path: TreePath
    public var action: Action
    /// Where the file is now that gets its name back.
    public var fromPath: TreePath?
    public var isFolder: Bool
    /// The length afterwards, in bytes; 0 for what is no file and for what goes.
    public var size: UInt64
    /// The length of what stands there now; nil where nothing does.
    public var presentSize: UInt64?
    /// When what stands there now was changed; nil where nothing does.
    public var presentModified: Timestamp?

    public init(
        path: TreePath, action: Action, fromPath: TreePath? = nil, isFolder: Bool = false, size: UInt64 = 0,
        presentSize: UInt64? = nil, presentModified: Timestamp? = nil
    ) {
        self.path = path
        self.action = action
        self.fromPath = fromPath
        self.isFolder = isFolder
        self.size = size
        self.presentSize = presentSize
        self.presentModified = presentModified
    }

    /// Whether it takes away content that was changed after a moment.
    public func losesContent(newerThan moment: Timestamp) -> Bool {
        guard action == .delete || action == .overwrite, !isFolder, let presentModified else { return false }
        return presentModified > moment
    }

    fileprivate init(_ path: TreePath, _ action: Action, size: UInt64 = 0, present: ItemAttributes?) {
        self.init(
            path: path, action: action, isFolder: present?.kind == .folder, size: size, presentSize: present?.size,
            presentModified: present?.modified)
    }
}

extension RestorePlan {
    /// Every change in order of the paths, folders that go with everything in them. Looks at what
    /// stands in the destination, with a call for each change and none for what stays.
    /// - Throws: `TreeError` where the destination is gone as a whole.
    public func changes() throws(TreeError) -> [PlannedChange] {
        var changes: [PlannedChange] = []
        let moved = Set(moves.map(\.source))
        for path in obstacles + removals { try appendRemoval(of: path, except: moved, to: &changes) }
        for folder in folders where folder.action != .keep {
            changes.append(
                PlannedChange(
                    path: folder.path, action: folder.action == .create ? .create : .attributes, isFolder: true))
        }
        for move in moves {
            var change = PlannedChange(move.target, .rename, present: try present(move.source))
            change.fromPath = move.source
            change.size = change.presentSize ?? 0
            changes.append(change)
        }
        for file in files { changes.append(try writing(path(of: file), size: size(of: file))) }
        for item in others { changes.append(try writing(item.path, size: 0)) }
        for link in links { changes.append(try writing(link.path, size: 0)) }
        for fix in fixes {
            var change = PlannedChange(fix.path, .attributes, present: try present(fix.path))
            change.size = change.presentSize ?? 0
            changes.append(change)
        }
        return changes.sorted { ($0.path, $0.action.rawValue) < ($1.path, $1.action.rawValue) }
    }

    private func writing(_ path: TreePath, size: UInt64) throws(TreeError) -> PlannedChange {
        let present = try present(path)
        // A folder in the way goes first, which is a change of its own.
        guard let present, present.kind != .folder else {
            return PlannedChange(path: path, action: .create, size: size)
        }
        return PlannedChange(path, .overwrite, size: size, present: present)
    }

    private func present(_ path: TreePath) throws(TreeError) -> ItemAttributes? {
        do throws(TreeError) {
            return try destination.attributes(of: path)
        } catch {
            if error.code == .treeUnavailable { throw error }
            return nil
        }
    }

    private func appendRemoval(
        of path: TreePath, except moved: Set<TreePath>, to changes: inout [PlannedChange]
    ) throws(TreeError) {
        guard !moved.contains(path), let attributes = try present(path) else { return }
        changes.append(PlannedChange(path, .delete, present: attributes))
        guard attributes.kind == .folder else { return }
        do throws(TreeError) {
            for item in try destination.items(in: path).items {
                try appendRemoval(of: path.appending(item.name), except: moved, to: &changes)
            }
        } catch {
            // What cannot be listed cannot be removed either, and the restore says so then.
            if error.code == .treeUnavailable { throw error }
        }
    }
}

extension RestorePlan {
    /// Bytes of packs that the planned files need, each blob once.
    public var bytesToRead: UInt64 {
        var seen = Set<UInt32>()
        return files.reduce(0) { sum, file in
            blobs(of: file).indices.reduce(sum) { sum, position in
                let blob = blobs[position]
                guard !inPlace.contains(UInt32(position)), seen.insert(blob).inserted else { return sum }
                return sum + UInt64(index.table[Int(blob)].location.length)
            }
        }
    }
}
