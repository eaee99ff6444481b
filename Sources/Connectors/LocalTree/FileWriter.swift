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
    private let place: Placement
    /// Whether it began as a copy of another file: then zeros must be written like other bytes.
    private let isCopy: Bool
    /// Set where the content bypasses the system's cache.
    private let direct: DirectContent?
    private let state = Mutex(State.writing)

    /// The size of the pieces in which zeros are searched for: a multiple of
    /// every usual block size.
    private static let pieceSizeBytes = 64 * 1024

    init(_ file: Descriptor, at place: Placement, isCopy: Bool = false, direct: DirectContent? = nil) {
        self.file = file
        self.place = place
        self.isCopy = isCopy
        self.direct = direct
    }

    deinit {
        discard()
    }

    /// Writes everything but long runs of zeros, which a new file has anyway, so that a
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
            throw place.tree.failure(error, at: place.path, to: "write the file")
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(TreeError) -> Int {
        try unsafe OpenFile(file, path: place.path, tree: place.tree).read(into: buffer, at: offset)
    }

    /// Writes the whole content and the attributes of a new, empty file.
    static func fill(
        _ file: Descriptor, with content: UnsafeRawBufferPointer, changes: AttributeChanges, folders: WidenedFolders
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

    /// Starts writing long pieces to the disk at once, so that `synchronize` has little left to do.
    /// It is only a hint, so failures are ignored.
    private static func startWriting(_ file: Descriptor, at offset: UInt64, count: Int) {
        guard count >= earlyWritingBytes, let start = off_t(exactly: offset) else { return }
        _ = holdfast_start_writing(file.number, start, off_t(count))
    }

    /// Files of 150 KB gain by it; shorter ones were not measured (docs/decisions/0005-past-the-cache.md).
    private static let earlyWritingBytes = 64 << 10

    /// Whether a piece holds only zeros: its first byte is zero, and each byte
    /// equals the one before.
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
        try place.tree.reaching(place.path, to: "complete the file", complete(changes))
        state.withLock { $0 = .finished }
    }

    private func complete(_ changes: AttributeChanges) throws(SystemFailure) {
        let folder = try place.tree.parent(of: place.path)
        try direct?.finish()
        try place.requireUnmoved(folder)
        try AttributeWriter.apply(changes, to: file, folders: place.tree.widened)
        try LocalTree.complete(place.temporary, as: place.path.name, in: folder)
    }

    /// Removes the temporary file. One that cannot be removed is a leftover, which
    /// `removeLeftovers` of a later run finds.
    func discard() {
        let first = state.withLock { state in
            defer { state = .finished }
            return state == .writing
        }
        guard first else { return }
        try? place.tree.reaching(place.path, to: "discard the file", place.drop())
    }
}
