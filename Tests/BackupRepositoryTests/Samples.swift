import FileTree
import ResticFormat

@testable import BackupRepository

/// An ID that a number stands for.
func sampleID(_ number: Int) -> ObjectID { ObjectID.hash(of: Array("\(number)".utf8)) }

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// The path of a text, which must be one.
func path(_ text: String) -> TreePath {
    guard let path = TreePath(text) else { preconditionFailure("'\(text)' is no path") }
    return path
}

/// A pack of the index, of blobs that follow each other.
/// - Parameter blobs: for each its ID, as a number, its stored length and whether it is a tree.
func samplePack(_ id: Int, _ blobs: [(id: Int, length: UInt32, isTree: Bool)]) -> PackIndex {
    var offset: UInt32 = 0
    let entries = blobs.map { blob in
        defer { offset += blob.length }
        return PackEntry(
            type: blob.isTree ? .tree : .data, id: sampleID(blob.id), offset: offset, length: blob.length,
            uncompressedLength: 0)
    }
    return PackIndex(id: sampleID(id), blobs: entries)
}

func sampleIndex(_ packs: [PackIndex]) -> BlobIndex {
    var index = BlobIndex()
    index.add(IndexFile(packs: packs), name: "index")
    return index
}

/// A file of a snapshot with attributes that `sampleItem` has too.
func sampleNode(_ name: String, _ type: NodeType = .file, size: UInt64 = 0, content: [ObjectID]? = nil) -> Node {
    let time = NodeTime(seconds: 1_000, nanoseconds: 5)
    var node = Node(
        name: bytes(name), type: type, mode: FileMode.mode(of: type, permissions: 0o640), mtime: time,
        size: size, content: content ?? (type == .file ? [] : nil))
    (node.uid, node.gid, node.inode, node.links) = (7, 8, 99, 1)
    return node
}

/// An item that is as `sampleNode` recorded it.
func sampleItem(_ name: String, _ kind: ItemKind = .file, size: UInt64 = 0) -> Item {
    Item(
        name: bytes(name),
        attributes: ItemAttributes(
            kind: kind, permissions: 0o640, modified: Timestamp(seconds: 1_000, nanoseconds: 5), userID: 7, groupID: 8,
            size: size, linkCount: 1, inode: 99))
}
