public import ProtectionRules
public import Catalog
package import Connectors
package import Foundation

/// What a client sends to create a policy.
public struct PolicyDraft: Sendable, Hashable {
    /// The workload that it protects.
    public var workload: Workload
    /// Its name.
    public var displayName: String?
    /// The directory ids or site ids of what it shall protect.
    public var unitKeys: [String]
    /// How long points are kept; nil for a year.
    public var retentionSettings: [RetentionSetting]?
    /// Chosen units, or the whole workload.
    public var protectionMode: ProtectionMode
    /// Whom the units are charged to.
    public var billingPolicyID: String?

    /// Makes a draft.
    public init(
        workload: Workload, displayName: String?, unitKeys: [String] = [], retentionSettings: [RetentionSetting]? = nil,
        protectionMode: ProtectionMode = .standard, billingPolicyID: String? = nil
    ) {
        self.workload = workload
        self.displayName = displayName
        self.unitKeys = unitKeys
        self.retentionSettings = retentionSettings
        self.protectionMode = protectionMode
        self.billingPolicyID = billingPolicyID
    }
}

extension ServiceContext {
    /// Creates an inactive policy over units that no other policy has.
    /// - Throws: `appNotController`, `serviceNotEnabled`, `invalidDisplayName`,
    ///   `invalidCreateRequest`, `invalidProtectionUnitID` (malformed, or not in the directory),
    ///   `duplicateProtectionUnitInList`, `protectionUnitsLimitBreached`,
    ///   `policyCreationNotAllowed`, `protectionUnitAlreadyExists`, `operationNotAllowed` (a unit
    ///   is being offboarded), `policySaveFailed` (the catalogue failed; nothing is there).
    public func createPolicy(_ draft: PolicyDraft, _ caller: Caller) async throws -> ProtectionPolicy {
        let (tenantID, now) = (tenantID, now)
        try await look { try $0.requireMayChange(.protection, caller, tenantID: tenantID) }
        let policy = try newPolicy(draft, caller, now)
        let sources = try self.sources(of: draft)
        let ids = sources.map { _ in dependencies.makeID() }
        var log = activity(.backupPolicyCreated, of: policy.id, draft.workload, caller)
        log.details.requestedToAdd = sources.count
        let cover = draft.protectionMode == .fullServiceBackup ? job(.coverWorkload, policy.id) : nil
        return try await saving { [log] writer in
            try writer.requireMayChange(.protection, caller, tenantID: tenantID)
            guard try writer.activePolicy(of: draft.workload) == nil else {
                throw ServiceError(.policyCreationNotAllowed, "The workload already has an active policy.")
            }
            try writer.insert(policy)
            for (source, id) in zip(sources, ids) {
                try writer.attach(source, to: policy, newID: id, by: caller.identitySet, now)
            }
            if let cover { _ = try writer.addJob(cover) }
            try writer.begin([log], of: policy, now)
            return policy
        }
    }

    /// Makes a change that saves a policy; where the catalogue fails, the policy can be sent again.
    private func saving<Value: Sendable>(
        _ body: @escaping @Sendable (CatalogWriter) throws -> Value
    ) async throws -> Value {
        do {
            return try await change(body)
        } catch let error as ServiceError where error.code == .internalServerError {
            throw ServiceError(
                .policySaveFailed, "The policy could not be saved; try again.", detail: error.detail, isRetryable: true)
        }
    }

    private func newPolicy(_ draft: PolicyDraft, _ caller: Caller, _ now: Date) throws(ServiceError) -> ProtectionPolicy
    {
        ProtectionPolicy(
            id: dependencies.makeID(), workload: draft.workload, displayName: try checkedName(draft.displayName),
            status: .inactive,
            retentionDays: try RetentionSetting.days(requested: draft.retentionSettings, intervals)
                ?? intervals.defaultRetentionDays, createdDateTime: now
        ).with {
            $0.protectionMode = draft.protectionMode
            $0.billingPolicyId = draft.billingPolicyID
            $0.createdBy = caller.identitySet
            $0.lastModifiedBy = caller.identitySet
            $0.lastModifiedDateTime = now
        }
    }

    private func sources(of draft: PolicyDraft) throws(ServiceError) -> [ProtectionSource] {
        var keys: [String] = []
        for text in draft.unitKeys { keys.append(try SourceLookup.key(text, draft.workload)) }
        guard Set(keys).count == keys.count else {
            throw ServiceError(.duplicateProtectionUnitInList, "The list names an artifact twice.")
        }
        guard keys.count <= limits.unitsPerPolicyRequest else { throw tooManyUnits }
        guard !keys.isEmpty else { return [] }
        let lookup = try SourceLookup(dependencies.tenant, draft.workload)
        var sources: [ProtectionSource] = []
        for key in keys {
            guard let source = lookup[key] else {
                throw ServiceError(
                    .invalidProtectionUnitID, "The directory has no \(draft.workload.sourceKind.rawValue) for '\(key)'."
                )
            }
            sources.append(source)
        }
        return sources
    }

    var tooManyUnits: ServiceError {
        ServiceError(
            .protectionUnitsLimitBreached, "A request takes at most \(limits.unitsPerPolicyRequest) protection units.")
    }

