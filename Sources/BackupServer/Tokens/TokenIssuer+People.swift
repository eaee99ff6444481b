import Catalog
import Foundation
import JWTKit
import ProtectionRules
import ProtectionService

/// The claims that tell a program who signed in. Source: OpenID Connect Core 1.0, section 2.
struct IDTokenClaims: JWTPayload {
    var iss: IssuerClaim
    var aud: AudienceClaim
    var sub: SubjectClaim
    var iat: IssuedAtClaim
    var exp: ExpirationClaim
    var auth_time: Int
    var nonce: String?
    var tid: String?
    var oid: String?
    var name: String?
    var preferred_username: String?

    /// Whoever gets it checks it; here it is only made.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}

extension TokenIssuer {
    /// Makes an access token for a person, with what their roles allow at this moment.
    func mint(for grant: PersonGrant, lifetimeSeconds: Double) async throws -> String {
        let (now, account, rights) = (clock.now(), grant.account, grant.account.rights)
        let claims = AccessTokenClaims(
            iss: .init(value: issuer), aud: .init(value: [Self.audience]), iat: .init(value: now),
            nbf: .init(value: now), exp: .init(value: now.addingTimeInterval(lifetimeSeconds)), tid: tenantID,
            appid: grant.clientID, app_displayname: FirstParty.applicationName, roles: nil,
            scp: rights.scopes.sorted().joined(separator: " "), oid: account.id, sub: account.id, name: account.name,
            preferred_username: account.name, holdfast_units: rights.unitLimit)
        return try await keys.sign(claims, kid: JWKIdentifier(string: keyID))
    }

    /// Makes the token that says who signed in, for the program alone.
    func mintIDToken(for grant: PersonGrant, lifetimeSeconds: Double) async throws -> String {
        let (now, account) = (clock.now(), grant.account)
        let claims = IDTokenClaims(
            iss: .init(value: issuer), aud: .init(value: [grant.clientID]), sub: .init(value: account.id),
            iat: .init(value: now), exp: .init(value: now.addingTimeInterval(lifetimeSeconds)),
            auth_time: Int(grant.authenticated.timeIntervalSince1970), nonce: grant.nonce, tid: tenantID,
            oid: account.id, name: account.name, preferred_username: account.name)
        return try await keys.sign(claims, kid: JWKIdentifier(string: keyID))
    }
}
