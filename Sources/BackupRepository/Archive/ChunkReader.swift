import FileTree
import ResticFormat

/// Cuts a file into chunks, reading a step at a time: what it holds is bounded by the greatest
/// chunk and one step.
struct ChunkReader {
    private let file: any ReadableFile
    private let chunker: Chunker
    private let buffers: ChunkBuffers
    /// Holds what was read and not yet given away.
    private var buffer: ChunkBuffer
    /// How much of it is known to have no boundary.
    private var searched = 0
    private var offset: UInt64 = 0
    private var isAtEnd = false
    /// What follows a chunk in its last step is copied: half a step for each chunk.
    static let stepBytes = 1 << 20

    init(file: any ReadableFile, chunker: Chunker, buffers: ChunkBuffers) {
        self.file = file
        self.chunker = chunker
        self.buffers = buffers
        buffer = buffers.take()
    }

    /// The next chunk, nil at the end of the file. It is the caller's until they give it
    /// back to the buffers.
    mutating func next() throws(TreeError) -> ChunkBuffer? {
        while true {
            let end = unsafe buffer.bytes.withUnsafeBytes {
                unsafe chunker.nextBoundary(in: $0, from: 0, searched: searched, isLast: isAtEnd)
            }
            searched = end == nil ? buffer.bytes.count : 0
            if let end { return take(end) }
            if isAtEnd { return nil }
            try readStep()
        }
    }

    /// Gives the reader's own buffer back; nothing is read afterwards.
    func finish() { buffers.giveBack(buffer) }

    /// The chunk keeps its buffer; what is left moves to another.
    private mutating func take(_ count: Int) -> ChunkBuffer {
        let chunk = buffer
        buffer = buffers.take()
        buffer.bytes.append(contentsOf: chunk.bytes[count...])
        chunk.bytes.removeSubrange(count...)
        return chunk
    }

    private mutating func readStep() throws(TreeError) {
        let old = buffer.bytes.count
        let file = file
        let offset = offset
        var failure: TreeError?
        buffer.bytes.append(addingCapacity: Self.stepBytes) { span in
            unsafe span.withUnsafeMutableBufferPointer { space, initialized in
                do throws(TreeError) {
                    // The file writes into the first bytes of the space, and says how many.
                    initialized = unsafe try file.read(
                        into: UnsafeMutableRawBufferPointer(
                            rebasing: UnsafeMutableRawBufferPointer(space)[..<Self.stepBytes]), at: offset)
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
        let count = buffer.bytes.count - old
        self.offset += UInt64(count)
        // Short reads happen at the end of a file only.
        if count < Self.stepBytes { isAtEnd = true }
    }
}
