public import Foundation

/// A program that may ask the embedded issuer for tokens; the id is the application's.
public struct ClientApplication: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// Its name.
    public var displayName: String?
    /// Salt of the secret's hash.
    public var secretSalt: [UInt8] = []
    /// Salted hash of its secret.
    public var secretHash: [UInt8] = []
    /// Permissions that its tokens carry.
    public var roles: TextList = TextList()
    /// When it was added.
    public var createdDateTime: Date = .distantPast

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<ClientApplication>("client_application", [
        Column("id", \.id),
        Column("displayName", \.displayName),
        Column("secretSalt", \.secretSalt),
        Column("secretHash", \.secretHash),
        Column("roles", \.roles),
        Column("createdDateTime", \.createdDateTime),
    ])
}
