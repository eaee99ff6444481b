public import Catalog
import Foundation
public import OData
import ProtectionService

// Rules, lists and exclusions, which select the units of a policy. Source: contract types.md.

extension ProtectionRuleStatus: EdmEnum {
    public static let edm = EnumType<Self>(
        "protectionRuleStatus", [.draft, .active, .completed, .completedWithErrors],
        evolvable: [.updateRequested, .deleteRequested])
}

extension BulkJobStatus {
    /// The status in the words of a job over units.
    var ofUnits: UnitsJobStatus {
        switch self {
        case .active: .active
        case .completed: .completed
        case .completedWithErrors: .completedWithErrors
        }
    }

    /// The status in the words of a job over exclusions.
    var ofExclusions: ExclusionsJobStatus {
        switch self {
        case .active: .active
        case .completed: .completed
        case .completedWithErrors: .completedWithErrors
        }
    }
}

/// The status of a bulk addition job.
enum UnitsJobStatus: String, EdmEnum {
    case unknown, active, completed, completedWithErrors
    static let edm = EnumType<Self>(
        "protectionUnitsBulkJobStatus", [.unknown, .active, .completed, .completedWithErrors])
}

/// The status of a job that excludes units.
enum ExclusionsJobStatus: String, EdmEnum {
    case created, active, completed, completedWithErrors
    static let edm = EnumType<Self>(
        "exclusionUnitBulkJobStatus", [.created, .active, .completed, .completedWithErrors])
}

/// Whose mailbox it is. The directory does not tell, so it reads `unknown`.
enum MailboxType: String, EdmEnum {
    case unknown, user, shared
    static let edm = EnumType<Self>("mailboxType", [.unknown, .user, .shared])
}

/// The status of a change of the retention.
enum RetentionChangeStatus: String, EdmEnum {
    case none, inProgress, failed, completed
    static let edm = EnumType<Self>("retentionPeriodChangeStatus", [.none, .inProgress, .failed, .completed])
}

/// A change of a unit's retention that has not taken effect yet.
struct RetentionPeriodChange: EdmComplex {
    var change: RetentionChange?

    init() {}
    init(_ change: RetentionChange) { self.change = change }

    static let edm = ComplexType<RetentionPeriodChange>("retentionPeriodChange") {
        Property("status") { (value: Self, _) in value.change == nil ? RetentionChangeStatus.none : .inProgress }
        Property("targetRetentionPeriodInDays") { (value: Self, _) in
            value.change.map { Int32(clamping: $0.targetDays) }
        }
        Property("effectiveFromDateTime") { (value: Self, _) in value.change?.effectiveDateTime }
    }
}

extension InclusionRule: Identifiable {}
extension BulkAdditionJob: Identifiable {}
extension ExclusionUnit: Identifiable {}

extension InclusionRule {
    /// The expression as clients see it: null means none.
    fileprivate var written: String? {
        get { expression }
        set { expression = newValue ?? "" }
    }

    /// Whether the rule follows the directory, as clients see it.
    fileprivate var follows: Bool? {
        get { isAutoApplyEnabled }
        set { isAutoApplyEnabled = newValue ?? false }
    }
}

extension BulkAdditionJob {
    fileprivate var addressList: [String]? {
        get { addresses.values }
        set { addresses = StringList(newValue ?? []) }
    }

    fileprivate var idList: [String]? {
        get { objectIds.values }
        set { objectIds = StringList(newValue ?? []) }
    }
}

let ruleBase = EntityType<InclusionRule>("protectionRuleBase", isAbstract: true) {
    Property("status", \.status, [.filter, .order])
    Property("isAutoApplyEnabled", \.follows, [.create, .filter, .order])
    audit(created: \.createdDateTime, by: \.createdBy, modified: \.lastModifiedDateTime, by: \.lastModifiedBy)
    Property("error", \.error, [.filter])
    BoundOperation.action("run", returns: .entity("protectionRuleBase"))
    BoundOperation.action("deleteAndUnprotect", returns: .entity("protectionRuleBase"))
}

func ruleType(_ workload: Workload) -> EntityType<InclusionRule> {
    EntityType<InclusionRule>(workload.ruleType, base: "protectionRuleBase", when: { $0.workload == workload }) {
        Property(
            workload.expressionProperty, \.written,
            workload == .sharePoint ? [.create, .filter, .order] : [.create, .update, .filter, .order],
            column: "expression")
    }
}

