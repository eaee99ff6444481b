public import Foundation

/// A unit's repository that is being made, with the objects to store in it. The row decides between
/// two makers, and is deleted once the repository exists. Its id is the unit's id.
public struct RepositoryCreation: CatalogRecord, Hashable {
    /// The unit's id.
    public var id: String = ""
    /// When it was begun.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// The repository's master key, sealed under the tenant's secret.
    public var sealedMasterKey: [UInt8] = []
    /// The bytes of the repository's `config`.
    public var config: [UInt8] = []
    /// The bytes of its first key file.
    public var keyFile: [UInt8] = []

    public init() {}

    public init(id: String, createdDateTime: Date, sealedMasterKey: [UInt8], config: [UInt8], keyFile: [UInt8]) {
        self.id = id
        self.createdDateTime = createdDateTime
        self.sealedMasterKey = sealedMasterKey
        self.config = config
        self.keyFile = keyFile
    }

    public static let table = Table<RepositoryCreation>(
        "repositoryCreation",
        [
            Column("id", \.id),
            Column("createdDateTime", \.createdDateTime),
            Column("sealedMasterKey", \.sealedMasterKey),
            Column("config", \.config),
            Column("keyFile", \.keyFile),
        ])
}
