/// The search for a fingerprint whose low 20 bits are zero: the hot loop of the chunker.
///
/// The fingerprint at one place does not depend on what was before its 64 bytes, so four stretches
/// are rolled at once: the steps of one lane wait for their table look-ups while the others go on.
///
/// `@safe` with this contract: `bytes` may be read from 64 below the first position to the last
/// one. Every function keeps to it: rolling from `position` reads `bytes[position]` and
/// `bytes[position - 64]`, and no position reaches the last.
@safe
struct FingerprintScan {
    private let tables: ChunkerTables
    /// The positions of one lane in one round. Starting a lane costs 64 steps.
    private static let laneLength = 8 << 10

    init(_ tables: ChunkerTables) { self.tables = tables }

    /// The fingerprint of the 64 bytes that end before `position`.
    func fingerprint(_ bytes: UnsafePointer<UInt8>, endingAt position: Int) -> UInt64 {
        var digest: UInt64 = 0
        for index in position - Chunker.windowByteCount..<position { unsafe enter(bytes[index], &digest) }
        return digest
    }

    /// The first position p in `first...last` at which the fingerprint of the 64 bytes before p
    /// ends in 20 zeros.
    func firstMatch(_ bytes: UnsafePointer<UInt8>, from first: Int, through last: Int) -> Int? {
        var position = first
        // A round tests the positions from `position` to just before `position + 4 * laneLength`.
        while last - position >= 4 * Self.laneLength {
            if unsafe roundHasMatch(bytes, from: position) { break }
            position += 4 * Self.laneLength
        }
        guard position <= last else { return nil }
        var digest = unsafe fingerprint(bytes, endingAt: position)
        if digest & Chunker.mask == 0 { return position }
        return unsafe roll(
            &digest, leaving: bytes + (position - Chunker.windowByteCount), entering: bytes + position,
            count: last - position
        )
        .map { position + $0 }
    }

    /// Rolls over `count` bytes; stops after the first that makes a match and answers how many were
    /// taken. Nil: no match.
    func roll(_ digest: inout UInt64, leaving: UnsafePointer<UInt8>, entering: UnsafePointer<UInt8>, count: Int) -> Int?
    {
        var value = digest
        defer { digest = value }
        for index in 0..<count {
            unsafe step(leaving[index], entering[index], &value)
            if value & Chunker.mask == 0 { return index + 1 }
        }
        return nil
    }

    /// Whether any of the `4 * laneLength` positions from `position` on matches. Which one, the
    /// caller finds out: it happens once a chunk.
    private func roundHasMatch(_ bytes: UnsafePointer<UInt8>, from position: Int) -> Bool {
        let length = Self.laneLength
        let lane0 = unsafe bytes + position
        let lane1 = unsafe lane0 + length
        let lane2 = unsafe lane1 + length
        let lane3 = unsafe lane2 + length
        var digest0 = unsafe fingerprint(lane0, endingAt: 0)
        var digest1 = unsafe fingerprint(lane1, endingAt: 0)
        var digest2 = unsafe fingerprint(lane2, endingAt: 0)
        var digest3 = unsafe fingerprint(lane3, endingAt: 0)
        // The top bit is set by a match: twenty zeros minus one. Looking once a round costs less
        // than four branches a byte.
        var matches: UInt64 = 0
        for index in 0..<length {
            matches |= ((digest0 & Chunker.mask) &- 1) | ((digest1 & Chunker.mask) &- 1)
            matches |= ((digest2 & Chunker.mask) &- 1) | ((digest3 & Chunker.mask) &- 1)
            let leaving = index - Chunker.windowByteCount
            unsafe step(lane0[leaving], lane0[index], &digest0)
            unsafe step(lane1[leaving], lane1[index], &digest1)
            unsafe step(lane2[leaving], lane2[index], &digest2)
            unsafe step(lane3[leaving], lane3[index], &digest3)
        }
        return matches >> 63 != 0
    }

    @inline(__always)
    func step(_ leaving: UInt8, _ entering: UInt8, _ digest: inout UInt64) {
        enter(entering, &digest)
        // `gone` has 256 words.
        unsafe digest ^= tables.gone[Int(leaving)]
    }

    @inline(__always)
    private func enter(_ byte: UInt8, _ digest: inout UInt64) {
        // A fingerprint is below 2^53, so eight bits remain after the shift; `mod` has 256 words.
        let top = Int(truncatingIfNeeded: digest >> 45)
        unsafe digest = (digest << 8 | UInt64(byte)) ^ tables.mod[top]
    }
}
