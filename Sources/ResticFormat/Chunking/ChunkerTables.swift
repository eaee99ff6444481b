/// The tables of a rolling fingerprint for one polynomial.
///
/// `out[b]` is what the oldest byte of a window contributes: b·x^504 mod P. `mod[b]` takes the
/// eight bits above the degree away: (b·x^53 mod P) xor (b << 53). Source: restic-format.md section
/// 13. `gone[b]` is `out[b]` after one more byte, b·x^512 mod P: taking it away after the shift
/// instead of `out[b]` before it keeps one step out of the chain that each byte waits for.
///
/// `@unchecked Sendable`: written in `init` only. The tables lie in one allocation of 768
/// words, which `deinit` frees; indexes are bytes, or eight bits of a fingerprint below 2^53,
/// so they are below 256.
@safe
final class ChunkerTables: @unchecked Sendable {
    let out: UnsafePointer<UInt64>
    let mod: UnsafePointer<UInt64>
    let gone: UnsafePointer<UInt64>
    private let storage: UnsafeMutablePointer<UInt64>

    init(_ polynomial: Polynomial) {
        unsafe storage = .allocate(capacity: 768)
        let degree = UInt64(Polynomial.chunkerDegree)
        var zeros = Polynomial.remainder(1 << 63, polynomial.bits)
        for _ in 63..<504 { zeros = Polynomial.product(zeros, 2, modulo: polynomial.bits) }
        let above = Polynomial.remainder(1 << degree, polynomial.bits)
        for byte in 0..<UInt64(256) {
            let out = Polynomial.product(zeros, byte, modulo: polynomial.bits)
            unsafe storage[Int(byte)] = out
            unsafe storage[512 + Int(byte)] = Polynomial.product(out, 1 << 8, modulo: polynomial.bits)
            unsafe storage[256 + Int(byte)] =
                Polynomial.product(above, byte, modulo: polynomial.bits) ^ (byte << degree)
        }
        unsafe out = UnsafePointer(storage)
        unsafe mod = UnsafePointer(storage + 256)
        unsafe gone = UnsafePointer(storage + 512)
    }

    deinit {
        unsafe storage.deallocate()
    }
}
