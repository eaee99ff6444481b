public import Catalog
import Foundation
import Logging
import ProtectionRules

extension ServiceContext {
    public var operators: OperatorOperations { OperatorOperations(context: self) }
}

/// The accounts of people who sign in to this server itself.
public struct OperatorOperations: OperationGroup {
    package let context: ServiceContext

    /// What may be changed of an account; nil leaves it.
    public struct Change: Sendable, Hashable {
        public var name: String?
        public var roles: [String]?
        public var isDisabled: Bool?

        public init(name: String? = nil, roles: [String]? = nil, isDisabled: Bool? = nil) {
            (self.name, self.roles, self.isDisabled) = (name, roles, isDisabled)
        }
    }

    /// Every account, by name.
    public func all() async throws -> [OperatorAccount] {
        try await look { try $0.page(Query<OperatorAccount>(order: [.init("foldedName")], limit: 10_000)) }
    }

    /// - Throws: `operatorNotFound` where there is none.
    public func account(id: String) async throws -> OperatorAccount {
        try await look { try OperatorRows($0).account(id) }
    }

    /// The account with a name, in any spelling that compares equal; nil where there is none.
    public func account(named name: String) async throws -> OperatorAccount? {
        try await look { try OperatorRows($0).account(named: name) }
    }

    /// Makes an account with a password.
    /// - Throws: `invalidOperator`, `passwordRefused`, `nameTaken`.
    public func create(name: String, password: String, roles: [String]) async throws -> OperatorAccount {
        let account = try await draft(name: name, password: password, roles: roles)
        return try await change(makesDue: false) { writer in
            try OperatorRows(writer).add(account)
            return account
        }
    }

    /// Changes an account. Whoever is disabled or gets other roles is signed out everywhere.
    /// - Throws: `operatorNotFound`, `invalidOperator`, `nameTaken`, `lastAdministrator`.
    public func change(id: String, _ wanted: Change) async throws -> OperatorAccount {
        let (name, roles) = (try wanted.name.map(Self.name), try wanted.roles.map(Self.roles))
        return try await change(makesDue: false) { writer in
            let before = try OperatorRows(writer).account(id)
            var account = before
            if let name {
                let namesake = try OperatorRows(writer).account(named: name)
                guard namesake == nil || namesake?.id == account.id else {
                    throw ServiceError(.nameTaken, "There is already an account '\(name)'.")
                }
                (account.name, account.foldedName) = (name, OperatorName.folded(name))
            }
            if let roles { account.roles = StringList(roles) }
            if let isDisabled = wanted.isDisabled { account.isDisabled = isDisabled }
            if account.isDisabled || !account.rights.isAdministrator {
                try OperatorRows(writer).requireAdministrator(besides: account.id)
            }
            try writer.update(account)
            if account.isDisabled || account.roles != before.roles {
                try OperatorRows(writer).endSignIns(of: account.id)
            }
            return account
        }
    }

    /// Removes an account, and ends its sessions.
    /// - Throws: `operatorNotFound`, `lastAdministrator`.
    public func remove(id: String) async throws {
        try await change(makesDue: false) { writer in
            let account = try OperatorRows(writer).account(id)
            try OperatorRows(writer).requireAdministrator(besides: account.id)
            try OperatorRows(writer).endSignIns(of: account.id)
            try writer.delete(OperatorAccount.self, id: account.id)
        }
    }

    /// A password that nobody guesses, in groups that can be read aloud.
    public func makePassword() -> String {
        (0..<4).map { _ in makeCode(ReadableCode.unambiguous, length: 5) }.joined(separator: "-")
    }

    /// Gives an account a new password, takes its second factor away, and signs it out everywhere:
    /// for a person who has lost either.
    /// - Returns: the password, which is shown only this once.
    /// - Throws: `operatorNotFound` where there is none.
    public func resetPassword(id: String) async throws -> (account: OperatorAccount, password: String) {
        let id = try await account(id: id).id
        let password = makePassword()
        let hash = try await hash(password)
        let now = signInNow
        let account = try await change(makesDue: false) { writer in
            var account = try OperatorRows(writer).account(id)
            (account.passwordHash, account.passwordDateTime) = (hash, now)
            (account.sealedSecondFactor, account.secondFactorStep, account.recoveryCodeHashes) = (nil, nil, [])
            try writer.update(account)
            try OperatorRows(writer).endSignIns(of: id)
            return account
        }
        return (account, password)
    }

    /// Changes one's own password, and ends all other sessions.
    /// - Parameter session: the session that goes on.
    /// - Throws: `operatorNotFound`, `signInFailed`, `passwordRefused`.
    public func changePassword(id: String, from old: String, to new: String, keeping session: String?) async throws {
        let account = try await account(id: id)
        guard try await context.signIn.isPassword(old, of: account) else {
            throw ServiceError(.signInFailed, "The present password is another one.")
        }
        try Self.require(new, name: account.name)
        let hash = try await hash(new)
        let now = signInNow
        try await change(makesDue: false) { writer in
            var account = try OperatorRows(writer).account(id)
            (account.passwordHash, account.passwordDateTime) = (hash, now)
            try writer.update(account)
            try OperatorRows(writer).endSignIns(of: account.id, except: session)
        }
    }

    /// Says in the log who changed whose account.
    public func note(_ text: String, _ account: OperatorAccount, by actor: String) {
        dependencies.logger.notice("\(text)", metadata: ["account": "\(account.name)", "by": "\(actor)"])
    }

    /// A new account that is in no table yet.
    func draft(name: String, password: String, roles: [String]) async throws -> OperatorAccount {
        var account = OperatorAccount()
        account.id = dependencies.makeID()
        account.name = try Self.name(name)
        account.foldedName = OperatorName.folded(account.name)
        account.roles = StringList(try Self.roles(roles))
        try Self.require(password, name: account.name)
        account.passwordHash = try await hash(password)
        (account.createdDateTime, account.passwordDateTime) = (signInNow, signInNow)
        return account
    }

    private func hash(_ password: String) async throws -> [UInt8] {
        let salt = randomBytes(PasswordHash.saltByteCount)
        return try await context.passwordWork.run { try PasswordHash.make(password, salt: salt) }
    }

    static func require(_ password: String, name: String) throws(ServiceError) {
        if let refusal = PasswordRule.refusal(of: password, name: name) {
            throw ServiceError(.passwordRefused, refusal.message)
        }
    }

    static func name(_ text: String) throws(ServiceError) -> String {
        guard let name = OperatorName.kept(text) else {
            throw ServiceError(
                .invalidOperator,
                "A name has 1 to \(OperatorName.maximumCharacters) characters, all of them visible.")
        }
        return name
    }

    private static func roles(_ names: [String]) throws(ServiceError) -> [String] {
        guard let unknown = names.first(where: { OperatorRole(rawValue: $0) == nil }) else {
            guard !names.isEmpty else { throw ServiceError(.invalidOperator, "An account has at least one role.") }
            return OperatorRole.allCases.map(\.rawValue).filter(names.contains)
        }
        let known = OperatorRole.allCases.map(\.rawValue).joined(separator: ", ")
        throw ServiceError(.invalidOperator, "There is no role '\(unknown)'. The roles are \(known).")
    }
}
