public import Foundation

/// A drive, site or mailbox that is or was protected. No two rows have the
/// same workload and source.
public struct ProtectionUnit: CatalogRecord, Hashable {
    public var id: String = ""
    public var workload: Workload = .oneDriveForBusiness
    /// The policy that it belongs to; nil once removed from it.
    public var policyId: String?
    /// The owner's directory object id, or the site's id.
    public var sourceId: String = ""
    /// The owner's name; empty once the directory has no such owner any more.
    public var displayName: String?
    /// The owner's mail address; empty once the directory has no such owner any more.
    public var email: String?
    /// Of a drive or mailbox the name with which its owner signs in, from which a restore names a
    /// new site; of a site its name. The column is still called `siteName`.
    public var signInOrSiteName: String?
    /// The address in a browser of a drive or site. The API shows it for sites only.
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
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?
    /// How many days its weekly points are kept; nil before it first had a policy.
    public var retentionDays: Int?
    /// A change of that which comes with the next point.
    public var retentionChange: RetentionChange?
    /// The name under which an owner who is gone was last known.
    public var lastDisplayName: String?
    /// The mail address of an owner who is gone.
    public var lastEmail: String?
    /// Since when backups fail; nil after a restore point was taken.
    public var failingSinceDateTime: Date?
    /// The names of the source as the directory has them, folded as `SearchText` folds.
    public var searchText: String = ""

    public init() {}

    public init(
        id: String, workload: Workload, sourceId: String, status: ProtectionUnitStatus,
        protectionSources: ProtectionSources, createdDateTime: Date
    ) {
        self.id = id
        self.workload = workload
        self.sourceId = sourceId
        self.status = status
        self.protectionSources = protectionSources
        self.createdDateTime = createdDateTime
    }

    public static let table = Table<ProtectionUnit>(
        "protectionUnit",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("policyId", \.policyId),
            Column("sourceId", \.sourceId),
            Column("displayName", \.displayName),
            Column("email", \.email),
            Column("siteName", \.signInOrSiteName),
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
            Column("failingSinceDateTime", \.failingSinceDateTime),
            Column("searchText", \.searchText),
        ])
}

/// Why a unit is protected. Source: Graph `protectionSource`, flags.
public struct ProtectionSources: SQLFlags, Hashable {
    /// The sum of the flags.
    public let rawValue: Int

    /// Makes a set from a sum.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It was added by itself.
    public static let manual = ProtectionSources(rawValue: 1)
    /// A dynamic rule chose it.
    public static let dynamicRule = ProtectionSources(rawValue: 2)
}

/// Whether a unit is protected. Source: Graph `protectionUnitStatus`.
public enum ProtectionUnitStatus: String, SQLEnum, CaseIterable {
    /// The policy was activated, or the unit added.
    case protectRequested
    /// Restore points are taken.
    case protected
    /// The policy was deactivated.
    case unprotectRequested
    /// No more backups; the points are kept.
    case unprotected
    /// Asked to leave its policy.
    case removeRequested
    /// Its backups will be deleted after the undo period.
    case offboardRequested
    /// Its backups are deleted.
    case offboarded
    /// Undo was asked for.
    case cancelOffboardRequested
}

extension ProtectionUnit {
    /// The name with which the owner signs in; nil for a site.
    public var signInName: String? { isSite ? nil : signInOrSiteName }

    /// nil for a drive or a mailbox.
    public var siteName: String? { isSite ? signInOrSiteName : nil }

    private var isSite: Bool { workload == .sharePoint }

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

    public init(targetDays: Int, effective: Date) {
        self.targetDays = targetDays
        effectiveMicroseconds = Int64((effective.timeIntervalSince1970 * 1_000_000).rounded())
    }

    /// When it was asked for.
    public var effectiveDateTime: Date { Date(timeIntervalSince1970: Double(effectiveMicroseconds) / 1_000_000) }
}
