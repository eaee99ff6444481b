/// The 64 secret bytes with which a repository is sealed. Never printed.
///
/// Shape: `encrypt` (32, AES-256-CTR), `k` (16, AES-128 for the nonce), `r` (16, Poly1305
/// multiplier, clamped only when a MAC is computed). Source: restic-format.md section 3.1.
public struct KeyTriple: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The number of bytes of the three parts together.
    public static let byteCount = 64

    /// `encrypt`, `k`, `r`, in this order. Secret.
    public let rawBytes: [UInt8]

    /// Takes 64 bytes in the order `encrypt`, `k`, `r`.
    /// - Throws: `invalidArgument` for another length, or if a part is all zero.
    public init(rawBytes: [UInt8]) throws(FormatError) {
        guard rawBytes.count == Self.byteCount else {
            throw FormatError(.invalidArgument, "a key triple has 64 bytes, not \(rawBytes.count)")
        }
        for part in [rawBytes[..<32], rawBytes[32..<48], rawBytes[48...]] where part.allSatisfy({ $0 == 0 }) {
            throw FormatError(.invalidArgument, "a part of a key triple must not be all zero")
        }
        self.rawBytes = rawBytes
    }

    /// Draws a new triple.
    /// - Throws: `invalidArgument` if the generator gives nothing but zeros.
    public static func random(using generator: inout some RandomNumberGenerator) throws(FormatError) -> KeyTriple {
        var bytes: [UInt8] = []
        for _ in 0..<byteCount { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
        return try KeyTriple(rawBytes: bytes)
    }

    /// The AES-256 key.
    public var encrypt: [UInt8] { Array(rawBytes[..<32]) }
    /// The AES-128 key for the nonce.
    public var k: [UInt8] { Array(rawBytes[32..<48]) }
    /// The Poly1305 multiplier, not clamped.
    public var r: [UInt8] { Array(rawBytes[48...]) }

    /// Says what it is, not what it holds.
    public var description: String { "KeyTriple(secret)" }
    /// Says what it is, not what it holds.
    public var debugDescription: String { description }
    /// Shows no members, so that dumps do not leak the key.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The 16 bytes that make two sealings of one plaintext differ. Not secret; never all zero; never
/// used twice with one key.
public struct Nonce: Sendable, Hashable {
    /// The number of bytes of a nonce.
    public static let byteCount = 16

    let low: UInt64
    let high: UInt64

    /// Takes 16 bytes; nil for another length or all zero.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount, bytes.contains(where: { $0 != 0 }) else { return nil }
        low = bytes[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        high = bytes[8...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Draws one; all zero is drawn again a few times.
    /// - Throws: `invalidArgument` if the generator gives nothing but zeros.
    public static func random(using generator: inout some RandomNumberGenerator) throws(FormatError) -> Nonce {
        for _ in 0..<4 {
            if let nonce = Nonce(low: generator.next(), high: generator.next()) { return nonce }
        }
        throw FormatError(.invalidArgument, "the source of nonces gives nothing but zeros")
    }

    /// Takes the bytes as two little-endian words; nil for all zero.
    init?(low: UInt64, high: UInt64) {
        guard low | high != 0 else { return nil }
        self.low = low
        self.high = high
    }

    public var bytes: [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? low : high) >> UInt64(8 * ($0 & 7))) }
    }
}
