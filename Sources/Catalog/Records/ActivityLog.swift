public import Foundation

/// Something that an administrator or the service did. Source: Graph `activityLogBase` and the
/// types derived from it; contract behaviour.md, section 14.
///
/// A row without `eventDateTime` is an activity under way: it is written with the request and
/// completed with the last part of its work, so a crash in between loses neither.
public struct ActivityLog: CatalogRecord, Hashable {
    public var id: String = ""
    /// The policy or restore session that it is about.
    public var subjectId: String = ""
    public var workload: Workload = .oneDriveForBusiness
    public var activityType: ActivityType = .backupPolicyCreated
    /// When it ended; nil while it is under way.
    public var eventDateTime: Date?
    /// Its outcome, once ended.
    public var resultStatus: ActivityResult = .succeeded
    public var severity: ActivitySeverity = .low
    /// Who did it: a sign-in name, a program's name, or `system`.
    public var performedBy: String = ""
    public var error: PublicError?
    /// The properties that only its kind has.
    public var details: ActivityDetails = ActivityDetails()

    public init() {}

    public static let table = Table<ActivityLog>(
        "activityLog",
        [
            Column("id", \.id),
            Column("subjectId", \.subjectId),
            Column("workload", \.workload),
            Column("activityType", \.activityType),
            Column("eventDateTime", \.eventDateTime),
            Column("resultStatus", \.resultStatus),
            Column("severity", \.severity),
            Column("performedBy", \.performedBy),
            Column("error", \.error),
            Column("details", \.details),
        ])
}

/// What happened. Source: Graph `activityLogOperationType`.
public enum ActivityType: String, SQLEnum, CaseIterable {
    /// A policy was made.
    case backupPolicyCreated
    /// A policy was switched on.
    case backupPolicyActivated
    /// A policy's units or retention changed.
    case backupPolicyModified
    /// A policy was switched off.
    case backupPolicyPaused
    /// A policy has another name.
    case backupPolicyRenamed
    /// A dynamic rule added or removed units.
    case dynamicRuleExecution
    /// A dynamic rule was deleted.
    case dynamicRuleDeletion
    /// A unit was given up together with its backups.
    case protectionUnitLevelOffboarding
    /// A policy was given up together with its backups.
    case policyLevelOffboarding
    /// A restore session was made.
    case restoreTaskCreated
    /// A restore session ended.
    case restoreTaskCompleted
}

/// How an activity ended; `partiallySucceeded` where some parts
/// failed. Source: Graph `activityLogResultStatus`.
public enum ActivityResult: String, SQLEnum, CaseIterable {
    case succeeded
    case failed
    case partiallySucceeded
}

/// Offboarding and failures weigh `high`, restores `medium`, routine
/// `low`. Source: Graph `activityLogSeverity`.
public enum ActivitySeverity: String, SQLEnum, CaseIterable {
    case high
    case medium
    case low
}

/// The properties of all kinds of activities together; each kind has some of them.
public struct ActivityDetails: SQLJSON, Hashable {
    public var policyName: String?
    public var oldPolicyName: String?
    /// Its status when the activity ended.
    public var policyStatus: ProtectionPolicyStatus?
    /// The retention of its weekly points, an ISO 8601 period.
    public var retentionPeriod: String?
    /// How its units were chosen: `Manual Selection` or `dynamic`.
    public var configurationType: String?
    /// How many units the request adds.
    public var requestedToAdd: Int?
    /// How many units the request removes.
    public var requestedToRemove: Int?
    /// The session's status when the activity ended.
    public var sessionStatus: RestoreSessionStatus?
    /// Where the restore goes.
    public var destinationType: DestinationType?
    /// Tags of the points that it takes.
    public var tags: RestorePointTags?
    /// When the offboarding was asked for.
    public var offboardStart: Date?
    /// Units or artifacts in all.
    public var total: Int?
    public var completed: Int?
    public var failed: Int?
    public var cancelled: Int?

    public init() {}
}

// As text within `ActivityDetails`.
extension ProtectionPolicyStatus: Codable {}
extension RestoreSessionStatus: Codable {}
extension DestinationType: Codable {}
extension RestorePointTags: Codable {}
