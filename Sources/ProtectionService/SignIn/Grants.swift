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
    /// The next refresh token; nil where the program asked for none.
    public var refreshToken: String?

    /// Whether a word stands in the scope.
    public func asks(for word: String) -> Bool { scope.split(separator: " ").contains { $0 == word } }
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

    /// The word of a scope that asks for a refresh token. Source: OpenID Connect Core 1.0, section 11.
    static let offline = "offline_access"

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

    /// Exchanges a code, once. A wrong verifier uses it up too, so that it cannot be guessed.
    /// A refused exchange stays in the catalogue: the mark on the code, and the end of what came of it.
    /// - Throws: `GrantRefusal` for any other code or token.
    public func exchange(
        code text: String, clientID: String, redirectURI: String, verifier: String
    ) async throws -> PersonGrant {
        let (id, now) = (SecretText.hash(text, for: Self.codePurpose), signInNow)
        let isVerifier = ProofKey.isVerifier(verifier)
        let challenge = SecretText.challenge(of: verifier)
        let first = newToken()
        let exchange: Result<PersonGrant, GrantRefusal> = try await change(makesDue: false) { writer in
            guard var code = try writer.find(AuthorizationCode.self, id: id) else { return .failure(.invalidGrant) }
            switch OneTimeUse(
                used: code.usedDateTime, expires: code.expirationDateTime, isOwner: code.clientId == clientID, now: now)
            {
            case .foreign, .expired: return .failure(.invalidGrant)
            case .stolen:
                try writer.delete(RefreshToken.self, where: .equal("familyId", code.familyId))
                return .failure(.invalidGrant)
            case .accepted: break
            }
            code.usedDateTime = now
            try writer.update(code)
            guard isVerifier, SecretText.isSame(challenge, code.challenge), code.redirectUri == redirectURI,
                let account = try writer.find(OperatorAccount.self, id: code.operatorId), !account.isDisabled
            else { return .failure(.invalidGrant) }
            let grant = PersonGrant(
                account: account, clientID: clientID, scope: code.scope, nonce: code.nonce,
                authenticated: code.authenticatedDateTime, familyID: code.familyId)
            return .success(try Self.offer(first, to: grant, writer, now))
        }
        return try exchange.get()
    }

    // MARK: Refresh tokens

    /// A refresh token that belongs to nobody yet, and its text.
    func newToken() -> (text: String, row: RefreshToken) {
        let (text, now) = (makeSecret(), signInNow)
        var token = RefreshToken()
        token.id = SecretText.hash(text, for: Self.refreshPurpose)
        token.createdDateTime = now
        token.expirationDateTime = now.addingTimeInterval(lifetimes.refreshToken)
        return (text, token)
    }

    /// Keeps the first refresh token of a grant whose program asked for one. In the transaction that uses
    /// the code up: between two of them the code could come again, and find nothing to end.
    static func offer(
        _ token: (text: String, row: RefreshToken), to grant: PersonGrant, _ writer: CatalogWriter, _ now: Date
    ) throws -> PersonGrant {
        guard grant.asks(for: offline) else { return grant }
        var row = token.row
        (row.familyId, row.operatorId, row.clientId) = (grant.familyID, grant.account.id, grant.clientID)
        (row.scope, row.authenticatedDateTime) = (grant.scope, grant.authenticated)
        try writer.delete(
            RefreshToken.self, where: .compare("expirationDateTime", .less, now.sqlValue), limit: 1000)
        try writer.insert(row)
        var grant = grant
        grant.refreshToken = token.text
        return grant
    }

    /// Exchanges a refresh token for its successor. One that was exchanged before ends its family,
    /// because a thief has it or had it.
    /// - Throws: `GrantRefusal` for any other code or token.
    public func exchange(refreshToken text: String, clientID: String) async throws -> PersonGrant {
        let (id, now, next) = (SecretText.hash(text, for: Self.refreshPurpose), signInNow, newToken())
        let exchange: Result<PersonGrant, GrantRefusal> = try await change(makesDue: false) { writer in
            guard var token = try writer.find(RefreshToken.self, id: id) else { return .failure(.invalidGrant) }
            switch OneTimeUse(
                used: token.usedDateTime, expires: token.expirationDateTime, isOwner: token.clientId == clientID,
                now: now)
            {
            case .foreign, .expired: return .failure(.invalidGrant)
            case .stolen:
                try writer.delete(RefreshToken.self, where: .equal("familyId", token.familyId))
                return .failure(.invalidGrant)
            case .accepted: break
            }
            guard let account = try writer.find(OperatorAccount.self, id: token.operatorId), !account.isDisabled else {
                return .failure(.invalidGrant)
            }
            token.usedDateTime = now
            try writer.update(token)
            let grant = PersonGrant(
                account: account, clientID: clientID, scope: token.scope,
                authenticated: token.authenticatedDateTime, familyID: token.familyId)
            return .success(try Self.offer(next, to: grant, writer, now))
        }
        return try exchange.get()
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
