internal import CZstd

/// Compresses to single zstd frames. Safe to use from many tasks at once; each call borrows a
/// context that earlier calls left.
///
/// Source of the limits on frames: restic-format.md section 6, "zstd".
public final class ZstdCompressor: Sendable {
    private let contexts = ContextPool(try CompressionContext())
    /// The compression level, -7 to 19.
    public let level: Int

    /// Makes a compressor; levels outside of -7...19 are brought to the nearest.
    public init(level: Int = 3) {
        self.level = min(max(level, -7), 19)
    }

    /// Appends one frame that holds the plaintext.
    /// - Throws: `library` if libzstd fails; then `output` is as before.
    public func compress(_ plaintext: UnsafeRawBufferPointer, into output: inout [UInt8]) throws(FormatError) {
        let context = try contexts.take()
        defer { contexts.giveBack(context) }
        unsafe try context.compress(plaintext, Int32(level), into: &output)
    }

    /// Appends one frame that holds the plaintext.
    /// - Throws: `library` if libzstd fails; then `output` is as before.
    public func compress(_ plaintext: [UInt8], into output: inout [UInt8]) throws(FormatError) {
        func compress(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
            unsafe try self.compress(bytes, into: &output)
        }
        try unsafe plaintext.span.bytes.withUnsafeBytes(compress)
    }

    /// One frame that holds the plaintext.
    public func compress(_ plaintext: [UInt8]) throws(FormatError) -> [UInt8] {
        var output: [UInt8] = []
        try compress(plaintext, into: &output)
        return output
    }
}

/// Decompresses single zstd frames. Safe to use from many tasks at once; each call borrows a
/// context that earlier calls left.
public final class ZstdDecompressor: Sendable {
    private let contexts = ContextPool(try DecompressionContext())

    public init() {}

    /// Appends the plaintext of a frame whose plaintext has exactly that length.
    /// - Throws: `malformed` if the frame is not well-formed or the length is another; then
    ///   `output` is as before.
    public func decompress(
        _ frame: UnsafeRawBufferPointer, exactLength: Int, into output: inout [UInt8]
    ) throws(FormatError) {
        let context = try contexts.take()
        defer { contexts.giveBack(context) }
        unsafe try context.decompress(frame, exactLength: exactLength, into: &output)
    }

    /// The plaintext of a frame whose plaintext has exactly that length.
    public func decompress(_ frame: [UInt8], exactLength: Int) throws(FormatError) -> [UInt8] {
        var output: [UInt8] = []
        func decompress(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
            unsafe try self.decompress(bytes, exactLength: exactLength, into: &output)
        }
        try unsafe frame.span.bytes.withUnsafeBytes(decompress)
        return output
    }

    /// The plaintext of a frame of unknown length.
    /// - Throws: `tooLarge` above `limit` bytes; `malformed` if the bytes are not one whole frame.
    public func decompress(_ frame: UnsafeRawBufferPointer, limit: Int) throws(FormatError) -> [UInt8] {
        let context = try contexts.take()
        defer { contexts.giveBack(context) }
        return unsafe try context.decompress(frame, limit: limit)
    }

    /// The plaintext of a frame of unknown length.
    /// - Throws: `tooLarge` above `limit` bytes; `malformed` if the bytes are not one whole frame.
    public func decompress(_ frame: [UInt8], limit: Int) throws(FormatError) -> [UInt8] {
        try decompress(frame[...], limit: limit)
    }

    /// The plaintext of a frame of unknown length.
    /// - Throws: `tooLarge` above `limit` bytes; `malformed` if the bytes are not one whole frame.
    func decompress(_ frame: ArraySlice<UInt8>, limit: Int) throws(FormatError) -> [UInt8] {
        func decompress(_ bytes: UnsafeRawBufferPointer) throws(FormatError) -> [UInt8] {
            unsafe try self.decompress(bytes, limit: limit)
        }
        return try unsafe frame.span.bytes.withUnsafeBytes(decompress)
    }
}
