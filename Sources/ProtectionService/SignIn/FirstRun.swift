public import Catalog
import Foundation
import ProtectionRules

extension ServiceContext {
    public var firstRun: FirstRunOperations { FirstRunOperations(context: self) }
}

/// The first account: whoever can read the server's output, or its state folder, makes it.
public struct FirstRunOperations: OperationGroup {
    package let context: ServiceContext

    private static let purpose = "first-run code"

    /// Whether there is no account yet.
    public func isOpen() async throws -> Bool { try await look { try OperatorRows($0).isEmpty() } }

    /// Makes a code, which takes the place of an earlier one.
    /// - Returns: the code as people read it; nil where there is an account.
    public func makeCode() async throws -> String? {
        let text = makeCode(ReadableCode.unambiguous, length: ReadableCode.firstRunLength)
        var code = FirstRunCode()
        code.codeHash = SecretText.hash(text, for: Self.purpose)
        (code.triesLeft, code.createdDateTime) = (lifetimes.firstRunTries, signInNow)
        code.expirationDateTime = signInNow.addingTimeInterval(lifetimes.firstRunCode)
        return try await change(makesDue: false) { [code] writer in
            guard try OperatorRows(writer).isEmpty() else { return nil }
            try writer.save(code)
            return ReadableCode.shown(text)
        }
    }

    /// Makes the first account, an administrator, and uses the code up. Where no application controls
    /// the service, the service's own does from now on.
    /// - Throws: `firstRunOver` where there is an
    ///   account, `firstRunCodeRefused`, `invalidOperator`, `passwordRefused`.
    public func createAccount(code: String, name: String, password: String) async throws -> OperatorAccount {
        // Before the password is hashed, which costs much and is for no stranger.
        try await check(code)
        let account = try await context.operators.draft(
            name: name, password: password, roles: [OperatorRole.administrator.rawValue])
        try await check(code, making: account)
        try await takeControl(account)
        return account
    }

    /// What a code comes to, within one transaction: a wrong one is counted, so
    /// nothing is thrown there.
    private enum Outcome: Sendable { case good, over, refused }

    private func check(_ typed: String, making account: OperatorAccount? = nil) async throws {
        let given = ReadableCode.typed(typed).map { SecretText.hash($0, for: Self.purpose) }
        let now = signInNow
        let outcome: Outcome = try await change(makesDue: false) { writer in
            guard try OperatorRows(writer).isEmpty() else { return .over }
            guard var code = try writer.find(FirstRunCode.self, id: FirstRunCode.onlyID), code.triesLeft > 0,
                now < code.expirationDateTime
            else { return .refused }
            guard let given, SecretText.isSame(given, code.codeHash) else {
                code.triesLeft -= 1
                try writer.update(code)
                return .refused
            }
            if let account {
                try OperatorRows(writer).add(account)
                try writer.delete(FirstRunCode.self, id: code.id)
            }
            return .good
        }
        switch outcome {
        case .good: return
        case .over: throw ServiceError(.firstRunOver, "There is an account already. Sign in with it.")
        case .refused:
            throw ServiceError(
                .firstRunCodeRefused,
                "The code is wrong, too old, or was tried too often. 'holdfast operator first-code' prints a new one.")
        }
    }

    private func takeControl(_ account: OperatorAccount) async throws {
        let caller = Caller(
            application: Identity(id: FirstParty.applicationID, displayName: FirstParty.applicationName),
            user: Identity(id: account.id, displayName: account.name), isFirstParty: true)
        let hasController = try await look { reader in
            try reader.page(Query<ServiceApp>()).contains { $0.status.isController }
        }
        guard !hasController else { return }
        _ = try await context.apps.register(caller)
        _ = try await context.apps.activate(id: FirstParty.applicationID, effectiveDateTime: nil, caller)
        _ = try await context.status.enable(appOwnerTenantID: tenantID, caller)
    }
}
