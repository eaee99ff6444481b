import Foundation
import Testing

@testable import ResticFormat

/// The vector files, whose origin is in `Tests/Vectors/restic/ORIGIN.md`.
enum Vectors {
    static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Vectors/restic/\(name).json")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }
}

/// Bytes written as hexadecimal digits in a vector.
struct HexBytes: Decodable, Equatable {
    var bytes: [UInt8]

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        bytes = try #require(Self.bytes(text))
    }

    static func bytes(_ hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8).map { UInt8(String(Unicode.Scalar($0)), radix: 16) }
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
    }
}

/// Bytes of an ASCII or UTF-8 text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A text of bytes that are known to be one.
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A generator whose numbers follow from its seed: the splitmix64 of the chunker's vectors.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            for start in stride(from: 0, to: count, by: 8) {
                let word = next()
                for index in start..<min(start + 8, count) {
                    unsafe buffer[index] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (index - start)))
                }
            }
            initialized = count
        }
    }
}

/// A key that vectors use, and so do tests that need any key.
func sampleKey() throws -> KeyTriple {
    try KeyTriple(rawBytes: Array(0x00...0x1f) + Array(0x40...0x4f) + [UInt8](repeating: 0xff, count: 16))
}
