import BackupAPI
import Foundation
import OData

/// Why a bearer token is refused, in words for the answer. Status and code are those of the
/// contract for every reason.
///
/// The answer discloses claims only where the signature holds: the sender of a forged token learns
/// only that the signature does not. The issuer is the exception, because it selects the key, and
/// the list of trusted issuers is no secret.
enum TokenRefusal: Error, Hashable, Sendable {
    case notBearer
    case notAToken
    case unknownIssuer(String)
    case anotherTenant(String)
    case keysUnavailable(issuer: String)
    case unknownKey(issuer: String)
    case badSignature
    case expired(Date)
    case notYetValid(Date)
    case wrongAudience([String])
    case noApplication

    var message: String {
        switch self {
        case .notBearer: "The Authorization header is not of the form 'Bearer <token>'."
        case .notAToken:
            "Access token is not a JSON Web Token that names its issuer: three parts of base64 that are joined by dots."
        case .unknownIssuer(let issuer):
            """
            Access token was made by '\(Self.shown(issuer))', which this server does not trust. Get one from this \
            server, or name the issuer with --oidc-issuer.
            """
        case .anotherTenant(let tenant):
            """
            Access token was made by another Holdfast server, for the tenant '\(Self.shown(tenant))'. Get one from \
            this server.
            """
        case .keysUnavailable(let issuer):
            "Access token cannot be checked: the keys of '\(Self.shown(issuer))' cannot be read now."
        case .unknownKey(let issuer): "Access token is signed with a key that '\(Self.shown(issuer))' does not publish."
        case .badSignature:
            """
            Access token validation failure: its signature is of none of this issuer's keys. It was changed, or \
            another server made it.
            """
        case .expired(let date):
            "Access token has expired: it was good until \(DateTimeOffset.text(date)). Get a new one."
        case .notYetValid(let date):
            "Access token is not yet valid: it is good from \(DateTimeOffset.text(date)) on. Compare the clocks."
        case .wrongAudience(let audiences):
            """
            Access token validation failure. Invalid audience: it is for \
            '\(Self.shown(audiences.joined(separator: ", ")))', and not for this server.
            """
        case .noApplication: "Access token names no application: neither appid nor azp."
        }
    }

    /// A text from the token, shortened, without characters that are special where it is shown.
    private static func shown(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(200).map { (0x20...0x7e).contains($0.value) && $0 != "'" ? $0 : "?" }))
    }
}

/// The caller that a request's `Authorization` header proves.
enum TokenVerdict: Sendable {
    /// There is no token.
    case absent
    case accepted(Principal, expires: Date)
    case refused(TokenRefusal)
}
