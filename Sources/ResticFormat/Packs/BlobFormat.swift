/// Turns the plaintext of a blob into its stored form and back, in fresh memory.
/// Source: restic-format.md section 7.
///
/// Safe to use from many tasks at once.
public final class BlobFormat: Sendable {
    /// What seals and opens.
    public let sealer: Sealer
    /// What compresses; nil where nothing is to be compressed, as in version 1.
    public let compressor: ZstdCompressor?
    public let decompressor: ZstdDecompressor

    public init(
        sealer: Sealer, compressor: ZstdCompressor? = ZstdCompressor(),
        decompressor: ZstdDecompressor = ZstdDecompressor()
    ) {
        self.sealer = sealer
        self.compressor = compressor
        self.decompressor = decompressor
    }

    /// The stored form of a plaintext: compressed if that helps or it is a tree (restic repacks
    /// uncompressed trees), then sealed.
    /// - Returns: the stored form, and the plaintext's length if it was compressed; otherwise 0.
    ///   The length goes into the pack's header.
    /// - Throws: `tooLarge`, `library`.
    public func encode(
        _ plaintext: [UInt8], type: BlobType
    ) throws(FormatError) -> (stored: [UInt8], uncompressedLength: UInt32) {
        guard let length = UInt32(exactly: plaintext.count), length <= UInt32.max - 1024 else {
            throw FormatError(.tooLarge, "a blob of \(plaintext.count) bytes")
        }
        if let compressor, length > 0 {
            let frame = try compressor.compress(plaintext)
            if type == .tree || frame.count < plaintext.count { return (try sealer.seal(frame), length) }
        }
        return (try sealer.seal(plaintext), 0)
    }

    /// Opens, decompresses and verifies a stored blob.
    /// - Throws: `malformed`, `unauthentic`; `wrongHash` if the plaintext is not the blob
    ///   that the entry names.
    public func decode(_ stored: [UInt8], as entry: PackEntry) throws(FormatError) -> [UInt8] {
        guard stored.count == Int(entry.length) else {
            throw FormatError(.malformed, "a blob has \(stored.count) stored bytes instead of \(entry.length)")
        }
        var plaintext = try sealer.open(stored)
        if entry.isCompressed {
            plaintext = try decompressor.decompress(plaintext, exactLength: Int(entry.uncompressedLength))
        }
        guard ObjectID.hash(of: plaintext) == entry.id else {
            throw FormatError(.wrongHash, "a blob is not the one that its pack names: \(entry.id)")
        }
        return plaintext
    }
}
