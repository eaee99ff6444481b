public import FileTree
import ResticFormat

/// One item that differs between two snapshots.
public struct DifferenceEntry: Sendable, Hashable {
    /// How an item differs.
    public enum Change: String, Sendable, Hashable, CaseIterable {
        /// Only the later snapshot has it.
        case added
        /// Only the earlier snapshot has it.
        case removed
        /// It has other content, or is another kind of item, or could not be read in the earlier
        /// snapshot. Of a folder: something beneath it differs.
        case changed
        /// The later snapshot has it at `path`, the earlier one at `fromPath`, with the same content.
        case renamed
        /// Only permissions, owner, time of modification or extended attributes differ. The times of
        /// folders do not count: they follow from what happens in them.
        case attributes
    }

    /// Where it is in the later snapshot, or was in the earlier one where it was removed.
    public var path: TreePath
    /// What it is in the later snapshot, or was in the earlier one where it was removed.
    public var kind: ItemKind
    public var change: Change
    /// Where the earlier snapshot has it; nil unless it was renamed.
    public var fromPath: TreePath?
    /// Content length in the earlier snapshot in bytes; nil for what is no file there.
    public var fromSize: UInt64?
    /// Content length in the later snapshot in bytes; nil for what is no file there.
    public var toSize: UInt64?
    /// Time of modification in the earlier snapshot; nil where it is not there, or was not read.
    public var fromModified: Timestamp?
    /// Time of modification in the later snapshot; nil where it is not there.
    public var toModified: Timestamp?
    /// What differs beneath a folder; nil for everything else, and where no depth was asked for.
    public var below: DifferenceSums?
}

/// What differs beneath a folder, at any depth. A renamed item counts twice: as removed and as added.
public struct DifferenceSums: Sendable, Hashable {
    public var added: UInt64 = 0
    /// Items with other content, of another kind, or with other attributes. Folders count only where
    /// their own attributes differ.
    public var changed: UInt64 = 0
    public var removed: UInt64 = 0
    /// Content bytes of the files that count: as they are in the later snapshot, or were in the
    /// earlier one where they were removed.
    public var bytes: UInt64 = 0

    /// Makes sums that are all zero.
    public init() {}

    public var isEmpty: Bool { added + changed + removed == 0 }

    mutating func count(_ entry: DifferenceEntry) {
        switch entry.change {
        case .added: added += 1
        case .removed: removed += 1
        case .changed, .renamed, .attributes: changed += 1
        }
        bytes += entry.toSize ?? entry.fromSize ?? 0
    }
}

/// A part of a difference.
public struct DifferencePage: Sendable {
    /// In the order in which `SnapshotDifference` visits them.
    public var entries: [DifferenceEntry]
    public var isLast: Bool
}

/// What two snapshots have under one name.
struct NodePair {
    var path: TreePath
    /// What the earlier snapshot has; nil also for what it could not read.
    var old: Node?
    var new: Node?
    /// Whether the earlier snapshot only names the item.
    var wasUnread = false

    /// The trees to compare where at least one side is a folder that differs from the other.
    var trees: TreePair? {
        let trees = TreePair(old: old?.folderTree, new: new?.folderTree)
        // Nothing is known of what an unread folder held.
        return wasUnread || trees.old == trees.new ? nil : trees
    }

    /// How the item itself differs, whatever is beneath it; nil where it does not.
    var entry: DifferenceEntry? {
        guard let change, let node = new ?? old else { return nil }
        return DifferenceEntry(
            path: path, kind: node.type.kind, change: change, fromSize: old?.fileSize, toSize: new?.fileSize,
            fromModified: old.map { Timestamp($0.mtime) }, toModified: new.map { Timestamp($0.mtime) })
    }

    private var change: DifferenceEntry.Change? {
        guard let new else { return old == nil ? nil : .removed }
        if wasUnread { return .changed }
        guard let old else { return .added }
        if !old.hasSameContent(as: new) { return .changed }
        return old.hasSameAttributes(as: new) ? nil : .attributes
    }
}

/// The trees of a folder in two snapshots; nil where there is none.
struct TreePair: Sendable, Hashable {
    var old: ObjectID?
    var new: ObjectID?
}

extension Node {
    fileprivate var folderTree: ObjectID? { type == .dir ? subtree : nil }

    /// The length of a file in bytes; nil for everything else.
    var fileSize: UInt64? { type == .file ? size : nil }

    /// Whether kind and content are those of another node, what is in a folder aside.
    fileprivate func hasSameContent(as other: Node) -> Bool {
        guard type == other.type else { return false }
        switch type {
        case .file: return size == other.size && content ?? [] == other.content ?? []
        case .symlink: return linkTarget ?? [] == other.linkTarget ?? []
        case .dev, .chardev: return device == other.device
        case .dir, .fifo, .socket: return true
        }
    }

    fileprivate func hasSameAttributes(as other: Node) -> Bool {
        permissions == other.permissions && uid == other.uid && gid == other.gid && extended == other.extended
            && (type == .dir || mtime.isSameMoment(as: other.mtime))
    }
}
