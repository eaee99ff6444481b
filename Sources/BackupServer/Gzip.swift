import CZlib
import Foundation

/// gzip bodies, in both directions, through the system's zlib.
enum Gzip {
    /// The reason why a body could not be decompressed.
    enum Failure: Error {
        /// It is not one complete gzip stream.
        case damaged
        /// It is longer than the limit once decompressed.
        case tooLong
    }

    private static let windowBits: Int32 = 15 + 16  // gzip framing. Source: zlib.h, deflateInit2
    private static let chunk = 64 << 10

    /// Whether an `Accept-Encoding` field names gzip with a quality above zero.
    static func isAccepted(by field: String) -> Bool {
        field.lowercased().split(separator: ",").contains { offer in
            let words = offer.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            return words.first == "gzip" && words.dropFirst().allSatisfy { Double($0.dropFirst(2)) != 0 }
        }
    }

    /// Decompresses one complete gzip stream.
    /// - Parameter limit: the longest result in bytes; a small body that expands beyond it is
    ///   refused without being held in memory.
    /// - Throws: `Failure`.
    static func decompress(_ input: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = unsafe z_stream()
        guard unsafe inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damaged
        }
        defer { unsafe inflateEnd(&stream) }
        let (output, status) = unsafe run(&stream, input, limit: limit) { stream in unsafe inflate(&stream, Z_NO_FLUSH)
        }
        if output.count > limit { throw .tooLong }
        guard status == Z_STREAM_END, unsafe stream.avail_in == 0 else { throw .damaged }
        return output
    }

    /// Compresses to one gzip stream. Nil where zlib refuses.
    /// - Parameter level: zlib's fastest by default: answers are small and made once.
    static func compress(_ input: [UInt8], level: Int32 = Z_BEST_SPEED) -> [UInt8]? {
        var stream = unsafe z_stream()
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard
            unsafe deflateInit2_(
                &stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
        defer { unsafe deflateEnd(&stream) }
        let (output, status) = unsafe run(&stream, input, limit: .max) { stream in unsafe deflate(&stream, Z_FINISH) }
        return status == Z_STREAM_END ? output : nil
    }

    /// Runs a stream over the whole input until it ends, stalls, or has produced
    /// more than `limit` bytes.
    private static func run(
        _ stream: inout z_stream, _ input: [UInt8], limit: Int, step: (inout z_stream) -> Int32
    ) -> (output: [UInt8], status: Int32) {
        var input = input
        var output: [UInt8] = []
        var status = Z_OK
        unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe stream.next_in = source.baseAddress
            unsafe stream.avail_in = UInt32(source.count)
            var space = [UInt8](repeating: 0, count: chunk)
            while status == Z_OK, output.count <= limit {
                unsafe space.withUnsafeMutableBufferPointer { target in
                    unsafe stream.next_out = target.baseAddress
                    unsafe stream.avail_out = UInt32(target.count)
                    status = unsafe step(&stream)
                }
                output += space.prefix(chunk - Int(unsafe stream.avail_out))
            }
        }
        return (output, status)
    }
}

/// How files are compressed that are sent many times.
public enum FileCompression {
    /// One gzip stream, as small as zlib makes it; nil where zlib refuses.
    public static func gzip(_ bytes: [UInt8]) -> [UInt8]? { Gzip.compress(bytes, level: Z_BEST_COMPRESSION) }
}
