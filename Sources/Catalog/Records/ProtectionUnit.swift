public import Foundation

/// A drive, site or mailbox that is or was protected. Workload and source are unique together.
public struct ProtectionUnit: CatalogRecord, Hashable {
    /// The unit's id.
    public var id: String = ""
    /// What kind of unit it is.
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that it belongs to; nil once removed from it.
    public var policyId: String?
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    /// The owner's name; empty once the directory has no such owner any more.
    public var displayName: String?
    /// The owner's mail address; empty once the directory has no such owner any more.
    public var email: String?
    /// The site's name.
    public var siteName: String?
    /// The site's address.
    public var siteWebUrl: String?
    /// Whether it is protected.
    public var status: ProtectionUnitStatus = .unprotected
    /// Why it is protected.
    public var protectionSources: ProtectionSources = []
    /// Why it is not healthy.
    public var error: PublicError?
    /// When the deletion of its backups was asked for.
    public var offboardRequestedDateTime: Date?
    /// The billing policy of a unit without a policy.
    public var billingPolicyId: String?
    /// When the next restore point is due; nil while it is not protected.
    public var nextBackupDateTime: Date?
    /// When the last look at the source was finished.
    public var lastBackupDateTime: Date?
    /// Who made it.
    public var createdBy: IdentitySet?
    /// When it was made.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?
    /// How many days its weekly points are kept; nil before it first had a policy.
    public var retentionDays: Int?
    /// A change of that which comes with the next point.
    public var retentionChange: RetentionChange?
    /// The name under which an owner who is gone was last known.
    public var lastDisplayName: String?
    /// The mail address of an owner who is gone.
    public var lastEmail: String?

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        workload: Workload,
        policyId: String? = nil,
        sourceId: String,
        displayName: String? = nil,
        email: String? = nil,
        siteName: String? = nil,
        siteWebUrl: String? = nil,
        status: ProtectionUnitStatus,
        protectionSources: ProtectionSources,
        error: PublicError? = nil,
        offboardRequestedDateTime: Date? = nil,
        billingPolicyId: String? = nil,
        nextBackupDateTime: Date? = nil,
        lastBackupDateTime: Date? = nil,
        createdBy: IdentitySet? = nil,
        createdDateTime: Date,
        lastModifiedBy: IdentitySet? = nil,
        lastModifiedDateTime: Date? = nil,
        retentionDays: Int? = nil,
        retentionChange: RetentionChange? = nil,
        lastDisplayName: String? = nil,
        lastEmail: String? = nil
    ) {
        self.id = id
        self.workload = workload
        self.policyId = policyId
        self.sourceId = sourceId
        self.displayName = displayName
        self.email = email
        self.siteName = siteName
        self.siteWebUrl = siteWebUrl
        self.status = status
        self.protectionSources = protectionSources
        self.error = error
        self.offboardRequestedDateTime = offboardRequestedDateTime
        self.billingPolicyId = billingPolicyId
        self.nextBackupDateTime = nextBackupDateTime
        self.lastBackupDateTime = lastBackupDateTime
        self.createdBy = createdBy
        self.createdDateTime = createdDateTime
        self.lastModifiedBy = lastModifiedBy
        self.lastModifiedDateTime = lastModifiedDateTime
        self.retentionDays = retentionDays
        self.retentionChange = retentionChange
        self.lastDisplayName = lastDisplayName
        self.lastEmail = lastEmail
    }

    /// Its table.
    public static let table = Table<ProtectionUnit>(
        "protectionUnit",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("policyId", \.policyId),
            Column("sourceId", \.sourceId),
            Column("displayName", \.displayName),
            Column("email", \.email),
            Column("siteName", \.siteName),
            Column("siteWebUrl", \.siteWebUrl),
            Column("status", \.status),
            Column("protectionSources", \.protectionSources),
            Column("error", \.error),
            Column("offboardRequestedDateTime", \.offboardRequestedDateTime),
            Column("billingPolicyId", \.billingPolicyId),
            Column("nextBackupDateTime", \.nextBackupDateTime),
            Column("lastBackupDateTime", \.lastBackupDateTime),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
            Column("retentionDays", \.retentionDays),
            Column("retentionChange", \.retentionChange),
            Column("lastDisplayName", \.lastDisplayName),
            Column("lastEmail", \.lastEmail),
        ])
}

extension ProtectionUnit {
    /// The owner's name for people: the last one that is known.
    public var ownerName: String? { lastDisplayName ?? displayName }

    /// The owner's mail address for people: the last one that is known.
    public var ownerEmail: String? { lastEmail ?? email }
}

/// A retention that a unit will have. Source: Graph `retentionPeriodChange` (beta).
public struct RetentionChange: SQLJSON, Hashable {
    /// The days to come.
    public var targetDays: Int
    /// When it was asked for, in microseconds since 1970: from then on new points are kept so long.
    public var effectiveMicroseconds: Int64

    /// Makes a change.
    public init(targetDays: Int, effective: Date) {
        self.targetDays = targetDays
        effectiveMicroseconds = Int64((effective.timeIntervalSince1970 * 1_000_000).rounded())
    }

    /// When it was asked for.
    public var effectiveDateTime: Date { Date(timeIntervalSince1970: Double(effectiveMicroseconds) / 1_000_000) }
}
