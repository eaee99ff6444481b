public import ProtectionRules
public import Catalog
import Connectors
import Foundation

/// What a client sends to change a policy.
public struct PolicyChange: Sendable, Hashable {
    /// The new name; nil keeps the old one.
    public var displayName: String?
    /// Units to add and to remove; nil where the request does not speak of units.
    public var unitDelta: [UnitDelta]?
    /// A new retention for points to come; nil keeps the old one.
    public var retentionSettings: [RetentionSetting]?
    /// Exclusions to add and to remove (beta); nil where the request does not speak of them.
    public var exclusionDelta: [UnitDelta]?

    /// Makes a change.
    public init(
        displayName: String? = nil, unitDelta: [UnitDelta]? = nil, retentionSettings: [RetentionSetting]? = nil,
        exclusionDelta: [UnitDelta]? = nil
    ) {
        self.displayName = displayName
        self.unitDelta = unitDelta
        self.retentionSettings = retentionSettings
        self.exclusionDelta = exclusionDelta
    }
}

/// One entry of a delta list of units.
public enum UnitDelta: Sendable, Hashable {
    /// Protect what has this directory id or site id.
    case add(key: String)
    /// Take out the unit with this id.
    case remove(id: String)
}

/// What came of one entry of a delta list.
public enum DeltaOutcome<Accepted: Sendable & Hashable>: Sendable, Hashable {
    /// It was done; the record is as it is now.
    case accepted(Accepted)
    /// It was refused; the rest of the request was done.
    case refused(DeltaRefusal)
}

/// Why an entry of a delta list was refused: the `@Core.DataModificationException` of the answer.
public struct DeltaRefusal: Sendable, Hashable {
    /// What the entry wanted.
    public enum Attempt: String, Sendable, Hashable, CaseIterable {
        /// To add.
        case add
        /// To remove.
        case remove
    }

    /// Names the entry in the answer (`@contentId`): a UUID.
    public var contentID: String
    /// What the entry wanted (`failedOperation`).
    public var attempt: Attempt
    /// The HTTP status that the entry alone would have had.
    public var responseCode: Int
    /// Why.
    public var code: ServiceErrorCode
    /// Why, for the client.
    public var message: String
    /// The id or key that the entry named.
    public var id: String
}

extension ServiceContext {
    /// Renames a policy, and adds and removes units. Entries that cannot be done are refused one by
    /// one, the others are done.
    /// - Returns: the policy as it is now, and an outcome for each entry, in the
    ///   order of the request.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`, `invalidExclusionRequest`, `invalidDisplayName`,
    ///   `invalidCreateRequest` (retention), `invalidProtectionUnitID`,
    ///   `duplicateProtectionUnitInList`, `protectionUnitsLimitBreached`,
    ///   `protectionUnitActionNotAllowed` (a rule holds the unit).
    public func changePolicy(
        id: String, workload: Workload, _ change: PolicyChange, _ caller: Caller
    ) async throws -> (
        policy: ProtectionPolicy, units: [DeltaOutcome<ProtectionUnit>], exclusions: [DeltaOutcome<ExclusionUnit>]
    ) {
        let id = try Identifiers.require(id, .invalidPolicyID)
        let (tenantID, now) = (tenantID, now)
        let known = try await look { try $0.changeablePolicy(id, workload, caller, tenantID) }
        let name: String? = if let given = change.displayName { try checkedName(given) } else { nil }
        let retentionDays = try RetentionSetting.days(requested: change.retentionSettings, intervals)
        let entries = try checkedDelta(change.unitDelta ?? [], workload)
        let exclusions = try change.exclusionDelta.map { try checkedExclusions($0, known) } ?? []
        let sources =
            (entries + exclusions).contains(where: \.isAddition) ? try SourceLookup(dependencies.tenant, workload) : nil
        let named = entries.map {
            NamedEntry(entry: $0, source: $0.isAddition ? sources?[$0.key] : nil, id: dependencies.makeID())
        }
        let excluded = exclusions.map {
            NamedEntry(entry: $0, source: $0.isAddition ? sources?[$0.key] : nil, id: dependencies.makeID())
        }
        let (settle, cover) = (job(.settle, id), job(.coverWorkload, id))
        let logs = activities(of: change, id, workload, caller)
        return try await self.change { writer in
            var policy = try writer.changeablePolicy(id, workload, caller, tenantID)
            let oldName = policy.displayName
            if let name { policy.displayName = name }
            if let retentionDays { try writer.changeRetention(of: &policy, to: retentionDays, now) }
            policy.lastModifiedBy = caller.identitySet
            policy.lastModifiedDateTime = now
            try writer.refuseUnitsOfRules(named)
            let exclusionOutcomes = try excluded.map { try writer.apply($0, toExclusionsOf: policy, caller, now) }
            let outcomes = try named.map { try writer.apply($0, to: policy, caller, now) }
            if !excluded.isEmpty {
                policy.coverageDigest = nil
                _ = try writer.addJob(cover)
            }
            policy.status = try writer.aggregateStatus(of: policy)
            try writer.update(policy)
            try writer.begin(logs.map { $0.renamed(from: oldName) }, of: policy, now)
            if policy.status == .updating { _ = try writer.addJob(settle) }
            return (policy, outcomes, exclusionOutcomes)
        }
    }

