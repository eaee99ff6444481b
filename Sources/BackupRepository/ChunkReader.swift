import FileTree
import ResticFormat

/// Cuts a file into chunks, reading a step at a time: what it holds is bounded by the greatest chunk and one step.
struct ChunkReader {
    private let file: any ReadableFile
    private let chunker: Chunker
    /// Bytes that were read and not yet given away.
    private var buffer: [UInt8] = []
    /// How much of `buffer` is known to have no boundary.
    private var searched = 0
    private var offset: UInt64 = 0
    private var isAtEnd = false
    /// Somewhat above the mean length of a chunk, so that mostly one read serves one chunk.
    private static let stepBytes = 2 << 20

    init(file: any ReadableFile, chunker: Chunker) {
        self.file = file
        self.chunker = chunker
    }

    /// The next chunk, nil at the end of the file.
    mutating func next() throws(TreeError) -> [UInt8]? {
        while true {
            let end = unsafe buffer.withUnsafeBytes { unsafe chunker.nextBoundary(in: $0, from: 0, searched: searched, isLast: isAtEnd) }
            searched = end == nil ? buffer.count : 0
            if let end { return take(end) }
            if isAtEnd { return nil }
            try readStep()
        }
    }

    private mutating func take(_ count: Int) -> [UInt8] {
        if count == buffer.count {
            defer { buffer = [] }
            return buffer
        }
        // The chunk keeps the buffer; what is left, mostly less than a step, moves to a new one.
        var rest: [UInt8] = []
        rest.reserveCapacity(buffer.count - count + Self.stepBytes)
        rest.append(contentsOf: buffer[count...])
        buffer.removeLast(rest.count)
        swap(&buffer, &rest)
        return rest
    }

    private mutating func readStep() throws(TreeError) {
        let old = buffer.count
        let file = file
        let offset = offset
        try buffer.append(addingCapacity: Self.stepBytes) { span throws(TreeError) in
            try unsafe span.withUnsafeMutableBufferPointer { space, initialized throws(TreeError) in
                // The file writes into the first bytes of the space, and says how many.
                initialized = unsafe try file.read(into: UnsafeMutableRawBufferPointer(space), at: offset)
            }
        }
        let count = buffer.count - old
        self.offset += UInt64(count)
        // Short reads happen at the end of a file only.
        if count < Self.stepBytes { isAtEnd = true }
    }
}
