internal import CCrypto

/// The three libcrypto contexts of one key, set up once and used for one message at a time.
///
/// `@unchecked Sendable`: `ContextPool` gives a context to one holder at a time, and libcrypto
/// contexts are not bound to a thread. The three pointers are made in `init`, which fails rather
/// than keep nil, and freed only in `deinit`.
@safe
final class CipherContext: @unchecked Sendable {
    private let counterMode: OpaquePointer
    private let nonceCipher: OpaquePointer
    private let authenticator: OpaquePointer
    /// `r || s`, the one-time key of Poly1305; `s` changes with every message.
    private var oneTimeKey: [UInt8]
    /// Encrypting and authenticating alternate over pieces that stay in the first-level cache.
    private static let pieceByteCount = 16 << 10

    init(_ key: KeyTriple) throws(FormatError) {
        guard let mac = unsafe EVP_MAC_fetch(nil, "POLY1305", nil) else {
            throw Self.failure("Poly1305 is not available")
        }
        defer { unsafe EVP_MAC_free(mac) }
        guard let counterMode = unsafe EVP_CIPHER_CTX_new() else {
            throw Self.failure("no memory for a cipher context")
        }
        guard let nonceCipher = unsafe EVP_CIPHER_CTX_new() else {
            unsafe EVP_CIPHER_CTX_free(counterMode)
            throw Self.failure("no memory for a cipher context")
        }
        guard let authenticator = unsafe EVP_MAC_CTX_new(mac) else {
            unsafe EVP_CIPHER_CTX_free(counterMode)
            unsafe EVP_CIPHER_CTX_free(nonceCipher)
            throw Self.failure("no memory for an authenticator context")
        }
        unsafe self.counterMode = counterMode
        unsafe self.nonceCipher = nonceCipher
        unsafe self.authenticator = authenticator
        oneTimeKey = key.r + [UInt8](repeating: 0, count: 16)
        // AES-256 reads 32 key bytes and AES-128 reads 16, the lengths that `KeyTriple` guarantees.
        guard unsafe EVP_EncryptInit_ex(counterMode, EVP_aes_256_ctr(), nil, key.encrypt, nil) == 1,
            unsafe EVP_EncryptInit_ex(nonceCipher, EVP_aes_128_ecb(), nil, key.k, nil) == 1,
            unsafe EVP_CIPHER_CTX_set_padding(nonceCipher, 0) == 1
        else { throw Self.failure("the cipher refused its key") }
    }

    deinit {
        unsafe EVP_CIPHER_CTX_free(counterMode)
        unsafe EVP_CIPHER_CTX_free(nonceCipher)
        unsafe EVP_MAC_CTX_free(authenticator)
    }

    /// Writes nonce, ciphertext and MAC. `output` has room for `plaintext.count + 32` bytes and
    /// does not overlap `plaintext`.
    func seal(
        _ plaintext: UnsafeRawBufferPointer, nonce: Nonce, into output: UnsafeMutableRawPointer
    ) throws(FormatError) {
        // Bounds: the nonce fills bytes 0..<16, the ciphertext 16..<16+n, the MAC the
        // 16 bytes after it.
        unsafe output.storeBytes(of: nonce.low.littleEndian, as: UInt64.self)
        unsafe output.storeBytes(of: nonce.high.littleEndian, toByteOffset: 8, as: UInt64.self)
        unsafe try start(nonce: UnsafeRawPointer(output))
        let ciphertext = unsafe output + 16
        var position = 0
        while position < plaintext.count {
            let count = min(Self.pieceByteCount, plaintext.count - position)
            unsafe try crypt(
                UnsafeRawBufferPointer(rebasing: plaintext[position..<position + count]), into: ciphertext + position)
            unsafe try authenticate(UnsafeRawBufferPointer(start: ciphertext + position, count: count))
            position += count
        }
        unsafe try finish(into: ciphertext + position)
    }

