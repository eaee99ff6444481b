public import Foundation

/// A person's session in a browser. Its two secrets are kept as hashes, so that a copy of the
/// catalogue opens no session.
public struct PortalSession: CatalogRecord, Hashable {
    /// For lists and the audit trail; no secret.
    public var id: String = ""
    /// SHA-256 of the cookie, in hexadecimal digits; unique.
    public var cookieHash: String = ""
    /// SHA-256 of the page key, in hexadecimal digits.
    public var pageKeyHash: String = ""
    /// The account; nil for a person of an outside issuer.
    public var operatorId: String?
    /// The issuer that knows the person.
    public var issuer: String = ""
    /// The person's id at the issuer.
    public var subjectId: String = ""
    public var displayName: String = ""
    public var email: String?
    /// The roles of a person of an outside issuer; those of an account are asked of the account.
    public var roles: StringList = StringList()
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Written at most once a minute.
    public var lastUsedDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When the person last proved who they are.
    public var provenDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The end that no use puts off.
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The address that signed in.
    public var address: String = ""
    /// What the browser called itself, shortened.
    public var agent: String = ""

    public init() {}

    public static let table = Table<PortalSession>(
        "portalSession",
        [
            Column("id", \.id),
            Column("cookieHash", \.cookieHash),
            Column("pageKeyHash", \.pageKeyHash),
            Column("operatorId", \.operatorId),
            Column("issuer", \.issuer),
            Column("subjectId", \.subjectId),
            Column("displayName", \.displayName),
            Column("email", \.email),
            Column("roles", \.roles),
            Column("createdDateTime", \.createdDateTime),
            Column("lastUsedDateTime", \.lastUsedDateTime),
            Column("provenDateTime", \.provenDateTime),
            Column("expirationDateTime", \.expirationDateTime),
            Column("address", \.address),
            Column("agent", \.agent),
        ])
}
