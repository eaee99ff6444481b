import CCrypto
import ProtectionRules

/// Passwords as scrypt hashes: a version byte, a salt of 16 bytes, 32 bytes of hash.
///
/// N = 2^15, r = 8, p = 1: 32 MiB and about a tenth of a second. Source: the portal's README,
/// section 3.1; RFC 7914.
enum PasswordHash {
    static let saltByteCount = 16
    private static let version: UInt8 = 1
    private static let hashByteCount = 32
    private static let usualCost: (n: UInt64, r: UInt64, p: UInt64) = (1 << 15, 8, 1)
    /// Some more than scrypt needs, or the library refuses.
    private static let maximumMemoryBytes: UInt64 = 64 << 20

    /// The hash that is kept.
    static func make(_ password: String, salt: [UInt8]) throws -> [UInt8] {
        precondition(salt.count == saltByteCount, "the form has a place for the salt")
        let text = Array(PasswordRule.normalized(password).utf8)
        return [version] + salt + (try scrypt(text, salt: salt, count: hashByteCount))
    }

    /// Whether a password is the one that was hashed. Takes the same time wherever it differs.
    static func matches(_ password: String, _ kept: [UInt8]) throws -> Bool {
        guard kept.count == 1 + saltByteCount + hashByteCount, kept[0] == version else {
            throw ServiceError(
                .internalServerError, "A stored password cannot be read.",
                detail: "the hash of a password has an unknown form; restore a copy of the catalogue")
        }
        let made = try make(password, salt: Array(kept[1...saltByteCount]))
        return SecretText.isSame(made, kept)
    }

    /// What the hash of an unknown name is compared with, so that it takes the same work.
    /// No password has it.
    static let ofNobody = [version] + [UInt8](repeating: 0, count: saltByteCount + hashByteCount)

    /// scrypt with the parameters above.
    /// - Parameter cost: N, r and p; others than the usual ones for the examples of the RFC.
    static func scrypt(
        _ text: [UInt8], salt: [UInt8], count: Int,
        cost: (n: UInt64, r: UInt64, p: UInt64)? = nil
    ) throws -> [UInt8] {
        let cost = cost ?? usualCost
        var result = [UInt8](repeating: 0, count: count)
        // One byte more, because the library takes a null pointer for a missing password.
        let padded = text + [0]
        let status = unsafe padded.withUnsafeBytes { bytes in
            unsafe salt.withUnsafeBytes { salt in
                unsafe EVP_PBE_scrypt(
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self), text.count,
                    salt.baseAddress?.assumingMemoryBound(to: UInt8.self), salt.count,
                    cost.n, cost.r, cost.p, maximumMemoryBytes, &result, result.count)
            }
        }
        guard status == 1 else {
            throw ServiceError(
                .serviceNotAvailable, "Passwords cannot be checked now; try again.",
                detail: "EVP_PBE_scrypt failed, most likely for want of memory", isRetryable: true)
        }
        return result
    }
}
