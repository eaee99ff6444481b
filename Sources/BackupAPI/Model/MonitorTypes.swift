public import Catalog
import Foundation
public import OData

// Activity logs, reports and notifications, with which administrators follow the service. Source:
// contract types.md, activity logs, reports and notifications.

extension ActivityType: EdmEnum {
    public static let edm = EnumType<Self>("activityLogOperationType", allCases)
}

extension ActivityResult: EdmEnum {
    public static let edm = EnumType<Self>("activityLogResultStatus", [.succeeded, .failed, .partiallySucceeded])
}

extension ActivitySeverity: EdmEnum {
    public static let edm = EnumType<Self>("activityLogSeverity", [.high, .medium, .low])
}

/// The workload, as activities name it.
enum ServiceType: String, EdmEnum {
    case unknown, sharePoint, exchange, oneDriveForBusiness
    static let edm = EnumType<Self>("serviceType", [.unknown, .sharePoint, .exchange, .oneDriveForBusiness])
}

extension ActivityLog: Identifiable {}

let activityBase = EntityType<ActivityLog>("activityLogBase", versions: .betaOnly) {
    Property("eventDateTime", \.eventDateTime, [.filter, .order])
    Property("activityType", \.activityType, [.filter, .order])
    Property("resultStatus", \.resultStatus, [.filter, .order])
    Property("serviceType", [.filter, .order], column: "workload") { (log: ActivityLog, _) in
        ServiceType(rawValue: log.workload.rawValue) ?? .unknown
    }
    Property("severity", \.severity, [.filter, .order])
    Property("performedBy", \.performedBy.optional, [.filter, .order], column: "performedBy")
    Property("error", \.error, [.filter])
}

private func isActivity(_ types: ActivityType...) -> @Sendable (ActivityLog) -> Bool {
    { types.contains($0.activityType) }
}

private func ofPolicy() -> [EntityMember<ActivityLog>] {
    [
        .property(Property("policyId", [.filter]) { (log: ActivityLog, _) in log.subjectId as String? }),
        .property(Property("policyName", [.filter]) { (log: ActivityLog, _) in log.details.policyName }),
    ]
}

let policyActivity = EntityType<ActivityLog>(
    "backupPolicyActivityLog", base: "activityLogBase", versions: .betaOnly,
    when: isActivity(
        .backupPolicyCreated, .backupPolicyActivated, .backupPolicyModified, .backupPolicyPaused, .backupPolicyRenamed)
) {
    ofPolicy()
    Property("oldPolicyName") { (log: ActivityLog, _) in log.details.oldPolicyName }
    Property("policyStatus") { (log: ActivityLog, _) in log.details.policyStatus ?? .inactive }
    Property("protectionUnitDetails") { (log: ActivityLog, _) in
        ProtectionUnitDetails(log.details) as ProtectionUnitDetails?
    }
    Property("retentionPeriod") { (log: ActivityLog, _) in log.details.retentionPeriod }
}

let ruleActivity = EntityType<ActivityLog>(
    "dynamicRuleActivityLog", base: "activityLogBase", versions: .betaOnly,
    when: isActivity(.dynamicRuleExecution, .dynamicRuleDeletion)
) {
    ofPolicy()
    Property("protectionUnitDetails") { (log: ActivityLog, _) in
        ProtectionUnitDetails(log.details) as ProtectionUnitDetails?
    }
}

let offboardingActivity = EntityType<ActivityLog>(
    "offboardingActivityLog", base: "activityLogBase", versions: .betaOnly,
    when: isActivity(.protectionUnitLevelOffboarding, .policyLevelOffboarding)
) {
    // Only units without a policy are offboarded one by one; the subject of such a row is the unit.
    Property("policyId", [.filter]) { (log: ActivityLog, _) in
        log.activityType == .policyLevelOffboarding ? log.subjectId : nil
    }
    Property("policyName", [.filter]) { (log: ActivityLog, _) in log.details.policyName }
    Property("policyStatus") { (log: ActivityLog, _) in log.details.policyStatus ?? .inactive }
    Property("offboardingDetails") { (log: ActivityLog, _) in OffboardingDetails(log) as OffboardingDetails? }
}

