public import Foundation

/// A key of the embedded issuer; the id is the key id in tokens.
public struct SigningKey: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// `RS256` or `ES256`.
    public var algorithm: String = ""
    /// The private key, sealed with the tenant's master secret.
    public var sealedPrivateKey: [UInt8] = []
    /// When it was made.
    public var createdDateTime: Date = .distantPast
    /// Since when it signs nothing new.
    public var retiredDateTime: Date?

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<SigningKey>("signing_key", [
        Column("id", \.id),
        Column("algorithm", \.algorithm),
        Column("sealedPrivateKey", \.sealedPrivateKey),
        Column("createdDateTime", \.createdDateTime),
        Column("retiredDateTime", \.retiredDateTime),
    ])
}
