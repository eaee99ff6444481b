public import BackupAPI
public import ProtectionService
import Crypto
import Foundation
import JWTKit
import Synchronization

/// Finds the caller behind a bearer token. Accepts only tokens signed with an asymmetric key of a
/// known issuer: no `none`, no shared secrets.
public final class TokenVerifier: Sendable {
    private struct Verified {
        var principal: Principal
        var expires: Date
        var rememberedUntil: Date
    }

    /// How long a key that another process retired goes on here, at most.
    private static let rememberedSeconds = 300.0

    private let issuer: TokenIssuer
    private let external: [ExternalIssuer]
    private let clock: any WallClock
    private let cache = Mutex<[SHA256Digest: Verified]>([:])

    private static let cacheLimit = 4096
    private static let leewaySeconds = 60.0

    /// Verifies the tokens of the embedded issuer and of trusted external ones.
    public init(issuer: TokenIssuer, external: [ExternalIssuer] = [], clock: any WallClock) {
        self.issuer = issuer
        self.external = external
        self.clock = clock
    }

    /// The caller behind an `Authorization` header. Verified tokens are remembered for some minutes. Only
    /// the bound on header fields limits a token's length, because group claims make tokens of any length.
    func verdict(authorization: String?) async -> TokenVerdict {
        guard let authorization, !authorization.utf8.allSatisfy(Self.isBlank) else { return .absent }
        guard let token = Self.bearerToken(authorization) else { return .refused(.notBearer) }
        guard !token.isEmpty else { return .absent }
        let digest = SHA256.hash(data: Array(token.utf8))
        let now = clock.now()
        if let known = cache.withLock({ $0[digest] }), known.expires > now,
            known.rememberedUntil > now, known.rememberedUntil <= now.addingTimeInterval(Self.rememberedSeconds)
        {
            return .accepted(known.principal, expires: known.expires)
        }
        do throws(TokenRefusal) {
            let claims = try await goodClaims(token, now)
            let principal = try Self.principal(claims)
            cache.withLock { cache in
                if cache.count >= Self.cacheLimit { cache.removeAll() }
                cache[digest] = Verified(
                    principal: principal, expires: claims.exp.value,
                    rememberedUntil: now.addingTimeInterval(Self.rememberedSeconds))
            }
            return .accepted(principal, expires: claims.exp.value)
        } catch {
            return .refused(error)
        }
    }

    /// The caller behind an `Authorization` header; nil where it is missing or refused.
    public func principal(authorization: String?) async -> Principal? {
        if case .accepted(let principal, _) = await verdict(authorization: authorization) { principal } else { nil }
    }

    /// The token behind the word `Bearer`, in any case, and blanks; nil for another word. Works on
    /// bytes, because every request needs it.
    private static func bearerToken(_ authorization: String) -> String? {
        let bytes = authorization.utf8
        let blank = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
        guard authorization[..<blank].lowercased() == "bearer" else { return nil }
        guard let start = bytes[blank...].firstIndex(where: { !isBlank($0) }) else { return "" }
        let end = bytes.lastIndex { !isBlank($0) }.map(bytes.index(after:)) ?? bytes.endIndex
        return String(authorization[start..<end])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// The claims of a token that is valid for this server now. Nothing else is
    /// checked before the signature.
    private func goodClaims(_ token: String, _ now: Date) async throws(TokenRefusal) -> AccessTokenClaims {
        guard let unverified = UnverifiedToken(token) else { throw .notAToken }
        let (claims, audiences) = try await signedClaims(token, unverified)
        guard claims.iss.value == unverified.issuer else { throw .badSignature }
        guard !audiences.isDisjoint(with: claims.aud.value) else { throw .wrongAudience(claims.aud.value) }
        guard claims.exp.value > now else { throw .expired(claims.exp.value) }
        if let begin = claims.nbf?.value, begin > now.addingTimeInterval(Self.leewaySeconds) {
            throw .notYetValid(begin)
        }
        return claims
    }

    private func signedClaims(
        _ token: String, _ unverified: UnverifiedToken
    ) async throws(TokenRefusal) -> (AccessTokenClaims, audiences: Set<String>) {
        if unverified.issuer == issuer.issuer {
            guard let claims = await issuer.claims(of: token, keyID: unverified.keyID) else { throw .badSignature }
            guard claims.tid == issuer.tenantID else { throw .anotherTenant(claims.tid ?? "none") }
            return (claims, [TokenIssuer.audience])
        }
        guard let outside = external.first(where: { $0.issuer == unverified.issuer }) else {
            if let tenant = TokenIssuer.tenantID(ofIssuer: unverified.issuer) { throw .anotherTenant(tenant) }
            throw .unknownIssuer(unverified.issuer)
        }
        return (try await outside.claims(of: token, unverified), outside.audiences)
    }

    /// Scopes mean a person, roles a program. A token with neither has no permissions; a token
    /// without an application is refused.
    private static func principal(_ claims: AccessTokenClaims) throws(TokenRefusal) -> Principal {
        guard let application = claims.appid ?? claims.azp, !application.utf8.contains(0) else { throw .noApplication }
        let scopes = (claims.scp ?? (claims.roles == nil ? claims.scope : nil))?.split(separator: " ").map(String.init)
        guard let scopes, let person = claims.oid ?? claims.sub else {
            return Principal(
                applicationID: application, applicationName: claims.app_displayname,
                permissions: Set(claims.roles ?? []))
        }
        var principal = Principal(
            applicationID: application, applicationName: claims.app_displayname,
            user: Principal.User(id: person, displayName: claims.name, email: claims.preferred_username),
            permissions: Set(scopes))
        principal.unitLimit = claims.holdfast_units
        return principal
    }
}
