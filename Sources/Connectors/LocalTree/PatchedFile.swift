import CLinuxCalls
public import FileTree
import Glibc

extension LocalTree {
    /// Opens a regular file for reading and writing. nil where access is denied, the file system is
    /// mounted read-only, or the file is a program that runs.
    public func openForPatching(_ path: TreePath) throws(TreeError) -> (any PatchableFile)? {
        try checkName(path)
        do throws(TreeError) {
            let file = try reaching(path, to: "open the file", writableFile(path))
            return file.map { PatchedFile($0, path: path, tree: self) }
        } catch {
            if error.code == .permissionDenied || error.systemError == ETXTBSY { return nil }
            throw error
        }
    }

    private func writableFile(_ path: TreePath) throws(SystemFailure) -> Descriptor? {
        // Opening a device or a pipe can have effects, so the kind is looked at first.
        guard ItemKind(mode: try System.status(handle(path)).st_mode) == .file else { return nil }
        let file = try System.open(
            path.bytes, beneath: root, flags: O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        return ItemKind(mode: try System.status(file).st_mode) == .file ? file : nil
    }
}

/// A regular file that is open for changes where it stands.
final class PatchedFile: PatchableFile {
    private let file: Descriptor
    private let path: TreePath
    private let tree: LocalTree
    private let reader: OpenFile

    init(_ file: Descriptor, path: TreePath, tree: LocalTree) {
        self.file = file
        self.path = path
        self.tree = tree
        reader = OpenFile(file, path: path, tree: tree)
    }

    func attributes() throws(TreeError) -> ItemAttributes { try reader.attributes() }

    func extendedAttributes() throws(TreeError) -> [ExtendedAttribute] { try reader.extendedAttributes() }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe reader.read(into: buffer, at: offset)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        do throws(SystemFailure) {
            unsafe try FileWriter.writeAll(bytes, to: file, at: offset)
        } catch {
            throw tree.failure(error, at: path, to: "write the file")
        }
    }

    func resize(to size: UInt64) throws(TreeError) {
        do throws(SystemFailure) {
            guard let length = off_t(exactly: size) else { throw SystemFailure(number: EFBIG) }
            try System.library { ftruncate(file.number, length) }
        } catch {
            throw tree.failure(error, at: path, to: "change the length of the file")
        }
    }

    func setAttributes(_ changes: AttributeChanges) throws(TreeError) {
        do throws(SystemFailure) {
            try AttributeWriter.apply(changes, to: file, folders: tree.widened)
        } catch {
            throw tree.failure(error, at: path, to: "set the attributes")
        }
    }

    func synchronize() throws(TreeError) {
        do throws(SystemFailure) {
            try System.library { fsync(file.number) }
        } catch {
            throw tree.failure(error, at: path, to: "write the file to the disk")
        }
    }
}
