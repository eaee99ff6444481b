public import Foundation

/// A set of units of one workload that are protected with one retention.
public struct ProtectionPolicy: CatalogRecord, Hashable {
    public var id: String = ""
    /// What kind of units it protects.
    public var workload: Workload = .oneDriveForBusiness
    public var displayName: String = ""
    /// Whether its units are protected.
    public var status: ProtectionPolicyStatus = .inactive
    /// Whether it protects chosen units or the whole service.
    public var protectionMode: ProtectionMode = .standard
    /// The billing policy charged for its units.
    public var billingPolicyId: String?
    /// How many days a restore point is kept.
    public var retentionDays: Int = 0
    /// When it was last activated.
    public var activatedDateTime: Date?
    /// When the deletion of its backups was asked for.
    public var offboardRequestedDateTime: Date?
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?
    /// A digest of what a policy over a whole workload covered when that was last applied without
    /// an error; nil where it has to be applied again.
    public var coverageDigest: String?

    public init() {}

    public init(
        id: String, workload: Workload, displayName: String, status: ProtectionPolicyStatus, retentionDays: Int,
        createdDateTime: Date
    ) {
        self.id = id
        self.workload = workload
        self.displayName = displayName
        self.status = status
        self.retentionDays = retentionDays
        self.createdDateTime = createdDateTime
    }

    public static let table = Table<ProtectionPolicy>(
        "protectionPolicy",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("displayName", \.displayName),
            Column("status", \.status),
            Column("protectionMode", \.protectionMode),
            Column("billingPolicyId", \.billingPolicyId),
            Column("retentionDays", \.retentionDays),
            Column("activatedDateTime", \.activatedDateTime),
            Column("offboardRequestedDateTime", \.offboardRequestedDateTime),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
            Column("coverageDigest", \.coverageDigest),
        ])
}

/// Whether a policy's units are protected. Source: Graph `protectionPolicyStatus`.
public enum ProtectionPolicyStatus: String, SQLEnum, CaseIterable {
    /// No unit is protected.
    case inactive
    /// Some protected, some not.
    case activeWithErrors
    /// Some unit is on its way to another status.
    case updating
    /// Every unit is protected.
    case active
    /// Its backups will be deleted (beta).
    case offboardRequested
    /// Its backups are deleted (beta).
    case offboarded
}

/// How a policy chooses its units. Source: Graph `BackupPolicyProtectionMode` (beta).
public enum ProtectionMode: String, SQLEnum, CaseIterable {
    /// Units are added to it.
    case standard
    /// Everything except what is excluded.
    case fullServiceBackup
}
