import CLinuxCalls
import FileTree
import Glibc
import Synchronization

/// A file being written under a temporary name in the folder where it will stand.
final class FileWriter: WritableFile {
    private enum State {
        case writing
        case finished
    }

    private let file: Descriptor
    private let temporary: [UInt8]
    private let parent: Descriptor
    private let path: TreePath
    private let tree: LocalTree
    private let state = Mutex(State.writing)

    /// Zeros are looked for in pieces of this size; it is a multiple of every usual block size.
    private static let pieceSizeBytes = 64 * 1024

    init(_ file: Descriptor, _ temporary: [UInt8], _ parent: Descriptor, _ path: TreePath, _ tree: LocalTree) {
        self.file = file
        self.temporary = temporary
        self.parent = parent
        self.path = path
        self.tree = tree
    }

    deinit {
        discard()
    }

    /// Writes everything but long runs of zeros, which a new file has without writing them: so a sparse file stays sparse.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        var start = 0
        do throws(SystemFailure) {
            while start < bytes.count {
                var end = min(start + FileWriter.pieceSizeBytes, bytes.count)
                if unsafe FileWriter.isZero(bytes[start..<end]) {
                    start = end
                    continue
                }
                while end < bytes.count {
                    let next = min(end + FileWriter.pieceSizeBytes, bytes.count)
                    if unsafe FileWriter.isZero(bytes[end..<next]) { break }
                    end = next
                }
                try unsafe writeAll(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: offset + UInt64(start))
                start = end
            }
        } catch {
            throw tree.failure(error, path, "write the file")
        }
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemFailure) {
        var written = 0
        while written < bytes.count {
            guard let position = off_t(exactly: offset + UInt64(written)) else { throw SystemFailure(number: EFBIG) }
            // The slice lies within the buffer: `written` stays below `bytes.count`.
            written += try System.library {
                unsafe pwrite(file.number, bytes.baseAddress.unsafelyUnwrapped + written, bytes.count - written, position)
            }
        }
    }

    /// Whether a piece holds only zeros: its first byte is, and each byte equals the one before it.
    private static func isZero(_ piece: Slice<UnsafeRawBufferPointer>) -> Bool {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: piece)
        guard let start = bytes.baseAddress, unsafe bytes[0] == 0 else { return false }
        return unsafe memcmp(start, start + 1, bytes.count - 1) == 0
    }

    /// An empty folder that stands at the name is removed just before; everything else is replaced at once.
    func commit(_ changes: AttributeChanges) throws(TreeError) {
        state.withLock { state in
            precondition(state == .writing, "a file is committed once, and not after it was discarded")
        }
        try tree.reaching(path, "complete the file") { () throws(SystemFailure) in
            let place = try self.tree.parent(of: self.path)
            // The folder must still be where it was: otherwise the file would appear outside the tree.
            guard Identity(try System.status(place)) == Identity(try System.status(self.parent)) else { throw SystemFailure(number: ENOENT) }
            try AttributeWriter.apply(changes, to: self.file, folders: self.tree.widened)
            do throws(SystemFailure) {
                try LocalTree.rename(self.temporary, in: place, to: self.path.name, in: place)
            } catch {
                guard error.number == EISDIR else { throw error }
                try LocalTree.unlink(self.path.name, in: place, flags: AT_REMOVEDIR)
                try LocalTree.rename(self.temporary, in: place, to: self.path.name, in: place)
            }
        }
        state.withLock { $0 = .finished }
    }

    /// Removes the temporary file. One that cannot be removed is a leftover, which `removeLeftovers` of a later run finds.
    func discard() {
        let first = state.withLock { state in
            defer { state = .finished }
            return state == .writing
        }
        guard first else { return }
        try? tree.reaching(path, "discard the file") { () throws(SystemFailure) in try LocalTree.dropping(self.temporary, in: self.parent) }
    }
}