let unitsJobBase = EntityType<BulkAdditionJob>("protectionUnitsBulkJobBase", isAbstract: true) {
    Property("displayName", \.displayName, [.create, .filter, .order])
    Property("status", [.filter, .order]) { (job: BulkAdditionJob, _) in job.status.ofUnits }
    audit(created: \.createdDateTime, by: \.createdBy, modified: \.lastModifiedDateTime, by: \.lastModifiedBy)
    Property("error", \.error, [.filter])
}

func unitsJobType(_ workload: Workload) -> EntityType<BulkAdditionJob> {
    EntityType<BulkAdditionJob>(
        workload.unitsJobType, base: "protectionUnitsBulkJobBase", when: { $0.workload == workload && !$0.isExclusion }
    ) {
        Property(workload.addresses, \.addressList, [.create], column: "addresses")
        Property(workload == .sharePoint ? "siteIds" : "directoryObjectIds", \.idList, [.create], column: "objectIds")
    }
}

let exclusionBase = EntityType<ExclusionUnit>("exclusionUnitBase", isAbstract: true, versions: .betaOnly) {
    Property("policyId", \.policy, [.filter, .order])
    audit(created: \.createdDateTime, by: \.createdBy, modified: \.lastModifiedDateTime, by: \.lastModifiedBy)
    Property("error", \.error, [.filter])
}

func exclusionType(_ workload: Workload) -> EntityType<ExclusionUnit> {
    EntityType<ExclusionUnit>(
        workload.exclusionType, base: "exclusionUnitBase", versions: .betaOnly, when: { $0.workload == workload }
    ) {
        if workload == .sharePoint {
            Property("siteId", \.source, [.create, .filter, .order], column: "sourceId")
            Property("siteName", \.siteName, [.filter, .order])
            Property("siteWebUrl", \.siteWebUrl, [.filter, .order])
        } else {
            Property("directoryObjectId", \.source, [.create, .filter, .order], column: "sourceId")
            Property("displayName", [.filter, .order]) { (unit: ExclusionUnit, context) in
                context.caller == .delegated ? unit.displayName : nil
            }
            Property("email", [.filter, .order]) { (unit: ExclusionUnit, context) in
                context.caller == .delegated ? unit.email : nil
            }
            if workload == .exchange {
                Property("mailboxType", [.filter, .order]) { (_: ExclusionUnit, _) in MailboxType.unknown }
            }
        }
    }
}

extension ExclusionUnit {
    fileprivate var policy: String? {
        get { policyId }
        set { policyId = newValue ?? "" }
    }

    fileprivate var source: String? {
        get { sourceId }
        set { sourceId = newValue ?? "" }
    }
}

/// A job's list is never sent back: the answer to a POST has it empty.
/// Source: contract types.md, exclusions.
let exclusionsJobBase = EntityType<BulkAdditionJob>("exclusionUnitBulkAdditionJob", versions: .betaOnly) {
    Property("displayName", \.displayName, [.create, .filter, .order])
    Property("status", [.filter, .order]) { (job: BulkAdditionJob, _) in job.status.ofExclusions }
    audit(created: \.createdDateTime, by: \.createdBy, modified: \.lastModifiedDateTime, by: \.lastModifiedBy)
    Property("error", \.error, [.filter])
}

func exclusionsJobType(_ workload: Workload) -> EntityType<BulkAdditionJob> {
    EntityType<BulkAdditionJob>(
        workload.exclusionsJobType, base: "exclusionUnitBulkAdditionJob", versions: .betaOnly,
        when: { $0.workload == workload && $0.isExclusion }
    ) {
        Property(workload.addresses, \.addressList, [.create], defaultSelected: false, column: "addresses")
    }
}

/// The types of this file, for the model.
let protectionTypes: [any AnyEntityType] =
    [ruleBase, unitsJobBase, exclusionBase, exclusionsJobBase] + Workload.allCases.map(ruleType)
    + Workload.allCases.map(unitsJobType)
    + Workload.allCases.map(exclusionType) + Workload.allCases.map(exclusionsJobType)

/// The navigations to what this file declares: the same under the root and under a policy.
func protectionNavigations<Record>(_ workload: Workload, contained: Bool) -> [EntityMember<Record>] {
    [
        .navigation(.many(workload.rules, workload.ruleType, contained: contained)),
        .navigation(.many("\(workload.unitsJobType)s", workload.unitsJobType, contained: contained)),
        .navigation(
            .many(
                "\(workload.exclusionType)s", workload.exclusionType, contained ? [] : [.update], contained: contained,
                versions: .betaOnly)),
        .navigation(
            .many(
                "\(workload.exclusionsJobType)s", workload.exclusionsJobType, contained: contained, versions: .betaOnly)
        ),
    ]
}
