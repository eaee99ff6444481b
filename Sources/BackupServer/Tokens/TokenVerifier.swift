public import BackupAPI
public import BackupService
import Crypto
import Foundation
import JWTKit
import Synchronization

/// Decides who a bearer token speaks for. Only tokens signed with an asymmetric key of a known issuer are taken: no `none`, no shared secrets.
public final class TokenVerifier: Sendable {
    private struct Verified {
        var principal: Principal
        var expires: Date
    }

    private let issuer: TokenIssuer
    private let external: [ExternalIssuer]
    private let clock: any WallClock
    private let cache = Mutex<[SHA256Digest: Verified]>([:])

    /// Tokens longer than this are refused unread.
    private static let longestToken = 16_384
    private static let cacheLimit = 4096
    private static let leewaySeconds = 60.0

    /// Verifies the tokens of the embedded issuer and of those outside that are trusted.
    public init(issuer: TokenIssuer, external: [ExternalIssuer] = [], clock: any WallClock) {
        self.issuer = issuer
        self.external = external
        self.clock = clock
    }

    /// Who an `Authorization` header speaks for, or nil where it is missing or no good. Verified tokens are remembered until they expire.
    public func principal(authorization: String?) async -> Principal? {
        guard let authorization, let token = Self.bearerToken(authorization) else { return nil }
        let digest = SHA256.hash(data: Array(token.utf8))
        let now = clock.now()
        if let known = cache.withLock({ $0[digest] }), known.expires > now { return known.principal }
        guard let claims = await goodClaims(token, now), let principal = Self.principal(claims) else { return nil }
        cache.withLock { cache in
            if cache.count >= Self.cacheLimit { cache.removeAll() }
            cache[digest] = Verified(principal: principal, expires: claims.exp.value)
        }
        return principal
    }

    /// The token behind the word `Bearer` in any case and some blanks. Works on bytes: it is done for every request.
    private static func bearerToken(_ authorization: String) -> String? {
        let bytes = authorization.utf8
        guard bytes.count <= longestToken, let blank = bytes.firstIndex(of: UInt8(ascii: " ")),
            authorization[..<blank].lowercased() == "bearer", let start = bytes[blank...].firstIndex(where: { !isBlank($0) })
        else { return nil }
        let end = bytes.lastIndex { !isBlank($0) }.map(bytes.index(after:)) ?? bytes.endIndex
        return String(authorization[start..<end])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private func goodClaims(_ token: String, _ now: Date) async -> AccessTokenClaims? {
        let claims: AccessTokenClaims?
        let audiences: Set<String>
        guard let named = UnverifiedToken(token)?.issuer else { return nil }
        if named == issuer.issuer {
            claims = try? await issuer.keys.verify(token, as: AccessTokenClaims.self)
            audiences = [TokenIssuer.audience]
            guard claims?.tid == issuer.tenantID else { return nil }
        } else if let outside = external.first(where: { $0.issuer == named }) {
            claims = await outside.claims(of: token)
            audiences = outside.audiences
        } else {
            return nil
        }
        guard let claims, claims.iss.value == named, !audiences.isDisjoint(with: claims.aud.value), claims.exp.value > now,
            claims.nbf.map({ $0.value <= now.addingTimeInterval(Self.leewaySeconds) }) ?? true
        else { return nil }
        return claims
    }

    /// Scopes mean a person, roles a program. A token with neither may do nothing, and one that names no application is refused.
    private static func principal(_ claims: AccessTokenClaims) -> Principal? {
        guard let application = claims.appid ?? claims.azp else { return nil }
        let scopes = (claims.scp ?? (claims.roles == nil ? claims.scope : nil))?.split(separator: " ").map(String.init)
        guard let scopes, let person = claims.oid ?? claims.sub else {
            return Principal(applicationID: application, applicationName: claims.app_displayname, permissions: Set(claims.roles ?? []))
        }
        return Principal(
            applicationID: application, applicationName: claims.app_displayname,
            user: Principal.User(id: person, displayName: claims.name, email: claims.preferred_username), permissions: Set(scopes))
    }
}
