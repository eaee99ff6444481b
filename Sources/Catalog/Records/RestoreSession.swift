public import Foundation

/// A restore session of any workload.
public struct RestoreSession: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// What it restores.
    public var workload: Workload = .oneDriveForBusiness
    /// The aggregate of its artifacts.
    public var status: RestoreSessionStatus = .draft
    /// What kind of artifacts it has.
    public var restoreJobType: RestoreJobType = .standard
    /// Why it failed as a whole.
    public var error: PublicError?
    /// When the last artifact was done.
    public var completedDateTime: Date?
    /// Optional scope (beta).
    public var policyId: String?
    /// Artifacts in all.
    public var artifactsTotal: Int = 0
    /// Artifacts that ended well.
    public var artifactsCompleted: Int = 0
    /// Artifacts under way.
    public var artifactsInProgress: Int = 0
    /// Artifacts that failed.
    public var artifactsFailed: Int = 0
    /// Who made it.
    public var createdBy: IdentitySet?
    /// When it was made.
    public var createdDateTime: Date = .distantPast
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<RestoreSession>("restore_session", [
        Column("id", \.id),
        Column("workload", \.workload),
        Column("status", \.status),
        Column("restoreJobType", \.restoreJobType),
        Column("error", \.error),
        Column("completedDateTime", \.completedDateTime),
        Column("policyId", \.policyId),
        Column("artifactsTotal", \.artifactsTotal),
        Column("artifactsCompleted", \.artifactsCompleted),
        Column("artifactsInProgress", \.artifactsInProgress),
        Column("artifactsFailed", \.artifactsFailed),
        Column("createdBy", \.createdBy),
        Column("createdDateTime", \.createdDateTime),
        Column("lastModifiedBy", \.lastModifiedBy),
        Column("lastModifiedDateTime", \.lastModifiedDateTime),
    ])
}
