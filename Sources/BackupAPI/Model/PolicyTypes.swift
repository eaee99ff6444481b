public import Catalog
import Foundation
import OData
import ProtectionService

/// A policy with what is computed from its units.
struct PolicyRecord: Sendable, Identifiable {
    var policy = ProtectionPolicy()
    var counts: ProtectionPolicyArtifactCount?
    var retention: [RetentionSettingValue]?
    var displayName: String?
    var id: String { policy.id }

    init() {}

    init(_ policy: ProtectionPolicy, counts: ProtectionPolicyArtifactCount? = nil, retention: [RetentionSettingValue]) {
        self.policy = policy
        self.counts = counts
        self.retention = retention
        displayName = policy.displayName
    }
}

extension ProtectionUnit: Identifiable {}
extension RestorePoint: Identifiable {}
extension RestoreSession: Identifiable {}
extension RestoreArtifact: Identifiable {}
extension ServiceApp: Identifiable {}

/// The four properties that tell who created and changed an entity, and when.
func audit<Record>(
    created: any WritableKeyPath<Record, Date> & Sendable,
    by createdBy: any WritableKeyPath<Record, IdentitySet?> & Sendable,
    modified: any WritableKeyPath<Record, Date?> & Sendable,
    by modifiedBy: any WritableKeyPath<Record, IdentitySet?> & Sendable
) -> [EntityMember<Record>] {
    [
        .property(Property("createdDateTime", created, [.filter, .order])),
        .property(Property("createdBy", createdBy, [.filter])),
        .property(Property("lastModifiedDateTime", modified, [.filter, .order])),
        .property(Property("lastModifiedBy", modifiedBy, [.filter])),
    ]
}

let policyBase = EntityType<PolicyRecord>("protectionPolicyBase", isAbstract: true) {
    Property("displayName", \.displayName, [.create, .update, .filter, .order])
    Property("status", \.policy.status, [.filter, .order])
    Property("isEnabled", [.filter]) { (record: PolicyRecord, _) in record.policy.status != .inactive }
    audit(
        created: \.policy.createdDateTime, by: \.policy.createdBy, modified: \.policy.lastModifiedDateTime,
        by: \.policy.lastModifiedBy)
    Property("retentionSettings", \.retention, [.create, .update])
    Property("protectionPolicyArtifactCount", \.counts, [.filter], defaultSelected: false)
    Property("protectionMode", \.policy.protectionMode, [.create, .filter, .order], versions: .betaOnly)
    Property("billingPolicyId", \.policy.billingPolicyId, [.create, .filter, .order], versions: .betaOnly)
    Property("offboardRequestedDateTime", \.policy.offboardRequestedDateTime, [.filter, .order], versions: .betaOnly)
    BoundOperation.action("activate", returns: .entity("protectionPolicyBase"))
    BoundOperation.action("deactivate", returns: .entity("protectionPolicyBase"))
}

func policyType(_ workload: Workload) -> EntityType<PolicyRecord> {
    EntityType<PolicyRecord>(
        workload.policyType, base: "protectionPolicyBase", when: { $0.policy.workload == workload }
    ) {
        Navigation.many("\(workload.noun)ProtectionUnits", workload.unitType, [.create, .update], contained: false)
        protectionNavigations(workload, contained: false)
    }
}

/// Reserved for policies of Entra ID. The type exists, but no entity has it.
let entraPolicyType = EntityType<PolicyRecord>(
    "entraProtectionPolicy", base: "protectionPolicyBase", versions: .betaOnly, when: { _ in false }
) {}

/// A unit that was never offboarded sends null, not the .NET zero date of the
/// samples. Source: contract types.md.
let unitBase = EntityType<ProtectionUnit>("protectionUnitBase", isAbstract: true) {
    Property("policyId", \.policyId, [.filter, .order])
    Property("status", \.status, [.filter, .order])
    Property("protectionSources", [.filter, .order]) { (unit: ProtectionUnit, _) in
        ProtectionSource.flags(unit.protectionSources)
    }
    audit(created: \.createdDateTime, by: \.createdBy, modified: \.lastModifiedDateTime, by: \.lastModifiedBy)
    Property("offboardRequestedDateTime", \.offboardRequestedDateTime, [.filter, .order])
    Property("error", \.error, [.filter])
    Property("billingPolicyId", \.billingPolicyId, [.update, .filter, .order], versions: .betaOnly)
    Property("backupRetentionPeriodInDays", [.filter, .order], versions: .betaOnly, column: "retentionDays") {
        (unit: ProtectionUnit, _) in
        unit.retentionDays.map { Int32(clamping: $0) }
    }
    Property("pendingRetentionPeriodChange", [.filter], versions: .betaOnly) { (unit: ProtectionUnit, _) in
        unit.retentionChange.map(RetentionPeriodChange.init)
    }
    BoundOperation.action("offboard", returns: .entity("protectionUnitBase"))
    BoundOperation.action("cancelOffboard", returns: .entity("protectionUnitBase"))
}

func unitType(_ workload: Workload) -> EntityType<ProtectionUnit> {
    EntityType<ProtectionUnit>(workload.unitType, base: "protectionUnitBase", when: { $0.workload == workload }) {
        if workload == .sharePoint {
            Property("siteId", \.sourceId, [.create, .filter, .order], column: "sourceId")
            Property("siteName", \.signInOrSiteName, [.filter, .order])
            Property("siteWebUrl", \.siteWebUrl, [.filter, .order])
        } else {
            Property("directoryObjectId", \.sourceId, [.create, .filter, .order], column: "sourceId")
            // Names of people are shown to people only; an application gets
            // null. Source: contract types.md.
            Property("displayName", [.filter, .order]) { (unit: ProtectionUnit, context) in
                context.caller == .delegated ? unit.displayName : nil
            }
            Property("email", [.filter, .order]) { (unit: ProtectionUnit, context) in
                context.caller == .delegated ? unit.email : nil
            }
            if workload == .exchange {
                Property("mailboxType", [.filter, .order], versions: .betaOnly) { (_: ProtectionUnit, _) in
                    MailboxType.unknown as MailboxType?
                }
            }
        }
    }
}
