public import Foundation

/// An application that is registered to control the service.
public struct ServiceApp: CatalogRecord, Hashable {
    /// The application's id.
    public var id: String = ""
    /// Its name.
    public var displayName: String?
    /// Whether it is the controller.
    public var status: ServiceAppStatus = .inactive
    /// When it was registered.
    public var registrationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it becomes or became the controller.
    public var effectiveDateTime: Date?
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date = Date(timeIntervalSince1970: 0)

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        displayName: String? = nil,
        status: ServiceAppStatus,
        registrationDateTime: Date,
        effectiveDateTime: Date? = nil,
        lastModifiedBy: IdentitySet? = nil,
        lastModifiedDateTime: Date
    ) {
        self.id = id
        self.displayName = displayName
        self.status = status
        self.registrationDateTime = registrationDateTime
        self.effectiveDateTime = effectiveDateTime
        self.lastModifiedBy = lastModifiedBy
        self.lastModifiedDateTime = lastModifiedDateTime
    }

    /// Its table.
    public static let table = Table<ServiceApp>(
        "serviceApp",
        [
            Column("id", \.id),
            Column("displayName", \.displayName),
            Column("status", \.status),
            Column("registrationDateTime", \.registrationDateTime),
            Column("effectiveDateTime", \.effectiveDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
        ])
}
