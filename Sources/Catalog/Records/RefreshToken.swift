public import Foundation

/// A refresh token of the embedded issuer, as a hash. A used one stays until it expires: when it
/// comes again, two parties hold it, and its whole family ends.
public struct RefreshToken: CatalogRecord, Hashable {
    /// SHA-256 of the token, in hexadecimal digits.
    public var id: String = ""
    /// All tokens that descend from one sign-in.
    public var familyId: String = ""
    public var operatorId: String = ""
    public var clientId: String = ""
    public var scope: String = ""
    /// When the person signed in.
    public var authenticatedDateTime: Date = Date(timeIntervalSince1970: 0)
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it was exchanged for its successor.
    public var usedDateTime: Date?

    public init() {}

    public static let table = Table<RefreshToken>(
        "refreshToken",
        [
            Column("id", \.id),
            Column("familyId", \.familyId),
            Column("operatorId", \.operatorId),
            Column("clientId", \.clientId),
            Column("scope", \.scope),
            Column("authenticatedDateTime", \.authenticatedDateTime),
            Column("createdDateTime", \.createdDateTime),
            Column("expirationDateTime", \.expirationDateTime),
            Column("usedDateTime", \.usedDateTime),
        ])
}
