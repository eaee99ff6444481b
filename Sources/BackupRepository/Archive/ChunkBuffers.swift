import ResticFormat
import Synchronization

/// A chunk of a file, in memory that is used again. A class, so that its bytes are never copied.
///
/// `@unchecked Sendable`: it has one holder at a time, first the reader that fills it, then the
/// task that saves it, then the pool.
final class ChunkBuffer: @unchecked Sendable {
    var bytes: [UInt8] = []

    init() {
        // Room for all that a reader puts there, so that the bytes never move. Pages that are
        // not used cost nothing.
        bytes.reserveCapacity(Chunker.maximumLength + ChunkReader.stepBytes)
    }
}

/// Buffers of chunks that are not in use: fresh memory costs a page fault each 4 KiB, which took an
/// eighth of the processor time of a backup of big files.
final class ChunkBuffers: Sendable {
    private let idle = Mutex<[ChunkBuffer]>([])
    /// One chunk in thirty is longer.
    private static let keptBytes = 4 << 20

    /// An empty buffer for the caller alone, until it is given back.
    func take() -> ChunkBuffer { idle.withLock { $0.popLast() } ?? ChunkBuffer() }

    func giveBack(_ buffer: ChunkBuffer) {
        // Memory that only the rare largest chunks need goes back to the system.
        guard buffer.bytes.count <= Self.keptBytes else { return }
        buffer.bytes.removeAll(keepingCapacity: true)
        idle.withLock { $0.append(buffer) }
    }
}
