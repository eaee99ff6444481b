import Foundation
import Glibc

/// Threads that wait for the disk in place of those that compute.
///
/// The whole process has enough of them for a fast disk to work on several pieces at once; more
/// trees do not make a disk faster. They start with the first piece. The buffers bound what is on
/// its way: a caller waits while all of them are in use.
///
/// `@unchecked Sendable`: every access to the variables is between `lock` and
/// `unlock` of the condition.
final class DiskWriters: @unchecked Sendable {
    static let shared = DiskWriters()

    /// Memory that begins at a page, which the system requires for writes past its cache. It has
    /// one holder at a time: the caller that fills it, then the thread that writes it.
    @safe
    final class Buffer: @unchecked Sendable {
        static let byteCount = 1 << 20
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: DirectContent.pageBytes)

        deinit { unsafe bytes.deallocate() }
    }

    /// The number of pieces of one file on their way, and the first failure. Guarded
    /// by the writers' lock.
    ///
    /// `@unchecked Sendable`: only `DiskWriters` touches the variables, with its lock.
    final class Pending: @unchecked Sendable {
        fileprivate var count = 0
        fileprivate var failure: SystemFailure?
    }

    private struct Piece {
        var buffer: Buffer
        var count: Int
        var file: Descriptor
        var offset: UInt64
        var pending: Pending
    }

    private let condition = NSCondition()
    private var pieces: [Piece] = []
    private var idle: [Buffer] = []
    private var made = 0
    private static let threads = 4
    private static let buffers = 8

    private init() {
        for number in 0..<Self.threads {
            let thread = Thread { self.run() }
            thread.name = "disk-\(number)"
            thread.start()
        }
    }

    /// An empty buffer; waits while all are in use.
    func take() -> Buffer {
        condition.lock()
        defer { condition.unlock() }
        while idle.isEmpty, made == Self.buffers { condition.wait() }
        if let buffer = idle.popLast() { return buffer }
        made += 1
        return Buffer()
    }

    /// Hands over the first `count` bytes of a buffer, which are written later; `wait` returns
    /// after that. The caller gives the buffer away.
    func write(_ buffer: Buffer, count: Int, to file: Descriptor, at offset: UInt64, _ pending: Pending) {
        condition.lock()
        defer { condition.unlock() }
        pending.count += 1
        pieces.append(Piece(buffer: buffer, count: count, file: file, offset: offset, pending: pending))
        condition.broadcast()
    }

    /// Waits until all pieces handed over with `pending` are written.
    /// - Throws: the first failure.
    func wait(for pending: Pending) throws(SystemFailure) {
        condition.lock()
        defer { condition.unlock() }
        while pending.count > 0 { condition.wait() }
        if let failure = pending.failure { throw failure }
    }

    /// - Throws: the first failure so far.
    func check(_ pending: Pending) throws(SystemFailure) {
        condition.lock()
        defer { condition.unlock() }
        if let failure = pending.failure { throw failure }
    }

    private func run() {
        while true {
            condition.lock()
            while pieces.isEmpty { condition.wait() }
            let piece = pieces.removeFirst()
            condition.unlock()
            var failure: SystemFailure?
            do throws(SystemFailure) { try Self.write(piece) } catch { failure = error }
            condition.lock()
            piece.pending.count -= 1
            piece.pending.failure = piece.pending.failure ?? failure
            idle.append(piece.buffer)
            condition.broadcast()
            condition.unlock()
        }
    }

    private static func write(_ piece: Piece) throws(SystemFailure) {
        let bytes = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(piece.buffer.bytes)[..<piece.count])
        do throws(SystemFailure) {
            unsafe try FileWriter.writeAll(bytes, to: piece.file, at: piece.offset)
        } catch {
            // A file system may require more than whole pages, or stop within one; then the bytes
            // go through the cache.
            guard error.number == EINVAL else { throw error }
            try DirectContent.use(false, for: piece.file)
            unsafe try FileWriter.writeAll(bytes, to: piece.file, at: piece.offset)
        }
    }
}
