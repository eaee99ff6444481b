package import FileTree
import ResticFormat

/// Where an item is: the names of its folders, and its own.
///
/// Keys are in the order in which a walk meets items that lists a folder before it enters the
/// folders in it, each in the order of names by their bytes.
package struct NameKey: Hashable, Comparable, Sendable {
    /// The names of the folders from the root on, joined with NUL, which is in no name and comes
    /// before every other byte.
    var folder: [UInt8]
    package var name: [UInt8]

    init(folder: [UInt8], name: [UInt8]) {
        (self.folder, self.name) = (folder, name)
    }

    /// The key of the item at a path; nil for the root.
    package init?(_ path: TreePath) {
        guard !path.isRoot else { return nil }
        self.init(
            folder: path.parent.bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }, name: path.name)
    }

    /// The path of the item.
    package var path: TreePath? {
        let slash = UInt8(ascii: "/")
        return TreePath(bytes: folder.map { $0 == 0 ? slash : $0 } + (folder.isEmpty ? [] : [slash]) + name)
    }

    package static func < (left: NameKey, right: NameKey) -> Bool {
        if left.folder == right.folder { return left.name.lexicographicallyPrecedes(right.name) }
        return left.folder.lexicographicallyPrecedes(right.folder)
    }
}

/// What an item was, as far as the name index tells.
package struct NameState: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case file = 1
        case folder
        case link
        case other
    }

    package var kind: Kind
    /// Content bytes of a file, otherwise 0.
    package var size: UInt64 = 0
    /// When the content changed last, in milliseconds since 1970; 0 for a folder, whose time says
    /// only that something in it came or went.
    package var modifiedMilliseconds: Int64 = 0
    /// Tells contents apart: the beginning of a hash over the IDs of a file's blobs, or over the
    /// target of a link; 0 for everything else.
    package var content: UInt64 = 0
}

/// From a snapshot on, an item is so, or is not there.
struct NameEvent: Hashable, Sendable {
    var key: NameKey
    /// The number of the snapshot within the index.
    var snapshot: UInt32
    /// nil where the item is not there any more.
    var state: NameState?

    /// By place, then by time.
    static func precedes(_ left: NameEvent, _ right: NameEvent) -> Bool {
        left.key == right.key ? left.snapshot < right.snapshot : left.key < right.key
    }
}

extension NameState {
    /// What a node shows.
    init(_ node: Node) {
        switch node.type {
        case .dir: self.init(kind: .folder)
        case .file:
            self.init(
                kind: .file, size: node.size, modifiedMilliseconds: node.mtime.milliseconds,
                content: node.size == 0 ? 0 : Self.digest(of: node.content ?? []))
        case .symlink:
            self.init(
                kind: .link, modifiedMilliseconds: node.mtime.milliseconds,
                content: ObjectID.hash(of: node.linkTarget ?? []).prefix)
        case .dev, .chardev, .fifo, .socket:
            self.init(kind: .other, modifiedMilliseconds: node.mtime.milliseconds)
        }
    }

    private static func digest(of blobs: [ObjectID]) -> UInt64 {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(blobs.count * ObjectID.byteCount)
        for blob in blobs { blob.appendBytes(to: &bytes) }
        return ObjectID.hash(of: bytes).prefix
    }
}

extension NodeTime {
    fileprivate var milliseconds: Int64 { seconds * 1000 + Int64(nanoseconds / 1_000_000) }
}
