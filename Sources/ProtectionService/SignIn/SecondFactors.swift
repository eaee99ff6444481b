import Catalog
import Foundation
import ProtectionRules

/// A second factor that was offered, for a program that makes codes.
public struct SecondFactorOffer: Sendable, Hashable {
    /// The secret in base 32, to be typed.
    public let secret: String
    /// The same as an address that such programs read from a picture.
    public let address: String
}

extension OperatorOperations {
    private static let offerSeconds = 15.0 * 60
    private static let recoveryCodes = 10

    /// Offers a second factor; nothing changes until a code of it is given.
    /// - Throws: `operatorNotFound`, `secondFactorConflict` where there is one.
    public func offerSecondFactor(id: String) async throws -> SecondFactorOffer {
        let account = try await account(id: id)
        guard !account.hasSecondFactor else { throw Self.hasOne }
        let (secret, now) = (randomBytes(OneTimePassword.secretByteCount), signInNow)
        guard
            context.secondFactorTable.keep(
                secret, id: account.id, until: now.addingTimeInterval(Self.offerSeconds), sizeBytes: 256, now: now)
        else { throw ServiceError(.serviceNotAvailable, "Too many second factors are being set up.") }
        let text = OneTimePassword.text(ofSecret: secret)
        let label =
            "Holdfast:\(account.name)".addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "Holdfast"
        return SecondFactorOffer(secret: text, address: "otpauth://totp/\(label)?secret=\(text)&issuer=Holdfast")
    }

    /// Turns the second factor on that was offered last.
    /// - Returns: codes that open the account once each, where the factor is lost; they are
    ///   shown only this once.
    /// - Throws: `operatorNotFound`, `secondFactorConflict` where there is one or none was offered,
    ///   `signInFailed` where the code is none of it.
    public func confirmSecondFactor(id: String, code: String) async throws -> [String] {
        let id = try await account(id: id).id
        let now = signInNow
        guard let secret = context.secondFactorTable.value(id, of: [UInt8].self, at: now) else {
            throw ServiceError(.secondFactorConflict, "No second factor was offered lately. Begin again.")
        }
        guard let step = OneTimePassword.acceptedStep(code, secret: secret, now: now, last: nil) else {
            throw ServiceError(.signInFailed, "The code is not the present one. Compare the clocks, and try again.")
        }
        let sealed = try dependencies.secrets.seal(secret, context: OperatorAccount.secretContext(id))
        let codes = (0..<Self.recoveryCodes).map { _ in
            makeCode(ReadableCode.unambiguous, length: ReadableCode.recoveryLength)
        }
        let hashes = codes.map { SecretText.hash($0, for: Self.recoveryPurpose(id)) }
        try await change(makesDue: false) { writer in
            var account = try OperatorRows(writer).account(id)
            guard !account.hasSecondFactor else { throw Self.hasOne }
            (account.sealedSecondFactor, account.secondFactorStep) = (sealed, step)
            account.recoveryCodeHashes = StringList(hashes)
            try writer.update(account)
        }
        return codes.map(ReadableCode.shown)
    }

    /// Turns the second factor off.
    /// - Throws: `operatorNotFound`, `secondFactorConflict` where there is none.
    public func removeSecondFactor(id: String) async throws {
        try await change(makesDue: false) { writer in
            var account = try OperatorRows(writer).account(id)
            guard account.hasSecondFactor else {
                throw ServiceError(.secondFactorConflict, "The account has no second factor.")
            }
            (account.sealedSecondFactor, account.secondFactorStep, account.recoveryCodeHashes) = (nil, nil, [])
            try writer.update(account)
        }
    }

    static func recoveryPurpose(_ id: String) -> String { "recovery code \(id)" }

    private static let hasOne = ServiceError(
        .secondFactorConflict, "The account has a second factor. Turn it off first.")
}
