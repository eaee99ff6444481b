/// Finds chunk boundaries in content that comes in pieces of any size, at constant cost a byte
/// and without keeping content.
public struct ChunkStream: Sendable {
    /// From here on, starting new fingerprints costs less than rolling one.
    private static let leastLengthForLanes = 4096
    private let scan: FingerprintScan
    /// The length of the current chunk so far, in bytes.
    public private(set) var length = 0
    private var digest: UInt64 = 0
    /// The last 64 bytes of the chunk, the oldest first.
    private var window = [UInt8](repeating: 0, count: Chunker.windowByteCount)

    /// Starts at the beginning of some content.
    public init(_ chunker: Chunker) { scan = FingerprintScan(chunker.tables) }

    /// Takes bytes of the current chunk from the start of `piece`.
    /// - Returns: how many bytes were taken, and whether the chunk ends after them. If it does not,
    ///   that is the whole piece; if it does, call again with the rest.
    public mutating func take(_ piece: UnsafeRawBufferPointer) -> (count: Int, isBoundary: Bool) {
        var taken = 0
        while taken < piece.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: piece[taken...])
            let (count, isBoundary) = unsafe length < Chunker.minimumLength ? skip(rest) : search(rest)
            taken += count
            if isBoundary {
                length = 0
                return (taken, true)
            }
        }
        return (taken, false)
    }

    /// Goes on to the minimum length; there the first test is made.
    private mutating func skip(_ piece: UnsafeRawBufferPointer) -> (Int, Bool) {
        let count = min(piece.count, Chunker.minimumLength - length)
        unsafe remember(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        guard length == Chunker.minimumLength else { return (count, false) }
        // The window has 64 bytes.
        digest = unsafe window.withUnsafeBufferPointer {
            unsafe $0.baseAddress.map { unsafe scan.fingerprint($0, endingAt: Chunker.windowByteCount) } ?? 0
        }
        return (count, digest & Chunker.mask == 0)
    }

    /// Rolls over at most 64 bytes, whose predecessors are in the window, or over the rest, whose
    /// predecessors are in the piece.
    private mutating func search(_ piece: UnsafeRawBufferPointer) -> (Int, Bool) {
        let count = min(piece.count, Chunker.maximumLength - length)
        let head = min(count, Chunker.windowByteCount)
        var match: Int?
        var digest = digest
        unsafe window.withUnsafeBufferPointer { window in
            guard let leaving = window.baseAddress,
                let entering = unsafe piece.baseAddress?.assumingMemoryBound(to: UInt8.self)
            else { return }
            // In bounds: the first call reads `head` ≤ 64 bytes of the window; the others read
            // bytes of the piece below `count`, the oldest 64 before the first place they test,
            // which is not below 64.
            unsafe match = scan.roll(&digest, leaving: leaving, entering: entering, count: head)
            guard match == nil, count > head else { return }
            if count - head < Self.leastLengthForLanes {
                unsafe match = scan.roll(&digest, leaving: entering, entering: entering + head, count: count - head).map
                { $0 + head }
            } else {
                unsafe match = scan.firstMatch(entering, from: head + 1, through: count)
                unsafe digest = scan.fingerprint(entering, endingAt: count)
            }
        }
        self.digest = digest
        let taken = match ?? count
        unsafe remember(UnsafeRawBufferPointer(rebasing: piece[..<taken]))
        return (taken, match != nil || length == Chunker.maximumLength)
    }

    /// Adds to the length and moves the window.
    private mutating func remember(_ bytes: UnsafeRawBufferPointer) {
        length += bytes.count
        let fresh = min(bytes.count, Chunker.windowByteCount)
        unsafe window.withUnsafeMutableBytes { window in
            guard let base = window.baseAddress, let source = bytes.baseAddress else { return }
            // In bounds: fresh ≤ 64, the size of the window, and fresh ≤ bytes.count.
            unsafe base.copyMemory(from: base + fresh, byteCount: Chunker.windowByteCount - fresh)
            unsafe (base + (Chunker.windowByteCount - fresh)).copyMemory(
                from: source + (bytes.count - fresh), byteCount: fresh)
        }
    }
}