let restoreActivity = EntityType<ActivityLog>(
    "restoreTaskActivityLog", base: "activityLogBase", versions: .betaOnly,
    when: isActivity(.restoreTaskCreated, .restoreTaskCompleted)
) {
    Property("restoreSessionId", [.filter]) { (log: ActivityLog, _) in log.subjectId as String? }
    Property("restoreSessionStatus") { (log: ActivityLog, _) in log.details.sessionStatus ?? .draft }
    Property("destinationType") { (log: ActivityLog, _) in log.details.destinationType ?? .inPlace }
    Property("tags") { (log: ActivityLog, _) in RestorePointTag.flags(log.details.tags ?? []) }
    Property("restoreArtifactDetails") { (log: ActivityLog, _) in
        RestoreArtifactDetails(log.details) as RestoreArtifactDetails?
    }
    Property("restoreCompletionDateTime") { (log: ActivityLog, _) in
        log.activityType == .restoreTaskCompleted ? log.eventDateTime : nil
    }
}

/// A count in the 32 bits of the published type.
private func wire(_ count: Int?) -> Int32? { count.map { Int32(clamping: $0) } }

/// The number of units that an activity concerned.
struct ProtectionUnitDetails: EdmComplex {
    var details = ActivityDetails()

    init() {}
    init(_ details: ActivityDetails) { self.details = details }

    private var failed: Int { details.failed ?? 0 }

    static let edm = ComplexType<ProtectionUnitDetails>("protectionUnitDetails") {
        Property("requestedToAddCount") { (value: Self, _) in wire(value.details.requestedToAdd ?? 0) }
        Property("requestedToRemoveCount") { (value: Self, _) in wire(value.details.requestedToRemove ?? 0) }
        Property("addedCount") { (value: Self, _) in wire(max(0, (value.details.requestedToAdd ?? 0) - value.failed)) }
        Property("removedCount") { (value: Self, _) in wire(value.details.requestedToRemove ?? 0) }
        Property("failedCount") { (value: Self, _) in wire(value.failed) }
        Property("backupConfigurationType") { (value: Self, _) in value.details.configurationType }
    }
}

/// The progress of an offboarding.
struct OffboardingDetails: EdmComplex {
    var log = ActivityLog()

    init() {}
    init(_ log: ActivityLog) { self.log = log }

    static let edm = ComplexType<OffboardingDetails>("offboardingDetails") {
        Property("totalRequestedCount") { (value: Self, _) in wire(value.log.details.total) }
        Property("offboardedCount") { (value: Self, _) in wire(value.log.details.completed) }
        Property("failedCount") { (value: Self, _) in wire(value.log.details.failed) }
        Property("cancelledCount") { (value: Self, _) in wire(value.log.details.cancelled) }
        Property("offboardingStatus") { (value: Self, _) in
            (value.log.eventDateTime == nil ? "inProgress" : "completed") as String?
        }
        Property("offboardStartDateTime") { (value: Self, _) in value.log.details.offboardStart }
        Property("offboardEndDateTime") { (value: Self, _) in value.log.eventDateTime }
    }
}

/// The artifacts of a restore by their outcome.
struct RestoreArtifactDetails: EdmComplex {
    var details = ActivityDetails()

    init() {}
    init(_ details: ActivityDetails) { self.details = details }

    static let edm = ComplexType<RestoreArtifactDetails>("restoreArtifactDetails") {
        Property("totalArtifactsCount") { (value: Self, _) in wire(value.details.total) }
        Property("restoredCount") { (value: Self, _) in wire(value.details.completed ?? 0) }
        Property("failedCount") { (value: Self, _) in wire(value.details.failed ?? 0) }
    }
}

extension String {
    /// The text as a value that may be missing, for properties that the schema lets be null.
    fileprivate var optional: String? {
        get { self }
        set { self = newValue ?? "" }
    }
}
