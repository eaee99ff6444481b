public import Foundation

/// One request to bring data back: a set of artifacts that are activated together.
public struct RestoreSession: CatalogRecord, Hashable {
    public var id: String = ""
    /// What kind of units it restores.
    public var workload: Workload = .oneDriveForBusiness
    /// The aggregate of its artifacts.
    public var status: RestoreSessionStatus = .draft
    /// How it was made.
    public var restoreJobType: RestoreJobType = .standard
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
    public var createdBy: IdentitySet?
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    public var lastModifiedBy: IdentitySet?
    public var lastModifiedDateTime: Date?
    /// What a granular restore does where an item of the same name is there; nil for `fail`.
    public var conflictBehavior: ConflictBehavior?
    /// The new folder of a granular restore, in the root of each library; chosen when
    /// the session is activated.
    public var recoveryFolder: String?
    /// The plan whose session it is; nil for one of a Graph client.
    public var planId: String?
    /// Whether it counts against the limits of Graph's surface.
    public var isLimited: Bool = true
    /// Whether each drive or site is kept as a point before the session writes into it.
    public var takesUndoPoints: Bool = true
    /// When it was asked to end with the items at hand.
    public var cancelRequestedDateTime: Date?

    public init() {}

    public init(id: String, workload: Workload, status: RestoreSessionStatus, createdDateTime: Date) {
        self.id = id
        self.workload = workload
        self.status = status
        self.createdDateTime = createdDateTime
    }

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
            Column("planId", \.planId),
            Column("isLimited", \.isLimited),
            Column("takesUndoPoints", \.takesUndoPoints),
            Column("cancelRequestedDateTime", \.cancelRequestedDateTime),
        ])
}

/// What happens where a granular restore finds an item of the same
/// name. Source: Graph `@microsoft.graph.conflictBehavior`.
public enum ConflictBehavior: String, SQLEnum, CaseIterable {
    /// The artifact fails, and what is there stays.
    case fail
    /// Files are overwritten; what else a folder holds stays.
    case replace
    /// The restored item gets another name.
    case rename
}

/// How far a restore session is. Source: Graph `restoreSessionStatus`.
public enum RestoreSessionStatus: String, SQLEnum, CaseIterable {
    /// Artifacts are only added.
    case draft
    /// Activation was accepted; artifacts become jobs.
    case activating
    /// Something is scheduled or running.
    case active
    case completedWithError
    /// Every artifact succeeded.
    case completed
    case failed
}

/// How a restore session was made. Source: Graph `restoreJobType`.
public enum RestoreJobType: String, SQLEnum, CaseIterable {
    /// A client named each artifact.
    case standard
    /// By a bulk request.
    case bulk
    /// Single files and folders of points.
    case granular
}
