public import Foundation

/// A code of the embedded issuer that a program exchanges for tokens, once, within a minute. It is
/// kept as a hash, and a used one until it expires. Source: RFC 6749, section 4.1.2; RFC 7636.
public struct AuthorizationCode: CatalogRecord, Hashable {
    /// SHA-256 of the code, in hexadecimal digits.
    public var id: String = ""
    public var clientId: String = ""
    /// The address that the code was sent to; the exchange names the same.
    public var redirectUri: String = ""
    /// The S256 challenge, in unpadded base64url.
    public var challenge: String = ""
    public var nonce: String?
    public var scope: String = ""
    public var operatorId: String = ""
    /// The refresh tokens that the exchange begins; they end where the code comes again.
    public var familyId: String = ""
    /// When the person signed in.
    public var authenticatedDateTime: Date = Date(timeIntervalSince1970: 0)
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)
    public var usedDateTime: Date?

    public init() {}

    public static let table = Table<AuthorizationCode>(
        "authorizationCode",
        [
            Column("id", \.id),
            Column("clientId", \.clientId),
            Column("redirectUri", \.redirectUri),
            Column("challenge", \.challenge),
            Column("nonce", \.nonce),
            Column("scope", \.scope),
            Column("operatorId", \.operatorId),
            Column("familyId", \.familyId),
            Column("authenticatedDateTime", \.authenticatedDateTime),
            Column("expirationDateTime", \.expirationDateTime),
            Column("usedDateTime", \.usedDateTime),
        ])
}
