import ResticFormat

/// Seals the parts of a name index with the key of its repository: names are as secret as content.
///
/// Each part says what it is, so that no part can be put in place of another unseen.
package struct NameCodec: Sendable {
    /// The most bytes of a part, opened: a block of names of the greatest length.
    static let limitBytes = 64 << 20

    private let sealer: Sealer
    private let compressor = ZstdCompressor(level: 3)
    private let decompressor = ZstdDecompressor()

    /// Makes a codec; no store is looked at.
    package init(_ key: RepositoryMasterKey) throws {
        sealer = Sealer(try Repository.decoding("the master key", KeyTriple(rawBytes: key.secretBytes)))
    }

    func seal(_ part: [UInt8], as mark: NameMark) throws(FormatError) -> [UInt8] {
        var frame: [UInt8] = []
        try compressor.compress(mark.bytes + part, into: &frame)
        return try sealer.seal(frame)
    }

    /// The bytes of a part.
    /// - Throws: `unauthentic`, `malformed` also for another part.
    func open(_ sealed: [UInt8], as mark: NameMark) throws(FormatError) -> [UInt8] {
        let bytes = try decompressor.decompress(try sealer.open(sealed), limit: Self.limitBytes)
        guard bytes.starts(with: mark.bytes) else {
            throw FormatError(.malformed, "a part of the name index stands in place of another")
        }
        return Array(bytes.dropFirst(mark.bytes.count))
    }
}

/// What a part of a name index is.
struct NameMark: Sendable {
    enum Part: UInt8 {
        case head = 1
        case directory
        case names
        case details
    }

    let bytes: [UInt8]

    /// - Parameter object: the name of the object that it lies in.
    /// - Parameter number: the number of its block there.
    init(_ part: Part, of object: String, number: Int = 0) {
        var bytes: [UInt8] = [1, part.rawValue]
        bytes.append(counted: object.utf8)
        bytes.append(count: number)
        self.bytes = bytes
    }
}
