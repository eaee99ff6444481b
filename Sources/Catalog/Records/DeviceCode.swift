public import Foundation

/// A sign-in that a program without a browser began and a person finishes in one. Both codes are
/// kept as hashes. Source: RFC 8628.
public struct DeviceCode: CatalogRecord, Hashable {
    /// SHA-256 of the device code, in hexadecimal digits.
    public var id: String = ""
    /// SHA-256 of the code that the person types, in hexadecimal digits; unique.
    public var userCodeHash: String = ""
    public var clientId: String = ""
    public var scope: String = ""
    /// Who allowed it; nil until someone does.
    public var operatorId: String?
    public var isDenied: Bool = false
    /// When that person signed in.
    public var authenticatedDateTime: Date?
    public var expirationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When the program asked last.
    public var lastPollDateTime: Date?
    /// How long the program has to wait between two questions.
    public var intervalSeconds: Int = 0

    public init() {}

    public static let table = Table<DeviceCode>(
        "deviceCode",
        [
            Column("id", \.id),
            Column("userCodeHash", \.userCodeHash),
            Column("clientId", \.clientId),
            Column("scope", \.scope),
            Column("operatorId", \.operatorId),
            Column("isDenied", \.isDenied),
            Column("authenticatedDateTime", \.authenticatedDateTime),
            Column("expirationDateTime", \.expirationDateTime),
            Column("lastPollDateTime", \.lastPollDateTime),
            Column("intervalSeconds", \.intervalSeconds),
        ])
}
