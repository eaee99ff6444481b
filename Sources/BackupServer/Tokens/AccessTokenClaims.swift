import JWTKit

/// The claims of an access token, with Graph's names. Applications carry
/// `roles`, people carry `scp`.
struct AccessTokenClaims: JWTPayload {
    var iss: IssuerClaim
    var aud: AudienceClaim
    var iat: IssuedAtClaim?
    var nbf: NotBeforeClaim?
    var exp: ExpirationClaim
    var tid: String?
    var appid: String?
    /// The application under OpenID Connect's name, where `appid` is missing.
    var azp: String?
    var app_displayname: String?
    var roles: [String]?
    var scp: String?
    /// The scopes under OAuth's name, where `scp` is missing. Source: RFC 9068, section 2.2.3.
    var scope: String?
    var oid: String?
    var sub: String?
    var name: String?
    var preferred_username: String?
    /// Only in tokens that tell who signed in.
    var email: String?
    var groups: [String]?
    var nonce: String?
    var auth_time: Int?
    /// How many accounts one restore of the person may reach. Ours; Graph has no such claim.
    var holdfast_units: Int?

    /// The signature is checked by the library; issuer, audience, tenant and times by
    /// `TokenVerifier`, which has the clock.
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}
