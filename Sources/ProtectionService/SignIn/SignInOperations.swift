public import Catalog
import Foundation
import ProtectionRules

extension ServiceContext {
    public var signIn: SignInOperations { SignInOperations(context: self) }
}

/// What came of a name, a password and a code.
public enum SignInVerdict: Sendable, Hashable {
    case accepted(OperatorAccount)
    /// The password is right, and the account has a second factor whose code is missing.
    case needsCode
    /// Nothing tells what of it was wrong.
    case refused
}

/// Whether people are who they say. Whoever calls this counts the failures.
public struct SignInOperations: OperationGroup {
    package let context: ServiceContext

    /// Checks a sign-in. An unknown name takes the same work as a known one.
    /// - Parameter code: of the second factor, or one of the recovery codes.
    /// - Throws: `serviceNotAvailable` where too many sign in at once.
    public func verify(name: String, password: String, code: String?) async throws -> SignInVerdict {
        let known = try await look { try OperatorRows($0).account(named: name) }
        let hash = known?.passwordHash ?? PasswordHash.ofNobody
        let isRight = try await context.passwordWork.run { try PasswordHash.matches(password, hash) }
        guard let known, isRight, !known.isDisabled else { return .refused }
        return try await accept(known, code: code)
    }

    /// Whether a password is an account's.
    func isPassword(_ password: String, of account: OperatorAccount) async throws -> Bool {
        let hash = account.passwordHash
        return try await context.passwordWork.run { try PasswordHash.matches(password, hash) }
    }

    /// Checks the second factor, and notes the sign-in. A code is used up in the same transaction, so
    /// that of two that come at once one is refused.
    private func accept(_ known: OperatorAccount, code: String?) async throws -> SignInVerdict {
        let (now, secrets) = (signInNow, dependencies.secrets)
        if known.hasSecondFactor, code?.isEmpty ?? true { return .needsCode }
        return try await change(makesDue: false) { writer in
            // The password may have been changed while the old one was checked.
            guard var account = try writer.find(OperatorAccount.self, id: known.id), !account.isDisabled,
                account.passwordHash == known.passwordHash
            else { return .refused }
            if let sealed = account.sealedSecondFactor {
                let secret = try secrets.open(sealed, context: OperatorAccount.secretContext(account.id))
                guard Self.uses(code ?? "", of: &account, secret: secret, now: now) else { return .refused }
            }
            account.lastSignInDateTime = now
            try writer.update(account)
            return .accepted(account)
        }
    }

    private static func uses(_ code: String, of account: inout OperatorAccount, secret: [UInt8], now: Date) -> Bool {
        if let step = OneTimePassword.acceptedStep(code, secret: secret, now: now, last: account.secondFactorStep) {
            account.secondFactorStep = step
            return true
        }
        guard let typed = ReadableCode.typed(code), typed.count == ReadableCode.recoveryLength else { return false }
        let hash = SecretText.hash(typed, for: OperatorOperations.recoveryPurpose(account.id))
        guard let place = account.recoveryCodeHashes.values.firstIndex(where: { SecretText.isSame($0, hash) }) else {
            return false
        }
        account.recoveryCodeHashes.values.remove(at: place)
        return true
    }
}
