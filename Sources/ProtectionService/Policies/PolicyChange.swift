public import Catalog
import Connectors
import Foundation
public import ProtectionRules

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
    case refused(EntryRefusal)
}

/// Why an entry of a delta list was refused: the `@Core.DataModificationException` of the answer.
public struct EntryRefusal: Sendable, Hashable {
    /// What the entry wanted.
    public enum Attempt: String, Sendable, Hashable, CaseIterable {
        case add
        case remove
    }

    /// Names the entry in the answer (`@contentId`): a UUID.
    public var contentID: String
    /// What the entry wanted (`failedOperation`).
    public var attempt: Attempt
    /// The HTTP status that the entry alone would have had.
    public var responseCode: Int
    public var code: ServiceErrorCode
    /// Why, for the client.
    public var message: String
    /// The id or key that the entry named.
    public var id: String
}

extension PolicyOperations {
    /// Renames a policy, and adds and removes units. Entries that cannot be done are refused one by
    /// one, the others are done.
    /// - Returns: the policy as it is now, and an outcome for each entry, in the
    ///   order of the request.
    /// - Throws: `invalidPolicyID`, `policyNotFound`, `appNotController`, `serviceNotEnabled`,
    ///   `policyActionNotAllowed`, `invalidExclusionRequest`, `invalidDisplayName`,
    ///   `invalidCreateRequest` (retention), `invalidProtectionUnitID`,
    ///   `duplicateProtectionUnitInList`, `protectionUnitsLimitBreached`,
    ///   `protectionUnitActionNotAllowed` (a rule holds the unit).
    public func change(
        id: String, workload: Workload, _ change: PolicyChange, _ caller: Caller
    ) async throws -> (
        policy: ProtectionPolicy, units: [DeltaOutcome<ProtectionUnit>], exclusions: [DeltaOutcome<ExclusionUnit>]
    ) {
        let id = try Identifiers.require(id, .invalidPolicyID)
        let (tenantID, now) = (tenantID, now)
        let known = try await look {
            try PolicyRows($0).changeable(id: id, workload: workload, caller, tenantID: tenantID)
        }
        let name: String? = if let given = change.displayName { try limits.checkedName(given) } else { nil }
        let retentionDays = try RetentionSetting.days(requested: change.retentionSettings, intervals)
        let entries = try limits.checkedDelta(change.unitDelta ?? [], workload)
        let exclusions = try change.exclusionDelta.map { try limits.checkedExclusions($0, known) } ?? []
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
            var policy = try PolicyRows(writer).changeable(id: id, workload: workload, caller, tenantID: tenantID)
            let oldName = policy.displayName
            if let name { policy.displayName = name }
            if let retentionDays { try PolicyRows(writer).changeRetention(of: &policy, to: retentionDays, now) }
            policy.lastModifiedBy = caller.identitySet
            policy.lastModifiedDateTime = now
            try UnitDeltaRows(writer).refuseUnitsOfRules(named)
            let exclusionOutcomes = try excluded.map {
                try UnitDeltaRows(writer).apply($0, toExclusionsOf: policy, caller, now)
            }
            let outcomes = try named.map { try UnitDeltaRows(writer).apply($0, to: policy, caller, now) }
            if !excluded.isEmpty {
                policy.coverageDigest = nil
                _ = try writer.addJob(cover)
            }
            policy.advance(try PolicyRows(writer).units(of: policy))
            try writer.update(policy)
            try ActivityRows(writer).begin(logs.map { $0.renamed(from: oldName) }, of: policy, now)
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
            EntryRefusal(
                contentID: id, attempt: entry.isAddition ? .add : .remove, responseCode: 409, code: code,
                message: message, id: entry.key))
    }
}

extension ServiceError {
    /// There is no such policy.
    static var noSuchPolicy: ServiceError { ServiceError(.policyNotFound, "Unable to find the protection policy.") }
}
