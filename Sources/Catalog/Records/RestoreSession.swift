public import Foundation

/// One request to bring data back: a set of artifacts that are activated together.
public struct RestoreSession: CatalogRecord, Hashable {
    /// The session's id.
    public var id: String = ""
    /// What kind of units it restores.
    public var workload: Workload = .oneDriveForBusiness
    /// The aggregate of its artifacts.
    public var status: RestoreSessionStatus = .draft
    /// How it was made.
    public var restoreJobType: RestoreJobType = .standard
    /// What went wrong.
    public var error: PublicError?
    /// When it reached a terminal status.
    public var completedDateTime: Date?
    /// The policy to which its units must belong.
    public var policyId: String?
    /// How many artifacts it has.
    public var artifactsTotal: Int = 0
    /// How many have succeeded.
    public var artifactsCompleted: Int = 0
    /// How many have failed.
    public var artifactsFailed: Int = 0
    /// How many are under way.
    public var artifactsInProgress: Int = 0
    /// Who made it.
    public var createdBy: IdentitySet?
    /// When it was made.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Who changed it last.
    public var lastModifiedBy: IdentitySet?
    /// When it was changed last.
    public var lastModifiedDateTime: Date?
    /// What a granular restore does where an item of the same name is there; nil for `fail`.
    public var conflictBehavior: ConflictBehavior?
    /// The new folder of a granular restore, in the root of each library; chosen when
    /// the session is activated.
    public var recoveryFolder: String?

    /// A record to be filled in.
    public init() {}

    /// Makes a record.
    public init(
        id: String,
        workload: Workload,
        status: RestoreSessionStatus,
        restoreJobType: RestoreJobType = .standard,
        error: PublicError? = nil,
        completedDateTime: Date? = nil,
        policyId: String? = nil,
        artifactsTotal: Int = 0,
        artifactsCompleted: Int = 0,
        artifactsFailed: Int = 0,
        artifactsInProgress: Int = 0,
        createdBy: IdentitySet? = nil,
        createdDateTime: Date,
        lastModifiedBy: IdentitySet? = nil,
        lastModifiedDateTime: Date? = nil
    ) {
        self.id = id
        self.workload = workload
        self.status = status
        self.restoreJobType = restoreJobType
        self.error = error
        self.completedDateTime = completedDateTime
        self.policyId = policyId
        self.artifactsTotal = artifactsTotal
        self.artifactsCompleted = artifactsCompleted
        self.artifactsFailed = artifactsFailed
        self.artifactsInProgress = artifactsInProgress
        self.createdBy = createdBy
        self.createdDateTime = createdDateTime
        self.lastModifiedBy = lastModifiedBy
        self.lastModifiedDateTime = lastModifiedDateTime
    }

    /// Its table.
    public static let table = Table<RestoreSession>(
        "restoreSession",
        [
            Column("id", \.id),
            Column("workload", \.workload),
            Column("status", \.status),
            Column("restoreJobType", \.restoreJobType),
            Column("error", \.error),
            Column("completedDateTime", \.completedDateTime),
            Column("policyId", \.policyId),
            Column("artifactsTotal", \.artifactsTotal),
            Column("artifactsCompleted", \.artifactsCompleted),
            Column("artifactsFailed", \.artifactsFailed),
            Column("artifactsInProgress", \.artifactsInProgress),
            Column("createdBy", \.createdBy),
            Column("createdDateTime", \.createdDateTime),
            Column("lastModifiedBy", \.lastModifiedBy),
            Column("lastModifiedDateTime", \.lastModifiedDateTime),
            Column("conflictBehavior", \.conflictBehavior),
            Column("recoveryFolder", \.recoveryFolder),
        ])
}
