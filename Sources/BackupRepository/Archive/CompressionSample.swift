/// Judges by a few samples whether content is of a kind that compression cannot make
/// smaller: pictures, films, archives.
///
/// zstd needs about as long as SHA-256 for such bytes, and its output is thrown away.
enum CompressionSample {
    /// In shorter content the samples would be too large a part.
    static let minimumBytes = 64 << 10
    private static let pieces = 32
    private static let pieceBytes = 128
    private static let trials = 3
    private static let trialBytes = 8 << 10

    /// Whether it is worth the time to compress `content`.
    /// - Parameter compress: the number of bytes that a part of the content takes
    ///   when it is compressed.
    static func isPromising(
        _ content: UnsafeRawBufferPointer, compress: (UnsafeRawBufferPointer) throws -> Int
    ) rethrows -> Bool {
        guard content.count >= minimumBytes, unsafe isEven(content) else { return true }
        // Repetition does not show in the frequencies of bytes.
        for trial in 0..<trials {
            // In bounds: the trials begin after a sixth, a half and five sixths of at least 64 KiB.
            let start = (2 * trial + 1) * (content.count / (2 * trials))
            let part = unsafe UnsafeRawBufferPointer(rebasing: content[start..<(start + trialBytes)])
            if unsafe try compress(part) < trialBytes - trialBytes / 100 { return true }
        }
        return false
    }

    /// Whether all bytes are about equally frequent in pieces from everywhere, which rules out text
    /// and most other things that compress.
    ///
    /// For random bytes the sum of the squared counts is n²/256 + n, here 6 % above n²/256; for
    /// English text it is some fifteen times n²/256.
    private static func isEven(_ content: UnsafeRawBufferPointer) -> Bool {
        let sampled = pieces * pieceBytes
        let step = (content.count - pieceBytes) / (pieces - 1)
        var counts = InlineArray<256, UInt32>(repeating: 0)
        for piece in 0..<pieces {
            // In bounds: the last piece begins at `pieceBytes` before the end or earlier.
            for position in (piece * step)..<(piece * step + pieceBytes) { counts[Int(unsafe content[position])] += 1 }
        }
        var squares = 0
        for index in counts.indices { squares += Int(counts[index]) * Int(counts[index]) }
        return squares < sampled * sampled / 256 * 23 / 20
    }
}
