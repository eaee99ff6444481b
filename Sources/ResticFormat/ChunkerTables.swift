/// The two tables of a rolling fingerprint for one polynomial.
///
/// `out[b]` is what a byte contributes when it leaves the window: b·x^504 mod P. `mod[b]` takes the eight bits above the degree away:
/// (b·x^53 mod P) xor (b << 53). Source: restic-format.md section 13.
///
/// `@unchecked Sendable`: written in `init` only. Both tables lie in one allocation of 512 words, which `deinit` frees; indexes are bytes,
/// or eight bits of a fingerprint below 2^53, so they are below 256.
@safe
final class ChunkerTables: @unchecked Sendable {
    let out: UnsafePointer<UInt64>
    let mod: UnsafePointer<UInt64>
    private let storage: UnsafeMutablePointer<UInt64>

    init(_ polynomial: Polynomial) {
        unsafe storage = .allocate(capacity: 512)
        let degree = UInt64(Polynomial.chunkerDegree)
        var zeros = Polynomial.remainder(1 << 63, polynomial.bits)
        for _ in 63..<504 { zeros = Polynomial.product(zeros, 2, modulo: polynomial.bits) }
        let above = Polynomial.remainder(1 << degree, polynomial.bits)
        for byte in 0..<UInt64(256) {
            unsafe storage[Int(byte)] = Polynomial.product(zeros, byte, modulo: polynomial.bits)
            unsafe storage[256 + Int(byte)] = Polynomial.product(above, byte, modulo: polynomial.bits) ^ (byte << degree)
        }
        unsafe out = UnsafePointer(storage)
        unsafe mod = UnsafePointer(storage + 256)
    }

    deinit {
        unsafe storage.deallocate()
    }
}
