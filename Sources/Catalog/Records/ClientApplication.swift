public import Foundation

/// A program that the embedded token issuer knows.
public struct ClientApplication: CatalogRecord, Hashable {
    public var id: String = ""
    public var displayName: String = ""
    /// A salted hash of its secret.
    public var secretHash: [UInt8] = []
    /// The application permissions that its tokens carry.
    public var roles: StringList = StringList()
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public init(
        id: String,
        displayName: String,
        secretHash: [UInt8],
        roles: StringList,
        createdDateTime: Date
    ) {
        self.id = id
        self.displayName = displayName
        self.secretHash = secretHash
        self.roles = roles
        self.createdDateTime = createdDateTime
    }

    public static let table = Table<ClientApplication>(
        "clientApplication",
        [
            Column("id", \.id),
            Column("displayName", \.displayName),
            Column("secretHash", \.secretHash),
            Column("roles", \.roles),
            Column("createdDateTime", \.createdDateTime),
        ])
}
