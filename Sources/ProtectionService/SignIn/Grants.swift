public import Catalog
public import Foundation
import ProtectionRules

extension ServiceContext {
    public var grants: GrantOperations { GrantOperations(context: self) }
}

/// What a person has allowed a program.
public struct PersonGrant: Sendable, Hashable {
    public var account: OperatorAccount
    public var clientID: String
    public var scope: String
    public var nonce: String?
    /// When the person signed in.
    public var authenticated: Date
    /// The refresh tokens that descend from it.
    public var familyID: String
}

/// Why the token endpoint gives nothing. The raw values are OAuth's error codes. Source: RFC 6749,
/// section 5.2; RFC 8628, section 3.5.
public enum GrantRefusal: String, Error, Sendable, Hashable, CaseIterable {
    /// A code or token that is unknown, used, too old, or another program's.
    case invalidGrant = "invalid_grant"
    case authorizationPending = "authorization_pending"
    case slowDown = "slow_down"
    case accessDenied = "access_denied"
    case expiredToken = "expired_token"
}

/// A request for a code, whose client and address were checked before.
public struct CodeRequest: Sendable, Hashable {
    public var clientID: String
    public var redirectURI: String
    /// PKCE's challenge, of the kind S256.
    public var challenge: String
    public var nonce: String?
    public var scope: String

    public init(clientID: String, redirectURI: String, challenge: String, nonce: String? = nil, scope: String) {
        (self.clientID, self.redirectURI, self.challenge) = (clientID, redirectURI, challenge)
        (self.nonce, self.scope) = (nonce, scope)
    }
}

/// Codes and refresh tokens of the embedded issuer.
public struct GrantOperations: OperationGroup {
    package let context: ServiceContext

    static let codePurpose = "authorization code"
    static let refreshPurpose = "refresh token"

    // MARK: Authorization codes

    /// Makes a code for a person who has just signed in.
    public func makeCode(_ request: CodeRequest, account: OperatorAccount) async throws -> String {
        let (text, now) = (makeSecret(), signInNow)
        var code = AuthorizationCode()
        code.id = SecretText.hash(text, for: Self.codePurpose)
        (code.clientId, code.redirectUri, code.challenge) = (request.clientID, request.redirectURI, request.challenge)
        (code.nonce, code.scope, code.operatorId) = (request.nonce, request.scope, account.id)
        (code.familyId, code.authenticatedDateTime) = (dependencies.makeID(), now)
        code.expirationDateTime = now.addingTimeInterval(lifetimes.authorizationCode)
        try await change(makesDue: false) { [code] writer in
            try writer.delete(
                AuthorizationCode.self, where: .compare("expirationDateTime", .less, now.sqlValue), limit: 1000)
            try writer.insert(code)
        }
        return text
    }

    /// What a refused exchange leaves: the mark on the code, and the end of what came of it.
    private enum Exchange: Sendable {
        case accepted(PersonGrant)
        case refused
    }

    /// Exchanges a code, once. A wrong verifier uses it up too, so that it cannot be guessed.
    /// - Throws: `GrantRefusal` for any other code or token.
    public func exchange(
        code text: String, clientID: String, redirectURI: String, verifier: String
    ) async throws -> PersonGrant {
        let (id, now) = (SecretText.hash(text, for: Self.codePurpose), signInNow)
        let isVerifier = ProofKey.isVerifier(verifier)
        let challenge = SecretText.challenge(of: verifier)
        let exchange: Exchange = try await change(makesDue: false) { writer in
            guard var code = try writer.find(AuthorizationCode.self, id: id) else { return .refused }
            switch OneTimeUse(
                used: code.usedDateTime, expires: code.expirationDateTime, isOwner: code.clientId == clientID, now: now)
            {
            case .foreign, .expired: return .refused
            case .stolen:
                try writer.delete(RefreshToken.self, where: .equal("familyId", code.familyId))
                return .refused
            case .accepted: break
            }
            code.usedDateTime = now
            try writer.update(code)
            guard isVerifier, SecretText.isSame(challenge, code.challenge), code.redirectUri == redirectURI,
                let account = try writer.find(OperatorAccount.self, id: code.operatorId), !account.isDisabled
            else { return .refused }
            return .accepted(
                PersonGrant(
                    account: account, clientID: clientID, scope: code.scope, nonce: code.nonce,
                    authenticated: code.authenticatedDateTime, familyID: code.familyId))
        }
        guard case .accepted(let grant) = exchange else { throw GrantRefusal.invalidGrant }
        return grant
    }

    // MARK: Refresh tokens

    /// Makes the next refresh token of a grant.
    public func makeRefreshToken(of grant: PersonGrant) async throws -> String {
        let (text, row) = newToken(of: grant)
        let now = signInNow
        try await change(makesDue: false) { writer in
            try writer.delete(
                RefreshToken.self, where: .compare("expirationDateTime", .less, now.sqlValue), limit: 1000)
            try writer.insert(row)
        }
        return text
    }

    private func newToken(of grant: PersonGrant) -> (String, RefreshToken) {
        let (text, now) = (makeSecret(), signInNow)
        var token = RefreshToken()
        token.id = SecretText.hash(text, for: Self.refreshPurpose)
        (token.familyId, token.operatorId, token.clientId) = (grant.familyID, grant.account.id, grant.clientID)
        (token.scope, token.authenticatedDateTime, token.createdDateTime) = (grant.scope, grant.authenticated, now)
        token.expirationDateTime = now.addingTimeInterval(lifetimes.refreshToken)
        return (text, token)
    }

    /// Exchanges a refresh token for its successor. One that was exchanged before ends its family,
    /// because a thief has it or had it.
    /// - Throws: `GrantRefusal` for any other code or token.
    public func exchange(refreshToken text: String, clientID: String) async throws -> (PersonGrant, token: String) {
        let (id, now) = (SecretText.hash(text, for: Self.refreshPurpose), signInNow)
        let (next, lifetime) = (makeSecret(), lifetimes.refreshToken)
        let exchange: Exchange = try await change(makesDue: false) { writer in
            guard var token = try writer.find(RefreshToken.self, id: id) else { return .refused }
            switch OneTimeUse(
                used: token.usedDateTime, expires: token.expirationDateTime, isOwner: token.clientId == clientID,
                now: now)
            {
            case .foreign, .expired: return .refused
            case .stolen:
                try writer.delete(RefreshToken.self, where: .equal("familyId", token.familyId))
                return .refused
            case .accepted: break
            }
            guard let account = try writer.find(OperatorAccount.self, id: token.operatorId), !account.isDisabled else {
                return .refused
            }
            var successor = token
            successor.id = SecretText.hash(next, for: Self.refreshPurpose)
            successor.createdDateTime = now
            successor.expirationDateTime = now.addingTimeInterval(lifetime)
            token.usedDateTime = now
            try writer.update(token)
            try writer.insert(successor)
            return .accepted(
                PersonGrant(
                    account: account, clientID: clientID, scope: token.scope,
                    authenticated: token.authenticatedDateTime, familyID: token.familyId))
        }
        guard case .accepted(let grant) = exchange else { throw GrantRefusal.invalidGrant }
        return (grant, next)
    }

    /// Ends the family of a refresh token. Does nothing where there is none, as RFC 7009 wants it.
    public func revoke(refreshToken text: String) async throws {
        let id = SecretText.hash(text, for: Self.refreshPurpose)
        try await change(makesDue: false) { writer in
            guard let token = try writer.find(RefreshToken.self, id: id) else { return }
            try writer.delete(RefreshToken.self, where: .equal("familyId", token.familyId))
        }
    }
}
