import Foundation
import Glibc

/// Threads that wait for the disk in place of those that compute.
///
/// There are as many as let a fast disk work on several pieces at once, for the whole process: a
/// disk is no faster for more trees. They begin with the first piece. What is on its way is bounded
/// by the buffers; who has a piece for them waits where all are in use.
///
/// `@unchecked Sendable`: every access to the variables is between `lock` and
/// `unlock` of the condition.
final class DiskWriters: @unchecked Sendable {
    static let shared = DiskWriters()

    /// Memory that begins at a page, as the system wants it for writing past its cache. It has one
    /// holder at a time: who fills it, then the thread that writes it.
    @safe
    final class Buffer: @unchecked Sendable {
        static let byteCount = 1 << 20
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: DirectContent.pageBytes)

        deinit { unsafe bytes.deallocate() }
    }

    /// What one file has on its way, and what became of it. Belongs to the writers' lock.
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

    /// An empty buffer, waited for where all are in use.
    func take() -> Buffer {
        condition.lock()
        defer { condition.unlock() }
        while idle.isEmpty, made == Self.buffers { condition.wait() }
        if let buffer = idle.popLast() { return buffer }
        made += 1
        return Buffer()
    }

    /// Writes the first `count` bytes of a buffer, some time; `wait` tells when it is done. The
    /// buffer is given away.
    func write(_ buffer: Buffer, count: Int, to file: Descriptor, at offset: UInt64, _ pending: Pending) {
        condition.lock()
        defer { condition.unlock() }
        pending.count += 1
        pieces.append(Piece(buffer: buffer, count: count, file: file, offset: offset, pending: pending))
        condition.broadcast()
    }

    /// Waits until everything is written that was handed over with `pending`.
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
            // A file system may want more than whole pages, or stop in the middle of one: then by
            // way of the cache after all.
            guard error.number == EINVAL else { throw error }
            try DirectContent.use(false, for: piece.file)
            unsafe try FileWriter.writeAll(bytes, to: piece.file, at: piece.offset)
        }
    }
}
