/// Encrypts and authenticates with one key triple: `nonce (16) || ciphertext || mac (16)`.
///
/// Safe to use from many tasks at once; each call borrows a set of cipher contexts that earlier
/// calls left. Source: restic-format.md sections 3.2 and 3.3.
public final class Sealer: Sendable {
    /// The number of bytes by which a sealed message is longer than its plaintext.
    public static let overheadByteCount = 32

    private let contexts: ContextPool<CipherContext>
    private let drawNonce: @Sendable () throws(FormatError) -> Nonce

    /// Makes a sealer whose nonces come from the system's generator, or from `nonces` in tests.
    public init(_ key: KeyTriple, nonces: @escaping @Sendable () throws(FormatError) -> Nonce = Sealer.systemNonce) {
        contexts = ContextPool(try CipherContext(key))
        drawNonce = nonces
    }

    /// A nonce from the system's random generator, which is fit for cryptography.
    @Sendable
    public static func systemNonce() throws(FormatError) -> Nonce {
        var generator = SystemRandomNumberGenerator()
        return try Nonce.random(using: &generator)
    }

    /// Appends the sealed plaintext to `output`, with a nonce of its own.
    /// - Throws: `library` if libcrypto fails; then `output` is as before.
    public func seal(_ plaintext: UnsafeRawBufferPointer, into output: inout [UInt8]) throws(FormatError) {
        unsafe try seal(plaintext, nonce: try drawNonce(), into: &output)
    }

    /// The sealed plaintext, with a nonce of its own.
    public func seal(_ plaintext: [UInt8]) throws(FormatError) -> [UInt8] {
        var output: [UInt8] = []
        try seal(plaintext, nonce: try drawNonce(), into: &output)
        return output
    }

    /// Appends the sealed plaintext to `output`, with the given nonce, which must never be used
    /// twice with one key.
    public func seal(_ plaintext: [UInt8], nonce: Nonce, into output: inout [UInt8]) throws(FormatError) {
        func seal(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
            unsafe try self.seal(bytes, nonce: nonce, into: &output)
        }
        try unsafe plaintext.span.bytes.withUnsafeBytes(seal)
    }

    /// Appends the sealed plaintext to `output`, with the given nonce, which must never be used
    /// twice with one key.
    public func seal(_ plaintext: UnsafeRawBufferPointer, nonce: Nonce, into output: inout [UInt8]) throws(FormatError)
    {
        let context = try contexts.take()
        defer { contexts.giveBack(context) }
        func write(_ target: UnsafeMutableRawPointer) throws(FormatError) {
            unsafe try context.seal(plaintext, nonce: nonce, into: target)
        }
        try unsafe output.appendBytes(plaintext.count + Self.overheadByteCount, write)
    }

    /// Verifies a sealed message and appends its plaintext to `output`.
    /// - Throws: `malformed` if it is too short or its nonce is all zero; `unauthentic` if the MAC
    ///   does not fit; then `output` is as before.
    public func open(_ sealed: UnsafeRawBufferPointer, into output: inout [UInt8]) throws(FormatError) {
        guard sealed.count >= Self.overheadByteCount else {
            throw FormatError(.malformed, "a sealed message has at least 32 bytes, not \(sealed.count)")
        }
        guard unsafe sealed[..<16].contains(where: { $0 != 0 }) else {
            throw FormatError(.malformed, "the nonce is all zero")
        }
        let context = try contexts.take()
        defer { contexts.giveBack(context) }
        guard unsafe try context.verify(sealed) else {
            throw FormatError(.unauthentic, "the authentication code does not fit: wrong key, or changed bytes")
        }
        func write(_ target: UnsafeMutableRawPointer) throws(FormatError) {
            unsafe try context.decrypt(sealed, into: target)
        }
        try unsafe output.appendBytes(sealed.count - Self.overheadByteCount, write)
    }

    /// Verifies a sealed message and gives its plaintext.
    /// - Throws: `malformed` if it is too short or its nonce is all zero; `unauthentic` if the
    ///   MAC does not fit.
    public func open(_ sealed: [UInt8]) throws(FormatError) -> [UInt8] {
        var output: [UInt8] = []
        func open(_ bytes: UnsafeRawBufferPointer) throws(FormatError) { unsafe try self.open(bytes, into: &output) }
        try unsafe sealed.span.bytes.withUnsafeBytes(open)
        return output
    }
}
