public import Foundation

/// An application that is registered to control the service.
public struct ServiceApp: CatalogRecord, Hashable {
    public var id: String = ""
    public var displayName: String?
    /// Whether it controls the service.
    public var status: ServiceAppStatus = .inactive
    public var registrationDateTime: Date = Date(timeIntervalSince1970: 0)
    /// When it becomes or became the controller.
    public var effectiveDateTime: Date?
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date = Date(timeIntervalSince1970: 0)

    public init() {}

    public init(id: String, status: ServiceAppStatus, registrationDateTime: Date, lastModifiedDateTime: Date) {
        self.id = id
        self.status = status
        self.registrationDateTime = registrationDateTime
        self.lastModifiedDateTime = lastModifiedDateTime
    }

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

/// Whether an application controls the service. Source: Graph `serviceAppStatus`.
public enum ServiceAppStatus: String, SQLEnum, CaseIterable {
    case inactive
    /// It controls the service.
    case active
    /// Will take over; reads only until then.
    case pendingActive
    /// Will be replaced; full access until then.
    case pendingInactive
}