    /// A policy's name, if it can be one.
    func checkedName(_ name: String?) throws(ServiceError) -> String {
        guard let name, !name.allSatisfy(\.isWhitespace), name.unicodeScalars.count <= limits.displayNameLength else {
            throw ServiceError(
                .invalidDisplayName, "displayName must have 1 to \(limits.displayNameLength) characters.")
        }
        return name
    }
}

extension CatalogAccess {
    /// The policy of a workload that is switched on and has units, if there is one.
    func activePolicy(of workload: Workload, except id: String? = nil) throws -> ProtectionPolicy? {
        try first(
            Query<ProtectionPolicy>(
                where: .and([
                    .equal("workload", workload), .compare("activatedDateTime", .notEqual, .null),
                    .compare("status", .notEqual, ProtectionPolicyStatus.inactive.sqlValue),
                    .compare("id", .notEqual, id.sqlValue),
                ])))
    }
}

extension CatalogWriter {
    /// Puts a source under a policy: a new unit, or the one that it had before.
    /// - Parameter reason: what protects it from now on, besides what did before.
    /// - Throws: `protectionUnitAlreadyExists` where another policy has it, `operationNotAllowed`
    ///   while it is offboarded or where the policy excludes it.
    @discardableResult
    package func attach(
        _ source: ProtectionSource, to policy: ProtectionPolicy, newID: String, as reason: ProtectionSources = .manual,
        by identity: IdentitySet?, _ now: Date
    ) throws -> ProtectionUnit {
        if policy.protectionMode == .fullServiceBackup, try exclusion(of: source.id.objectID, from: policy.id) != nil {
            throw ServiceError(
                .operationNotAllowed, "The policy excludes '\(source.id.objectID)'; remove the exclusion first.")
        }
        let known = try first(
            Query<ProtectionUnit>(
                where: .and([.equal("workload", policy.workload), .equal("sourceId", source.id.objectID)])))
        var unit =
            known
            ?? ProtectionUnit(
                id: newID, workload: policy.workload, sourceId: source.id.objectID, status: .unprotected,
                protectionSources: [], createdDateTime: now
            ).with {
                $0.createdBy = identity
            }
        if let other = unit.policyId, other != policy.id {
            throw ServiceError(.protectionUnitAlreadyExists, "Another policy protects '\(source.id.objectID)'.")
        }
        let isOn = policy.activatedDateTime != nil
        guard let requested = unit.status.after(.protect) else {
            throw ServiceError(
                .operationNotAllowed,
                "The unit is \(unit.status.rawValue); wait until that has taken effect, or cancel it.")
        }
        if isOn {
            if requested == .protectRequested { unit.nextBackupDateTime = now }
            unit.status = requested
        } else if unit.policyId == nil {
            unit.status = .unprotected
        }
        unit.policyId = policy.id
        unit.protectionSources.insert(reason)
        unit.retentionDays = policy.retentionDays
        unit.retentionChange = nil
        unit.error = nil
        unit.offboardRequestedDateTime = nil
        unit.describe(source)
        unit.lastModifiedBy = identity
        unit.lastModifiedDateTime = now
        if known == nil { try insert(unit) } else { try update(unit) }
        return unit
    }

    /// Makes a policy's status the aggregate of its units again.
    package func refreshPolicy(id: String, _ now: Date) throws {
        guard var policy = try find(ProtectionPolicy.self, id: id) else { return }
        let status = try aggregateStatus(of: policy)
        guard status != policy.status else { return }
        policy.status = status
        try update(policy)
        if status != .updating { try finishActivities(of: policy, now) }
    }

    /// The aggregate of a policy's units now.
    func aggregateStatus(of policy: ProtectionPolicy) throws -> ProtectionPolicyStatus {
        let isOn = policy.activatedDateTime != nil
        if isOn, policy.protectionMode == .fullServiceBackup, try isOpen([.coverWorkload], policy.id, .open) {
            return .updating
        }
        // While a request is open the answer does not depend on the rest, which may be
        // a hundred thousand rows.
        let requested = ProtectionUnitStatus.allCases.filter(\.isRequested)
        let ofPolicy = RowPredicate.equal("policyId", policy.id)
        if try first(
            Query<ProtectionUnit>(
                where: .and([.equal("workload", policy.workload), .oneOf("status", requested), ofPolicy]))) != nil
        {
            return .updating
        }
        var counts: [ProtectionUnitStatus: Int] = [:]
        for (value, count) in try groupedCount(Query<ProtectionUnit>(where: ofPolicy), by: "status") {
            if let status = ProtectionUnitStatus(sqlValue: value) { counts[status] = count }
        }
        return .aggregate(of: PolicyUnitCounts(counts), isSwitchedOn: isOn)
    }

    /// Applies an event to every unit for which a condition holds and which it moves. Gives the
    /// number of units moved.
    @discardableResult
    package func moveUnits(
        where predicate: RowPredicate, _ event: ProtectionUnitEvent, set values: [String: SQLValue]
    ) throws -> Int {
        var moved = 0
        for status in ProtectionUnitStatus.allCases {
            guard let next = status.after(event), next != status else { continue }
            var values = values
            values["status"] = next.sqlValue
            moved += try update(ProtectionUnit.self, where: .and([predicate, .equal("status", status)]), set: values)
        }
        return moved
    }
}
