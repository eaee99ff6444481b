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
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?

    public init() {}

    public init(id: String, status: BackupServiceStatus) {
        self.id = id
        self.status = status
    }

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

/// Whether the service is enabled. Source: Graph `backupServiceStatus`.
public enum BackupServiceStatus: String, SQLEnum, CaseIterable {
    /// Never enabled, or offboarded.
    case disabled
    /// Policies and restores work.
    case enabled
    /// No policy or unit may change; restores still run.
    case protectionChangeLocked
    /// Neither changes nor restores.
    case restoreLocked
}

/// Why the service is disabled. Source: Graph `disableReason`.
public enum DisableReason: String, SQLEnum, CaseIterable {
    /// It is not disabled.
    case none
    /// Its billing profile is not valid.
    case invalidBillingProfile
    /// A client disabled it.
    case userRequested
    /// The application that controlled it was deleted (beta).
    case controllerServiceAppDeleted
}
