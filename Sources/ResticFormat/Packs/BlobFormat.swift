/// Turns the plaintext of a blob into its stored form and back, in fresh memory.
/// Source: restic-format.md section 7.
///
/// Safe to use from many tasks at once.
public final class BlobFormat: Sendable {
    /// What seals and opens.
    public let sealer: Sealer
    /// What compresses; nil where nothing is to be compressed, as in version 1.
    public let compressor: ZstdCompressor?
    /// What decompresses.
    public let decompressor: ZstdDecompressor

    public init(
        sealer: Sealer, compressor: ZstdCompressor? = ZstdCompressor(),
        decompressor: ZstdDecompressor = ZstdDecompressor()
    ) {
        self.sealer = sealer
        self.compressor = compressor
        self.decompressor = decompressor
    }

    /// Appends the stored form of a plaintext: compressed if that helps or it is a tree (restic
    /// repacks uncompressed trees), then sealed.
    /// - Returns: the plaintext's length if it was compressed; otherwise 0. Both go
    ///   into the pack's header.
    /// - Throws: `library`; then `output` is as before.
    public func encode(
        _ plaintext: UnsafeRawBufferPointer, type: BlobType, into output: inout [UInt8]
    ) throws(FormatError) -> UInt32 {
        guard let length = UInt32(exactly: plaintext.count), length <= UInt32.max - 1024 else {
            throw FormatError(.tooLarge, "a blob of \(plaintext.count) bytes")
        }
        if let compressor, length > 0 {
            var frame: [UInt8] = []
            unsafe try compressor.compress(plaintext, into: &frame)
            if type == .tree || frame.count < plaintext.count {
                try unsafe frame.span.bytes.withUnsafeBytes { bytes throws(FormatError) in
                    unsafe try sealer.seal(bytes, into: &output)
                }
                return length
            }
        }
        unsafe try sealer.seal(plaintext, into: &output)
        return 0
    }

    /// The stored form of a plaintext, and its length if it was compressed or 0.
    public func encode(
        _ plaintext: [UInt8], type: BlobType
    ) throws(FormatError) -> (stored: [UInt8], uncompressedLength: UInt32) {
        var stored: [UInt8] = []
        let length = try unsafe plaintext.span.bytes.withUnsafeBytes { bytes throws(FormatError) in
            unsafe try encode(bytes, type: type, into: &stored)
        }
        return (stored, length)
    }

    /// Opens, decompresses and verifies a stored blob.
    /// - Throws: `malformed`, `unauthentic`; `wrongHash` if the plaintext is not the blob
    ///   that the entry names.
    public func decode(_ stored: UnsafeRawBufferPointer, as entry: PackEntry) throws(FormatError) -> [UInt8] {
        guard stored.count == Int(entry.length) else {
            throw FormatError(.malformed, "a blob has \(stored.count) stored bytes instead of \(entry.length)")
        }
        var plaintext: [UInt8] = []
        unsafe try sealer.open(stored, into: &plaintext)
        if entry.isCompressed {
            plaintext = try decompressor.decompress(plaintext, exactLength: Int(entry.uncompressedLength))
        }
        guard ObjectID.hash(of: plaintext) == entry.id else {
            throw FormatError(.wrongHash, "a blob is not the one that its pack names: \(entry.id)")
        }
        return plaintext
    }

    /// Opens, decompresses and verifies a stored blob.
    /// - Throws: `malformed`, `unauthentic`; `wrongHash` if the plaintext is not the blob
    ///   that the entry names.
    public func decode(_ stored: [UInt8], as entry: PackEntry) throws(FormatError) -> [UInt8] {
        try unsafe stored.span.bytes.withUnsafeBytes { bytes throws(FormatError) in unsafe try decode(bytes, as: entry)
        }
    }
}
