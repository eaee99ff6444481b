public import Foundation

/// What is protected how: a set of units of one workload with one retention.
public struct ProtectionPolicy: CatalogRecord, Hashable {
    /// The policy's id.
    public var id: String = ""
    /// What kind of units it protects.
    public var workload: Workload = .oneDriveForBusiness
    /// Its name.
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
    /// Who made it.
    public var createdBy: IdentitySet?
    /// When it was made.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?
    /// A digest of what a policy over a whole workload covered when that was last applied without
    /// an error; nil where it has to be applied again.
    public var coverageDigest: String?

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        workload: Workload,
        displayName: String,
        status: ProtectionPolicyStatus,
        protectionMode: ProtectionMode = .standard,
        billingPolicyId: String? = nil,
        retentionDays: Int,
        activatedDateTime: Date? = nil,
        offboardRequestedDateTime: Date? = nil,
        createdBy: IdentitySet? = nil,
        createdDateTime: Date,
        lastModifiedBy: IdentitySet? = nil,
        lastModifiedDateTime: Date? = nil,
        coverageDigest: String? = nil
    ) {
        self.id = id
        self.workload = workload
        self.displayName = displayName
        self.status = status
        self.protectionMode = protectionMode
        self.billingPolicyId = billingPolicyId
        self.retentionDays = retentionDays
        self.activatedDateTime = activatedDateTime
        self.offboardRequestedDateTime = offboardRequestedDateTime
        self.createdBy = createdBy
        self.createdDateTime = createdDateTime
        self.lastModifiedBy = lastModifiedBy
        self.lastModifiedDateTime = lastModifiedDateTime
        self.coverageDigest = coverageDigest
    }

    /// Its table.
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
