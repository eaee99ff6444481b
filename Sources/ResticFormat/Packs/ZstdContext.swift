internal import CZstd

/// A libzstd compression context.
///
/// `@unchecked Sendable`: `ContextPool` gives it to one holder at a time, and it is not bound to a
/// thread. The pointer is made in `init` and freed only in `deinit`.
@safe
final class CompressionContext: @unchecked Sendable {
    private let context: OpaquePointer

    init() throws(FormatError) {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw FormatError(.library, "no memory for a compression context")
        }
        unsafe self.context = context
    }

    deinit {
        unsafe ZSTD_freeCCtx(context)
    }

    func compress(_ plaintext: UnsafeRawBufferPointer, _ level: Int32, into output: inout [UInt8]) throws(FormatError) {
        let start = output.count
        let bound = ZSTD_compressBound(plaintext.count)
        output.reserveCapacity(start + bound)
        var count = 0
        output.append(addingCapacity: bound) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, initialized in
                // The library writes at most `bound` bytes, for which there is room,
                // and says how many.
                count = unsafe ZSTD_compressCCtx(
                    context, buffer.baseAddress, bound, plaintext.baseAddress, plaintext.count, level)
                initialized = ZSTD_isError(count) == 0 ? count : 0
            }
        }
        guard ZSTD_isError(count) == 0 else {
            throw FormatError(.library, "compression failed: \(ZstdFailure.name(count))")
        }
    }
}

/// A libzstd decompression context. `@unchecked Sendable` for the
/// same reasons as `CompressionContext`.
@safe
final class DecompressionContext: @unchecked Sendable {
    private let context: OpaquePointer

    init() throws(FormatError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw FormatError(.library, "no memory for a decompression context")
        }
        unsafe self.context = context
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    func decompress(_ frame: UnsafeRawBufferPointer, exactLength: Int, into output: inout [UInt8]) throws(FormatError) {
        guard exactLength >= 0 else { throw FormatError(.invalidArgument, "a length cannot be negative") }
        func write(_ target: UnsafeMutableRawPointer) throws(FormatError) {
            // The library writes at most `exactLength` bytes, for which there is room.
            let count = unsafe ZSTD_decompressDCtx(context, target, exactLength, frame.baseAddress, frame.count)
            guard ZSTD_isError(count) == 0 else {
                throw FormatError(.malformed, "decompression failed: \(ZstdFailure.name(count))")
            }
            guard count == exactLength else {
                throw FormatError(.malformed, "a frame holds \(count) bytes instead of \(exactLength)")
            }
        }
        try unsafe output.appendBytes(exactLength, write)
    }

    /// Streams, because the frame need not say how much it holds, and must not be
    /// believed if it does.
    func decompress(_ frame: UnsafeRawBufferPointer, limit: Int) throws(FormatError) -> [UInt8] {
        var output: [UInt8] = []
        var input = unsafe ZSTD_inBuffer(src: frame.baseAddress, size: frame.count, pos: 0)
        unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        var isComplete = false
        while !isComplete {
            let room = min(max(output.count, 64 << 10), limit + 1 - output.count)
            guard room > 0 else { throw FormatError(.tooLarge, "a frame holds more than \(limit) bytes") }
            let consumed = unsafe input.pos
            let produced = output.count
            unsafe isComplete = try step(&input, room, into: &output)
            let hasMoved = unsafe input.pos != consumed || output.count != produced
            guard isComplete || hasMoved else { throw FormatError(.malformed, "a frame is cut short") }
        }
        guard output.count <= limit else { throw FormatError(.tooLarge, "a frame holds more than \(limit) bytes") }
        guard unsafe input.pos == input.size else { throw FormatError(.malformed, "bytes after the end of a frame") }
        return output
    }

    /// Decompresses into at most `room` more bytes; true at the end of the frame.
    private func step(_ input: inout ZSTD_inBuffer, _ room: Int, into output: inout [UInt8]) throws(FormatError) -> Bool
    {
        var hint = 0
        output.append(addingCapacity: room) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, initialized in
                // The library keeps `pos` within `size`, and `size` is within the buffer.
                var target = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: room, pos: 0)
                hint = unsafe ZSTD_decompressStream(context, &target, &input)
                unsafe initialized = ZSTD_isError(hint) == 0 ? target.pos : 0
            }
        }
        guard ZSTD_isError(hint) == 0 else {
            throw FormatError(.malformed, "decompression failed: \(ZstdFailure.name(hint))")
        }
        return hint == 0
    }
}

/// The library's texts for its error codes.
enum ZstdFailure {
    /// The text for a code that a function of libzstd answered; the library answers static strings.
    static func name(_ code: Int) -> String { unsafe String(cString: ZSTD_getErrorName(code)) }
}
