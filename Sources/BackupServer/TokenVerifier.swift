public import BackupAPI
public import BackupService
import Crypto
import Foundation
import JWTKit
import Synchronization

/// Decides who a bearer token speaks for. Only tokens signed with the issuer's own asymmetric key are taken: no `none`, no shared secrets.
public final class TokenVerifier: Sendable {
    private struct Verified {
        var principal: Principal
        var expires: Date
    }

    private let issuer: TokenIssuer
    private let clock: any WallClock
    private let cache = Mutex<[SHA256Digest: Verified]>([:])

    /// Tokens longer than this are refused unread.
    private static let longestToken = 16_384
    private static let cacheLimit = 4096
    private static let leewaySeconds = 60.0

    /// Verifies the tokens of one issuer.
    public init(issuer: TokenIssuer, clock: any WallClock) {
        self.issuer = issuer
        self.clock = clock
    }

    /// Who an `Authorization` header speaks for, or nil where it is missing or no good. Verified tokens are remembered until they expire.
    public func principal(authorization: String?) async -> Principal? {
        guard let authorization, authorization.count <= Self.longestToken,
            let blank = authorization.firstIndex(of: " "), authorization[..<blank].lowercased() == "bearer"
        else { return nil }
        let token = authorization[blank...].trimmingCharacters(in: .whitespaces)
        let digest = SHA256.hash(data: Data(token.utf8))
        let now = clock.now()
        if let known = cache.withLock({ $0[digest] }), known.expires > now { return known.principal }
        guard let claims = try? await issuer.keys.verify(token, as: AccessTokenClaims.self), isGood(claims, now) else { return nil }
        let principal = Self.principal(claims)
        cache.withLock { cache in
            if cache.count >= Self.cacheLimit { cache.removeAll() }
            cache[digest] = Verified(principal: principal, expires: claims.exp.value)
        }
        return principal
    }

    private func isGood(_ claims: AccessTokenClaims, _ now: Date) -> Bool {
        claims.iss.value == issuer.issuer && claims.aud.value.contains(TokenIssuer.audience) && claims.tid == issuer.tenantID
            && claims.exp.value > now && claims.nbf.value <= now.addingTimeInterval(Self.leewaySeconds)
    }

    private static func principal(_ claims: AccessTokenClaims) -> Principal {
        let user = claims.oid.map { Principal.User(id: $0, displayName: claims.name, email: claims.preferred_username) }
        let scopes = claims.scp?.split(separator: " ").map(String.init) ?? []
        return Principal(
            applicationID: claims.appid, applicationName: claims.app_displayname, user: user,
            permissions: Set(user == nil ? claims.roles ?? [] : scopes))
    }
}
