public import Foundation

/// A registered controller application; the id is the application's.
public struct ServiceApp: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// The application's name.
    public var displayName: String?
    /// Its lifecycle.
    public var status: ServiceAppStatus = .inactive
    /// When it registered itself.
    public var registrationDateTime: Date = .distantPast
    /// When a pending activation takes hold.
    public var effectiveDateTime: Date?
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<ServiceApp>("service_app", [
        Column("id", \.id),
        Column("displayName", \.displayName),
        Column("status", \.status),
        Column("registrationDateTime", \.registrationDateTime),
        Column("effectiveDateTime", \.effectiveDateTime),
        Column("lastModifiedBy", \.lastModifiedBy),
        Column("lastModifiedDateTime", \.lastModifiedDateTime),
    ])
}
