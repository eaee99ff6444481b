import CLinuxCalls
import Glibc
import Synchronization

/// Writes the content of a long new file to the disk, past the system's cache.
///
/// The cache costs a copy and a page for each 4 KiB, a fifth of the processor time when big files
/// are restored, and restored files are rarely read soon. Without the cache the system takes only
/// whole pages, from memory that begins at a page. So bytes are copied to such memory, and a page
/// that two pieces share is put together here; no page goes both ways. Source: open(2), "O_DIRECT".
final class DirectContent: Sendable {
    /// A page whose bytes have not all arrived.
    private struct Seam {
        var bytes: [UInt8]
        var missing: Int
    }

    /// The unit of what goes past the cache, in bytes.
    static let pageBytes = max(4096, sysconf(Int32(_SC_PAGESIZE)))
    /// A commit waits for the disk, which costs more the shorter the file is. The break-even
    /// size was not measured.
    private static let shortestFile: UInt64 = 16 << 20

    private let file: Descriptor
    private let size: UInt64
    private let space: ReservedSpace
    private let pending = DiskWriters.Pending()
    private let seams = Mutex<[UInt64: Seam]>([:])

    /// nil for short files, and where the file system cannot do it.
    init?(_ file: Descriptor, size: UInt64) {
        guard size >= Self.shortestFile else { return nil }
        do { try Self.use(true, for: file) } catch { return nil }
        self.file = file
        self.size = size
        space = ReservedSpace(file, size: size)
    }

    /// Sets whether writes to `file` bypass the cache.
    static func use(_ isDirect: Bool, for file: Descriptor) throws(SystemFailure) {
        try System.kernel { holdfast_set_direct(file.number, isDirect ? 1 : 0) }
    }

    /// Takes `bytes`, from any thread, each offset once. Long runs of zeros are left
    /// out as `FileWriter.writeSparsely` does.
    /// - Throws: what failed of this file so far.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(SystemFailure) {
        try DiskWriters.shared.check(pending)
        let end = offset + UInt64(bytes.count)
        let page = UInt64(Self.pageBytes)
        // `first..<last` are the whole pages; before and after them are parts of pages, or
        // everything is within one page.
        let first = min((offset + page - 1) / page * page, end)
        let last = max(end / page * page, first)
        var staging = Staging(file: file, pending: pending)
        unsafe join(bytes[..<Int(first - offset)], at: offset, &staging)
        let middle = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(first - offset)..<Int(last - offset)])
        var done = first
        unsafe FileWriter.forEachRun(of: middle) { run in
            let start = first + UInt64(run.lowerBound)
            if done < start { space.leaveOut(done..<start) }
            done = first + UInt64(run.upperBound)
            space.reserve(start..<done)
            unsafe staging.add(UnsafeRawBufferPointer(rebasing: middle[run]), at: start)
        }
        if done < last { space.leaveOut(done..<last) }
        unsafe join(bytes[Int(last - offset)...], at: last, &staging)
        staging.flush()
    }

    /// Keeps a part of a page until the rest has come.
    private func join(_ part: Slice<UnsafeRawBufferPointer>, at offset: UInt64, _ staging: inout Staging) {
        if unsafe part.isEmpty { return }
        let page = offset / UInt64(Self.pageBytes)
        let place = Int(offset % UInt64(Self.pageBytes))
        let whole: [UInt8]? = seams.withLock { seams in
            var seam = seams[page] ?? Seam(bytes: [UInt8](repeating: 0, count: Self.pageBytes), missing: Self.pageBytes)
            unsafe seam.bytes.replaceSubrange(place..<(place + part.count), with: part)
            unsafe seam.missing -= part.count
            seams[page] = seam.missing == 0 ? nil : seam
            return seam.missing == 0 ? seam.bytes : nil
        }
        guard let whole else { return }
        unsafe whole.withUnsafeBytes { unsafe staging.add($0, at: page * UInt64(Self.pageBytes)) }
    }

    /// Waits for the disk, then writes the partial pages through the cache: no other write can
    /// overtake them any more.
    func finish() throws(SystemFailure) {
        try DiskWriters.shared.wait(for: pending)
        try Self.use(false, for: file)
        for (page, seam) in seams.withLock({ $0 }) {
            let start = page * UInt64(Self.pageBytes)
            let count = Int(min(UInt64(Self.pageBytes), size - min(size, start)))
            try unsafe seam.bytes.span.bytes.withUnsafeBytes { bytes throws(SystemFailure) in
                unsafe try FileWriter.writeAll(UnsafeRawBufferPointer(rebasing: bytes[..<count]), to: file, at: start)
            }
        }
    }
}

/// Gathers whole pages in buffers. A buffer is handed over when it is full, or when the next bytes
/// do not follow its last.
private struct Staging {
    let file: Descriptor
    let pending: DiskWriters.Pending
    private var buffer: DiskWriters.Buffer?
    private var start: UInt64 = 0
    private var count = 0

    init(file: Descriptor, pending: DiskWriters.Pending) {
        self.file = file
        self.pending = pending
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) {
        if offset != start + UInt64(count) { flush() }
        var added = 0
        while added < bytes.count {
            if count == DiskWriters.Buffer.byteCount { flush() }
            let buffer = buffer ?? DiskWriters.shared.take()
            if count == 0 { start = offset + UInt64(added) }
            let length = min(bytes.count - added, DiskWriters.Buffer.byteCount - count)
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[count..<(count + length)])
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[added..<(added + length)]))
            self.buffer = buffer
            added += length
            count += length
        }
    }

    mutating func flush() {
        if let buffer { DiskWriters.shared.write(buffer, count: count, to: file, at: start, pending) }
        buffer = nil
        count = 0
    }
}