    /// Whether the MAC at the end of `sealed` (at least 32 bytes) fits. Afterwards `decrypt` may be
    /// called for the same bytes.
    func verify(_ sealed: UnsafeRawBufferPointer) throws(FormatError) -> Bool {
        guard let base = sealed.baseAddress, sealed.count >= Sealer.overheadByteCount else { return false }
        unsafe try start(nonce: base)
        unsafe try authenticate(UnsafeRawBufferPointer(rebasing: sealed[16..<sealed.count - 16]))
        var mac = (UInt64(0), UInt64(0))
        func fits(_ expected: UnsafeMutableRawBufferPointer) throws(FormatError) -> Bool {
            // Both sides have 16 bytes: the tuple, and the last 16 of at least 32.
            guard let start = expected.baseAddress else { return false }
            unsafe try finish(into: start)
            return unsafe CRYPTO_memcmp(start, base + (sealed.count - 16), 16) == 0
        }
        return try unsafe withUnsafeMutableBytes(of: &mac, fits)
    }

    /// Decrypts the middle of `sealed`, for which `verify` just answered true. `output` has room
    /// for `sealed.count - 32` bytes.
    func decrypt(_ sealed: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer) throws(FormatError) {
        let ciphertext = unsafe UnsafeRawBufferPointer(rebasing: sealed[16..<sealed.count - 16])
        var position = 0
        while position < ciphertext.count {
            // A piece of 1 GiB at most, because the library counts with 32-bit integers.
            let count = min(1 << 30, ciphertext.count - position)
            unsafe try crypt(
                UnsafeRawBufferPointer(rebasing: ciphertext[position..<position + count]), into: output + position)
            position += count
        }
    }

    /// Sets counter and one-time key for a message. `nonce` points to 16 bytes.
    private func start(nonce: UnsafeRawPointer) throws(FormatError) {
        let nonce = unsafe nonce.assumingMemoryBound(to: UInt8.self)
        var written: Int32 = 0
        let isReady = unsafe oneTimeKey.withUnsafeMutableBufferPointer { key in
            // `key` has 32 bytes; one block of 16 is written to its second half.
            unsafe EVP_EncryptInit_ex(counterMode, nil, nil, nil, nonce) == 1
                && EVP_EncryptUpdate(nonceCipher, key.baseAddress.map { unsafe $0 + 16 }, &written, nonce, 16) == 1
                && written == 16
                && EVP_MAC_init(authenticator, key.baseAddress, key.count, nil) == 1
        }
        guard isReady else { throw Self.failure("the cipher refused the nonce") }
    }

    /// Counter mode is its own inverse. `output` has room for as many bytes as `input`, which
    /// are less than 2^31.
    private func crypt(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer) throws(FormatError) {
        var written: Int32 = 0
        let target = unsafe output.assumingMemoryBound(to: UInt8.self)
        let source = unsafe input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard unsafe EVP_EncryptUpdate(counterMode, target, &written, source, Int32(input.count)) == 1,
            Int(written) == input.count
        else {
            throw Self.failure("the cipher failed")
        }
    }

    private func authenticate(_ ciphertext: UnsafeRawBufferPointer) throws(FormatError) {
        let source = unsafe ciphertext.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard unsafe EVP_MAC_update(authenticator, source, ciphertext.count) == 1 else {
            throw Self.failure("the authenticator failed")
        }
    }

    /// Writes 16 bytes.
    private func finish(into output: UnsafeMutableRawPointer) throws(FormatError) {
        var written = 0
        guard unsafe EVP_MAC_final(authenticator, output.assumingMemoryBound(to: UInt8.self), &written, 16) == 1,
            written == 16
        else {
            throw Self.failure("the authenticator failed")
        }
    }

    private static func failure(_ message: String) -> FormatError {
        FormatError(.library, "\(message) (libcrypto error \(String(ERR_get_error(), radix: 16)))")
    }
}
