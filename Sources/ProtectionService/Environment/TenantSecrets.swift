import Crypto
import Foundation
import ProtectionRules
import Texts

/// The tenant's master secret and what derives from it (design.md, D3).
///
/// Everything derives with HKDF-SHA256 (RFC 5869) without salt: the repository password of a unit
/// from the info `holdfast repository password v1 <unit id>`, the sealing key from `holdfast
/// sealing key v1`, the key of a unit's ledger from `holdfast ledger key v1 <unit id>`. The forms
/// are part of the on-disk format: changing them locks people out of their backups.
public struct TenantSecrets: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let master: SymmetricKey

    /// Wraps the master secret; nil for fewer than 32 bytes.
    public init?(masterSecret: [UInt8]) {
        guard masterSecret.count >= 32 else { return nil }
        master = SymmetricKey(data: masterSecret)
    }

    /// The password of a unit's repository: 43 characters of unpadded base64url (256 bits).
    public func repositoryPassword(unitID: String) -> String {
        let key = derive("holdfast repository password v1 \(unitID)")
        return unsafe key.withUnsafeBytes { bytes in
            unsafe SecretText.base64URL(Array(bytes))
        }
    }

    /// Seals a secret for the catalogue with AES-256-GCM: 12 bytes of nonce, the ciphertext,
    /// 16 bytes of tag.
    /// - Parameter context: what the secret belongs to; it opens only with the same context.
    public func seal(_ secret: [UInt8], context: String) throws -> [UInt8] {
        let box = try AES.GCM.seal(
            secret, using: derive("holdfast sealing key v1"), authenticating: Array(context.utf8))
        guard let combined = box.combined else {
            preconditionFailure("a box with a nonce of the standard length has a combined form")
        }
        return Array(combined)
    }

    /// Opens what `seal` sealed.
    /// - Throws: where the bytes were changed, belong to another context or were sealed
    ///   under another master secret.
    public func open(_ sealed: [UInt8], context: String) throws -> [UInt8] {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return Array(
                try AES.GCM.open(box, using: derive("holdfast sealing key v1"), authenticating: Array(context.utf8)))
        } catch {
            throw ServiceError(
                .internalServerError, "A stored secret cannot be opened.",
                detail:
                    """
                    the sealed secret of '\(context)' does not open: the master secret is another one, or the \
                    catalogue is damaged: \(error)
                    """
            )
        }
    }

    /// The key that signs item keys of browse sessions.
    var itemKeySecret: SymmetricKey { derive("holdfast browse item key v1") }

    /// Authenticates what lies beside a unit's repository: HMAC-SHA256 as 64 hexadecimal digits.
    public func ledgerCode(of bytes: [UInt8], unitID: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: derive("holdfast ledger key v1 \(unitID)"))
        return Hexadecimal.text(of: code)
    }

    /// Whether an authentication code is right; takes the same time wherever it differs.
    public func isLedgerCode(_ code: String, of bytes: [UInt8], unitID: String) -> Bool {
        SecretText.isSame(code, ledgerCode(of: bytes, unitID: unitID))
    }

    private func derive(_ info: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: master, info: Array(info.utf8), outputByteCount: 32)
    }

    /// A placeholder, so that the secret cannot reach a log.
    public var description: String { "TenantSecrets(hidden)" }
    /// A placeholder, so that the secret cannot reach a log.
    public var debugDescription: String { description }
    /// Empty, so that the secret cannot reach a log.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
