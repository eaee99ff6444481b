import CLinuxCalls
import FileTree
import Glibc
import Synchronization

/// A file being written under a temporary name in the folder where it will stand.
final class FileWriter: CopiedFile {
    private enum State {
        case writing
        case finished
    }

    private let file: Descriptor
    private let temporary: [UInt8]
    private let parent: Descriptor
    private let path: TreePath
    private let tree: LocalTree
    /// Whether it began with the content of another file: then zeros have to be
    /// written like everything else.
    private let isCopy: Bool
    /// Where the content goes past the system's cache.
    private let direct: DirectContent?
    private let state = Mutex(State.writing)

    /// Zeros are looked for in pieces of this size; it is a multiple of every usual block size.
    private static let pieceSizeBytes = 64 * 1024

    init(
        _ file: Descriptor, _ temporary: [UInt8], _ parent: Descriptor, _ path: TreePath, _ tree: LocalTree,
        isCopy: Bool = false, direct: DirectContent? = nil
    ) {
        self.isCopy = isCopy
        self.direct = direct
        self.file = file
        self.temporary = temporary
        self.parent = parent
        self.path = path
        self.tree = tree
    }

    deinit {
        discard()
    }

    /// Writes everything but long runs of zeros, which a new file has without writing them: so a
    /// sparse file stays sparse.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(TreeError) {
        do throws(SystemFailure) {
            if let direct {
                unsafe try direct.write(bytes, at: offset)
            } else if isCopy {
                unsafe try FileWriter.writeAll(bytes, to: file, at: offset)
                FileWriter.startWriting(file, at: offset, count: bytes.count)
            } else {
                _ = unsafe try FileWriter.writeSparsely(bytes, to: file, at: offset)
            }
        } catch {
            throw tree.failure(error, path, "write the file")
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe OpenFile(file, path, tree).read(into: buffer, at: offset)
    }

    /// Gives a new, empty file its whole content and its attributes.
    static func fill(
        _ file: Descriptor, _ content: UnsafeRawBufferPointer, _ changes: AttributeChanges, _ folders: WidenedFolders
    ) throws(SystemFailure) {
        if unsafe try !writeSparsely(content, to: file, at: 0) {
            try System.library { ftruncate(file.number, off_t(content.count)) }
        }
        try AttributeWriter.apply(changes, to: file, folders: folders)
    }

    /// Writes everything but long runs of zeros.
    /// - Returns: whether the last byte was written; if not, the file may have to be made longer.
    static func writeSparsely(
        _ bytes: UnsafeRawBufferPointer, to file: Descriptor, at offset: UInt64
    ) throws(SystemFailure) -> Bool {
        var end = 0
        unsafe try forEachRun(of: bytes) { run throws(SystemFailure) in
            unsafe try writeAll(
                UnsafeRawBufferPointer(rebasing: bytes[run]), to: file, at: offset + UInt64(run.lowerBound))
            startWriting(file, at: offset + UInt64(run.lowerBound), count: run.count)
            end = run.upperBound
        }
        return end == bytes.count
    }

    /// Calls `body` for everything but long runs of zeros. Each run begins and, but for the last,
    /// ends at a multiple of `pieceSizeBytes`.
    static func forEachRun<Failure: Error>(
        of bytes: UnsafeRawBufferPointer, _ body: (Range<Int>) throws(Failure) -> Void
    ) throws(Failure) {
        var start = 0
        while start < bytes.count {
            var end = min(start + pieceSizeBytes, bytes.count)
            if unsafe isZero(bytes[start..<end]) {
                start = end
                continue
            }
            while end < bytes.count {
                let next = min(end + pieceSizeBytes, bytes.count)
                if unsafe isZero(bytes[end..<next]) { break }
                end = next
            }
            try body(start..<end)
            start = end
        }
    }

    static func writeAll(_ bytes: UnsafeRawBufferPointer, to file: Descriptor, at offset: UInt64) throws(SystemFailure)
    {
        var written = 0
        while written < bytes.count {
            guard let position = off_t(exactly: offset + UInt64(written)) else { throw SystemFailure(number: EFBIG) }
            // The slice lies within the buffer: `written` stays below `bytes.count`.
            written += try System.library {
                unsafe pwrite(
                    file.number, bytes.baseAddress.unsafelyUnwrapped + written, bytes.count - written, position)
            }
        }
    }

    /// The disk begins with long pieces at once, while the next ones are made, so that
    /// `synchronize` finds little left to do. Only a hint: its failure says nothing.
    private static func startWriting(_ file: Descriptor, at offset: UInt64, count: Int) {
        guard count >= earlyWritingBytes, let start = off_t(exactly: offset) else { return }
        _ = holdfast_start_writing(file.number, start, off_t(count))
    }

    /// Below this, the calls would cost more than the disk's time is worth.
    private static let earlyWritingBytes = 256 << 10

    /// Whether a piece holds only zeros: its first byte is, and each byte equals the one before it.
    private static func isZero(_ piece: Slice<UnsafeRawBufferPointer>) -> Bool {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: piece)
        guard let start = bytes.baseAddress, unsafe bytes[0] == 0 else { return false }
        return unsafe memcmp(start, start + 1, bytes.count - 1) == 0
    }

    /// An empty folder that stands at the name is removed just before; everything else
    /// is replaced at once.
    func commit(_ changes: AttributeChanges) throws(TreeError) {
        state.withLock { state in
            precondition(state == .writing, "a file is committed once, and not after it was discarded")
        }
        try tree.reaching(path, "complete the file") { () throws(SystemFailure) in
            let place = try self.tree.parent(of: self.path)
            try self.direct?.finish()
            // The folder must still be where it was: otherwise the file would
            // appear outside the tree.
            guard Identity(try System.status(place)) == Identity(try System.status(self.parent)) else {
                throw SystemFailure(number: ENOENT)
            }
            try AttributeWriter.apply(changes, to: self.file, folders: self.tree.widened)
            try LocalTree.complete(self.temporary, as: self.path.name, in: place)
        }
        state.withLock { $0 = .finished }
    }

    /// Removes the temporary file. One that cannot be removed is a leftover, which
    /// `removeLeftovers` of a later run finds.
    func discard() {
        let first = state.withLock { state in
            defer { state = .finished }
            return state == .writing
        }
        guard first else { return }
        try? tree.reaching(path, "discard the file") { () throws(SystemFailure) in
            try LocalTree.dropping(self.temporary, in: self.parent)
        }
    }
}
