public import Foundation

/// A key with which the embedded token issuer signs.
public struct SigningKey: CatalogRecord, Hashable {
    /// The key's id (`kid`).
    public var id: String = ""
    /// The JWS algorithm, such as `ES256`.
    public var algorithm: String = ""
    /// The private key, sealed under the tenant's secret.
    public var sealedPrivateKey: [UInt8] = []
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Since when it only verifies.
    public var retiredDateTime: Date?

    public init() {}

    public init(id: String, algorithm: String, sealedPrivateKey: [UInt8], createdDateTime: Date) {
        self.id = id
        self.algorithm = algorithm
        self.sealedPrivateKey = sealedPrivateKey
        self.createdDateTime = createdDateTime
    }

    public static let table = Table<SigningKey>(
        "signingKey",
        [
            Column("id", \.id),
            Column("algorithm", \.algorithm),
            Column("sealedPrivateKey", \.sealedPrivateKey),
            Column("createdDateTime", \.createdDateTime),
            Column("retiredDateTime", \.retiredDateTime),
        ])
}
