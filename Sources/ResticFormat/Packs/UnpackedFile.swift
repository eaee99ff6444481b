/// The stored form of indexes, snapshots and locks: sealed, usually compressed.
/// Source: restic-format.md section 6.
public enum UnpackedFile {
    /// The most bytes of JSON that are accepted where nothing else is said: room for an index of
    /// ten times the usual size.
    public static let defaultLimitByteCount = 128 << 20

    private static let compressedMarker: UInt8 = 0x02

    /// Seals a JSON text.
    /// - Parameter compressor: nil stores the text as it is, which is the only form of version 1
    ///   and allowed in version 2.
    public static func encode(
        _ json: [UInt8], sealer: Sealer, compressor: ZstdCompressor?
    ) throws(FormatError) -> [UInt8] {
        guard let compressor else { return try sealer.seal(json) }
        var body = [compressedMarker]
        try compressor.compress(json, into: &body)
        return try sealer.seal(body)
    }

    /// Opens a stored file and gives its JSON text.
    /// - Throws: `malformed`, `unauthentic`; `tooLarge` if the text would have
    ///   more than `limit` bytes.
    public static func decode(
        _ stored: [UInt8], sealer: Sealer, decompressor: ZstdDecompressor, limit: Int = defaultLimitByteCount
    ) throws(FormatError) -> [UInt8] {
        guard stored.count <= limit else { throw FormatError(.tooLarge, "a file of \(stored.count) bytes") }
        let body = try sealer.open(stored)
        switch body.first {
        case nil, UInt8(ascii: "{"), UInt8(ascii: "["): return body
        case compressedMarker: return try decompressor.decompress(body.dropFirst(), limit: limit)
        case let marker?: throw FormatError(.malformed, "a file begins with the unknown marker \(marker)")
        }
    }
}
