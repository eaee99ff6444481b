public import Foundation

/// What the tenant may do now: one row, whose id is the tenant's.
public struct ServiceState: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// The service's status.
    public var status: BackupServiceStatus = .disabled
    /// Why it is off.
    public var disableReason: DisableReason = .none
    /// End of the undo period.
    public var gracePeriodDateTime: Date?
    /// Last moment at which restores run while offboarding.
    public var restoreAllowedTillDateTime: Date?
    /// Tenant that owns the controlling application.
    public var appOwnerTenantId: String?
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<ServiceState>("service_state", [
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
