public import Foundation

/// The state of the whole service for the tenant: one row, whose id is the tenant's id.
public struct ServiceState: CatalogRecord, Hashable {
    /// The tenant's id.
    public var id: String = ""
    /// Whether the service is enabled or locked.
    public var status: BackupServiceStatus = .disabled
    /// Why it is disabled; `none` while it is not.
    public var disableReason: DisableReason = .none
    /// Until when backups are kept after the service was disabled.
    public var gracePeriodDateTime: Date?
    /// Until when restores are allowed after that.
    public var restoreAllowedTillDateTime: Date?
    /// The tenant of the application that controls the service.
    public var appOwnerTenantId: String?
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        status: BackupServiceStatus,
        disableReason: DisableReason = .none,
        gracePeriodDateTime: Date? = nil,
        restoreAllowedTillDateTime: Date? = nil,
        appOwnerTenantId: String? = nil,
        lastModifiedBy: IdentitySet? = nil,
        lastModifiedDateTime: Date? = nil
    ) {
        self.id = id
        self.status = status
        self.disableReason = disableReason
        self.gracePeriodDateTime = gracePeriodDateTime
        self.restoreAllowedTillDateTime = restoreAllowedTillDateTime
        self.appOwnerTenantId = appOwnerTenantId
        self.lastModifiedBy = lastModifiedBy
        self.lastModifiedDateTime = lastModifiedDateTime
    }

    /// Its table.
    public static let table = Table<ServiceState>(
        "serviceState",
        [
            Column("id", \.id),
            Column("status", \.status),
            Column("disableReason", \.disableReason),
            Column("gracePeriodDateTime", \.gracePeriodDateTime),
            Column("restoreAllowedTillDateTime", \.restoreAllowedTillDateTime),
            Column("appOwnerTenantId", \.appOwnerTenantId),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
        ])
}
