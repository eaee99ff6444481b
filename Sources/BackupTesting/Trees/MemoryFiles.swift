import FileTree
import Synchronization

/// An open file of a `MemoryTree`.
final class MemoryReadableFile: ReadableFile {
    private let tree: MemoryTree
    private let path: TreePath
    private let number: UInt64

    init(tree: MemoryTree, path: TreePath, number: UInt64) {
        self.tree = tree
        self.path = path
        self.number = number
    }

    func attributes() throws(TreeError) -> ItemAttributes {
        try tree.locked { volume in
            guard let entry = volume.entries[number] else {
                throw TreeError(.notFound, path: path, message: "the file is gone")
            }
            return entry.attributes
        }
    }

    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute] {
        try tree.extendedAttributes(of: path)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try tree.check(.read(path, offset: offset), path)
        let bytes = tree.state.withLock { $0.bytes(number) }
        guard offset < UInt64(bytes.count) else { return 0 }
        let part = bytes[Int(offset)..<min(bytes.count, Int(offset) + buffer.count)]
        unsafe buffer.copyBytes(from: part)
        return part.count
    }
}

/// A file being written in a `MemoryTree`.
final class MemoryWritableFile: CopiedFile {
    private let tree: MemoryTree
    private let path: TreePath
    private let number: UInt64

    init(tree: MemoryTree, path: TreePath, number: UInt64) {
        self.tree = tree
        self.path = path
        self.number = number
    }

    deinit { discard() }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        try tree.check(.change(path), path)
        let copy = unsafe Array(bytes)
        tree.state.withLock { $0.write(copy, to: number, at: Int(offset)) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe MemoryReadableFile(tree: tree, path: path, number: number).read(into: buffer, at: offset)
    }

    func commit(_ changes: AttributeChanges) throws(TreeError) {
        try tree.check(.change(path), path)
        try tree.locked { volume in
            volume.apply(changes, to: number)
            try volume.name(number, path)
        }
    }

    func discard() {
        tree.state.withLock { $0.discard(number) }
    }
}

/// A file of a `MemoryTree` that is changed where it stands.
final class MemoryPatchedFile: PatchableFile {
    private let tree: MemoryTree
    private let path: TreePath
    private let number: UInt64

    init(tree: MemoryTree, path: TreePath, number: UInt64) {
        self.tree = tree
        self.path = path
        self.number = number
    }

    private var reader: MemoryReadableFile { MemoryReadableFile(tree: tree, path: path, number: number) }

    func attributes() throws(TreeError) -> ItemAttributes { try reader.attributes() }

    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute] { try reader.extendedAttributes() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe reader.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        try tree.check(.patch(path), path)
        let copy = unsafe Array(bytes)
        tree.state.withLock { $0.write(copy, to: number, at: Int(offset)) }
    }

    func resize(to size: UInt64) throws(TreeError) {
        try tree.check(.patch(path), path)
        tree.state.withLock { $0.resize(number, to: Int(size)) }
    }

    func setAttributes(_ changes: AttributeChanges) throws(TreeError) {
        try tree.check(.patch(path), path)
        tree.state.withLock { $0.apply(changes, to: number) }
    }

    func synchronize() throws(TreeError) { try tree.check(.patch(path), path) }
}
