/// Cuts content where restic cuts it, so that equal content becomes equal blobs wherever it stands.
///
/// A chunk ends where the low 20 bits of the fingerprint of its last 64 bytes are zero, but not
/// before 512 KiB, and at 8 MiB at the latest. The fingerprint depends on those 64 bytes only, so
/// the first 524,224 bytes of a chunk are not looked at. Source: restic-format.md section 13.
public struct Chunker: Sendable {
    /// The number of bytes that decide on a boundary.
    public static let windowByteCount = 64
    /// The least length of a chunk that is not the last, in bytes.
    public static let minimumLength = 512 << 10
    /// The greatest length of a chunk, in bytes.
    public static let maximumLength = 8 << 20
    /// The fingerprint bits that are zero at a boundary.
    static let mask: UInt64 = 1 << 20 - 1

    let tables: ChunkerTables

    /// Makes a chunker; the tables are computed once.
    /// - Parameter polynomial: irreducible and of degree 53, as `RepositoryConfig` guarantees; with
    ///   another one, boundaries are still deterministic, but not useful.
    public init(polynomial: Polynomial) { tables = ChunkerTables(polynomial) }

    /// The end of the chunk that begins at `start`, as an index into `buffer`; nil if more bytes
    /// are needed to know it, or there are none.
    ///
    /// - Parameters:
    ///   - start: where the chunk begins, at most `buffer.count`.
    ///   - searched: the length of the buffer at an earlier call for the same chunk, which answered
    ///     nil: up to there is no boundary.
    ///   - isLast: whether the content ends with `buffer`; then its rest is the last chunk.
    ///
    /// With 8 MiB after `start` the answer is never nil. After nil, a call with more bytes may go
    /// on with `searched`; use `ChunkStream` for small pieces.
    public func nextBoundary(
        in buffer: UnsafeRawBufferPointer, from start: Int, searched: Int = 0, isLast: Bool
    ) -> Int? {
        guard start >= 0, start < buffer.count, let base = buffer.baseAddress else { return nil }
        let end = min(buffer.count, start + Self.maximumLength)
        let first = max(start + Self.minimumLength, searched + 1)
        if first <= end {
            // In bounds: 64 bytes lie before `first`, which is not above `end`, which is
            // not above the count.
            let match = unsafe FingerprintScan(tables).firstMatch(
                base.assumingMemoryBound(to: UInt8.self), from: first, through: end)
            if let match { return match }
        }
        if end - start == Self.maximumLength || isLast { return end }
        return nil
    }

    /// The lengths of all chunks of some content.
    public func lengths(of content: [UInt8]) -> [Int] {
        unsafe content.withUnsafeBytes { bytes in
            var lengths: [Int] = []
            var start = 0
            while let end = unsafe nextBoundary(in: bytes, from: start, isLast: true) {
                lengths.append(end - start)
                start = end
            }
            return lengths
        }
    }
}