    /// What a change is in the log: a rename, a modification, or both.
    private func activities(
        of change: PolicyChange, _ id: String, _ workload: Workload, _ caller: Caller
    ) -> [ActivityLog] {
        var logs: [ActivityLog] = []
        if change.displayName != nil { logs.append(activity(.backupPolicyRenamed, of: id, workload, caller)) }
        if change.unitDelta != nil || change.retentionSettings != nil || change.exclusionDelta != nil {
            var log = activity(.backupPolicyModified, of: id, workload, caller)
            log.details.requestedToAdd = change.unitDelta?.count { if case .add = $0 { true } else { false } } ?? 0
            log.details.requestedToRemove = (change.unitDelta?.count ?? 0) - (log.details.requestedToAdd ?? 0)
            logs.append(log)
        }
        return logs
    }

    /// The entries with ids in their one form.
    func checkedDelta(_ delta: [UnitDelta], _ workload: Workload) throws(ServiceError) -> [CheckedEntry] {
        var entries: [CheckedEntry] = []
        for entry in delta {
            switch entry {
            case .add(let key): entries.append(CheckedEntry(isAddition: true, key: try SourceLookup.key(key, workload)))
            case .remove(let id):
                entries.append(
                    CheckedEntry(isAddition: false, key: try Identifiers.require(id, .invalidProtectionUnitID)))
            }
        }
        guard Set(entries).count == entries.count else {
            throw ServiceError(.duplicateProtectionUnitInList, "The list names a protection unit twice.")
        }
        guard entries.count <= limits.unitsPerPolicyRequest else { throw tooManyUnits }
        return entries
    }
}

/// An entry with its key or id in the one form.
struct CheckedEntry: Sendable, Hashable {
    var isAddition: Bool
    var key: String
}

/// An entry, what the directory says of it, and an id for the unit or the refusal.
struct NamedEntry: Sendable {
    var entry: CheckedEntry
    var source: ProtectionSource?
    var id: String

    func refusal<Accepted>(_ code: ServiceErrorCode, _ message: String) -> DeltaOutcome<Accepted> {
        .refused(
            DeltaRefusal(
                contentID: id, attempt: entry.isAddition ? .add : .remove, responseCode: 409, code: code,
                message: message, id: entry.key))
    }
}

extension CatalogAccess {
    /// A policy whose units and rules may be changed.
    func changeablePolicy(
        _ id: String, _ workload: Workload, _ caller: Caller, _ tenantID: String
    ) throws -> ProtectionPolicy {
        guard let policy = try find(ProtectionPolicy.self, id: id), policy.workload == workload else {
            throw ServiceError.noSuchPolicy
        }
        try requireMayChange(.protection, caller, tenantID: tenantID)
        guard policy.status.allows(.change) else {
            throw ServiceError(
                .policyActionNotAllowed, "The policy is \(policy.status.rawValue) and cannot be changed.")
        }
        return policy
    }
}

extension CatalogWriter {
    /// Whole-request refusals that need the rows: units of a rule, and a unit that is added by key
    /// and removed by id.
    fileprivate func refuseUnitsOfRules(_ entries: [NamedEntry]) throws {
        let added = Set(entries.filter(\.entry.isAddition).map(\.entry.key))
        for entry in entries where !entry.entry.isAddition {
            guard let unit = try find(ProtectionUnit.self, id: entry.entry.key) else { continue }
            if unit.protectionSources.contains(.dynamicRule) {
                throw ServiceError(
                    .protectionUnitActionNotAllowed,
                    "A dynamic rule protects unit \(unit.id); it cannot be removed by hand.")
            }
            if added.contains(unit.sourceId) {
                throw ServiceError(
                    .duplicateProtectionUnitInList, "The list adds and removes the same protection unit.")
            }
        }
    }

    fileprivate func apply(
        _ entry: NamedEntry, to policy: ProtectionPolicy, _ caller: Caller, _ now: Date
    ) throws -> DeltaOutcome<ProtectionUnit> {
        guard entry.entry.isAddition else { return try remove(entry, from: policy, caller, now) }
        guard let source = entry.source else {
            return entry.refusal(
                .invalidArtifactID,
                "The directory has no \(policy.workload.sourceKind.rawValue) for '\(entry.entry.key)'.")
        }
        do {
            return .accepted(try attach(source, to: policy, newID: entry.id, by: caller.identitySet, now))
        } catch let error as ServiceError {
            return entry.refusal(error.code, error.message)
        }
    }

    private func remove(
        _ entry: NamedEntry, from policy: ProtectionPolicy, _ caller: Caller, _ now: Date
    ) throws -> DeltaOutcome<ProtectionUnit> {
        guard var unit = try find(ProtectionUnit.self, id: entry.entry.key), unit.policyId == policy.id else {
            return entry.refusal(.protectionUnitNotFound, "There is no such protection unit in this policy.")
        }
        guard let status = unit.status.after(.remove) else {
            return entry.refusal(.operationNotAllowed, "The unit is \(unit.status.rawValue).")
        }
        unit.status = status
        unit.nextBackupDateTime = nil
        unit.lastModifiedBy = caller.identitySet
        unit.lastModifiedDateTime = now
        try update(unit)
        return .accepted(unit)
    }
}

extension CatalogWriter {
    /// Gives a policy another retention. Its units show it as a change to come until they have a
    /// point that is kept so long.
    fileprivate func changeRetention(of policy: inout ProtectionPolicy, to days: Int, _ now: Date) throws {
        guard days != policy.retentionDays else { return }
        policy.retentionDays = days
        try update(
            ProtectionUnit.self, where: .equal("policyId", policy.id),
            set: [
                "retentionChange": RetentionChange(targetDays: days, effective: now).sqlValue
            ])
    }
}

extension ServiceError {
    /// There is no such policy.
    static var noSuchPolicy: ServiceError { ServiceError(.policyNotFound, "Unable to find the protection policy.") }
}
