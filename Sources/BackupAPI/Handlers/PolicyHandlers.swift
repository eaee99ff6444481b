import ProtectionRules
import ProtectionService
import Catalog
import Foundation
import OData

extension Handlers {
    /// The policies: all of them under `protectionPolicies`, and each workload's
    /// under its own name.
    func bindPolicies(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/protectionPolicies", policyBase) {
            $0.checkID(Self.requireGUID(.invalidPolicyID))
            $0.list(.configurationRead) { context in try await policies(context, nil) }
            $0.get(.configurationRead) { context in try await policy(context.key, nil) }
            $0.delete(.configurationWrite) { context in
                try await service.policies.delete(id: context.key, caller(context))
            }
            $0.action("activate", .configurationWrite) { context, _ in
                try await moved(try await service.policies.activate(id: context.key, caller(context)), context)
            }
            $0.action("deactivate", .configurationWrite) { context, _ in
                try await moved(try await service.policies.deactivate(id: context.key, caller(context)), context)
            }
        }
        for workload in Workload.allCases { bindPolicies(workload, &odata) }
    }

    private func bindPolicies(_ workload: Workload, _ odata: inout ODataService<APICaller>) {
        let type = policyType(workload)
        odata.resource("solutions/backupRestore/\(workload.policies)", type) {
            $0.checkID(Self.requireGUID(.invalidPolicyID))
            $0.list(.configurationRead) { context in try await policies(context, workload) }
            $0.get(.configurationRead) { context in try await policy(context.key, workload) }
            $0.create(.configurationWrite) { context, body in
                try await service.access.requireMayChange(.protection, caller(context))
                let draft = try Self.draft(workload, try body.entity(invalid: .invalidCreateRequest))
                let record = try await self.record(
                    try await service.policies.create(draft, caller(context)), counted: false)
                let place = location(context, "protectionPolicies/\(record.id)")
                return EntityAnswer(record, headers: ["Location": place, "Content-Location": place])
            }
            $0.update(.configurationWrite) { context, body in
                try await service.policies.requireChangeable(id: context.key, workload: workload, caller(context))
                let change = try Self.change(workload, try body.entity())
                let answer = try await service.policies.change(
                    id: context.key, workload: workload, change, caller(context))
                let record = try await self.record(answer.policy, counted: false)
                let entries = answer.units.map { Self.entry($0, unitType(workload), context) }
                let exclusions = answer.exclusions.map { Self.entry($0, exclusionType(workload), context) }
                let deltas = [
                    ("\(workload.noun)ProtectionUnits", entries), ("\(workload.exclusionType)s", exclusions),
                ]
                return EntityAnswer(
                    record, shows: ["id", "displayName"],
                    extra: deltas.filter { !$0.1.isEmpty }.map { ExtraMember.delta($0.0, $0.1) })
            }
            $0.delete(.configurationWrite) { context in
                _ = try await policy(context.key, workload)
                try await service.policies.delete(id: context.key, caller(context))
            }
        }
    }

    private func policies(
        _ context: RequestContext<APICaller>, _ workload: Workload?
    ) async throws -> Page<PolicyRecord> {
        let list = RowList<ProtectionPolicy>(catalog: catalog, defaultOrder: "createdDateTime", places: .policies)
        let page = try await list.page(context, where: workload.map { .equal("workload", $0) } ?? .true)
        var records: [PolicyRecord] = []
        for policy in page.rows {
            records.append(
                try await record(policy, counted: context.options.selection.names("protectionPolicyArtifactCount")))
        }
        return Page(records, nextPosition: page.next, count: page.count)
    }

    private func policy(_ id: String, _ workload: Workload?) async throws -> PolicyRecord {
        guard let policy = try await catalog.find(ProtectionPolicy.self, id: id.lowercased()),
            workload == nil || policy.workload == workload
        else {
            throw ServiceError(.policyNotFound, "Unable to find the protection policy.")
        }
        return try await record(policy, counted: true)
    }

    private func moved(
        _ policy: ProtectionPolicy, _ context: RequestContext<APICaller>
    ) async throws -> EntityAnswer<PolicyRecord> {
        let place = location(context, "protectionPolicies('\(policy.id)')")
        return EntityAnswer(try await record(policy, counted: false), status: 202, headers: ["Content-Location": place])
    }

    /// A policy as sent to clients. Its units are counted only where the counts may be shown,
    /// because that costs a query.
    private func record(_ policy: ProtectionPolicy, counted: Bool) async throws -> PolicyRecord {
        let retention = service.policies.retentionSettings(of: policy).map {
            RetentionSettingValue(interval: $0.interval, period: $0.period)
        }
        guard counted else { return PolicyRecord(policy, retention: retention) }
        let units = Query<ProtectionUnit>(where: .equal("policyId", policy.id))
        let statuses = try await catalog.read { try $0.groupedCount(units, by: "status") }
        var counts = ProtectionPolicyArtifactCount()
        for (value, count) in statuses {
            counts.total += Int32(clamping: count)
            switch ProtectionUnitStatus(sqlValue: value).map(UnitProgress.init) {
            case .completed: counts.completed += Int32(clamping: count)
            case .inProgress: counts.inProgress += Int32(clamping: count)
            case .failed where policy.activatedDateTime != nil: counts.failed += Int32(clamping: count)
            case .failed, .other, nil: break
            }
        }
        return PolicyRecord(policy, counts: counts, retention: retention)
    }

    private static func draft(_ workload: Workload, _ body: EntityBody<PolicyRecord>) throws -> PolicyDraft {
        var record = PolicyRecord()
        body.apply(to: &record)
        return PolicyDraft(
            workload: workload, displayName: record.displayName,
            unitKeys: try unitKeys(body.navigations["\(workload.noun)ProtectionUnits"], workload),
            retentionSettings: try record.retention.map { try $0.map { try setting($0) } },
            protectionMode: record.policy.protectionMode, billingPolicyID: record.policy.billingPolicyId)
    }

    private static func change(_ workload: Workload, _ body: EntityBody<PolicyRecord>) throws -> PolicyChange {
        let units = "\(workload.noun)ProtectionUnits"
        var record = PolicyRecord()
        body.apply(to: &record)
        var delta = try body.deltas[units].map { try $0.map { try unitDelta($0, workload) } }
        // An array without `@delta` means additions. Source:
        // contract operations.md, delta payloads.
        if let added = body.navigations[units] {
            delta = (delta ?? []) + (try unitKeys(added, workload)).map { .add(key: $0) }
        }
        return PolicyChange(
            displayName: body.names("displayName") ? record.displayName ?? "" : nil, unitDelta: delta,
            retentionSettings: try record.retention.map { try $0.map { try setting($0) } },
            exclusionDelta: try exclusionDelta(workload, body))
    }

    private static func exclusionDelta(_ workload: Workload, _ body: EntityBody<PolicyRecord>) throws -> [UnitDelta]? {
        let name = "\(workload.exclusionType)s"
        do {
            let delta = try body.deltas[name].map { try $0.map { try unitDelta($0, workload) } }
            guard let added = body.navigations[name] else { return delta }
            return (delta ?? []) + (try unitKeys(added, workload)).map { .add(key: $0) }
        } catch let error as ODataError {
            throw ODataError.refused(.invalidExclusionRequest, error.message)
        }
    }

    private static func setting(_ value: RetentionSettingValue) throws -> RetentionSetting {
        let days = value.period?.text.wholeMatch(of: /P(\d{1,5})D/).flatMap { Int($0.1) }
        guard let interval = value.interval, let days else {
            throw ODataError.refused(
                .invalidCreateRequest, "A retention setting has an interval (R/P1W) and a period such as P365D.")
        }
        return RetentionSetting(interval: interval, periodDays: days)
    }

    private static func unitKeys(_ value: JSONValue?, _ workload: Workload) throws -> [String] {
        guard let value else { return [] }
        guard case .array(let entries) = value else {
            throw ODataError.refused(.invalidCreateRequest, "The protection units must be an array.")
        }
        return try entries.map { try unitKey($0, workload) }
    }

    private static func unitKey(_ entry: JSONValue, _ workload: Workload) throws -> String {
        guard case .object(let object) = entry, case .string(let key)? = object[workload.keyProperty] else {
            throw ODataError.refused(
                .invalidProtectionUnitID, "Each protection unit is named by its \(workload.keyProperty).")
        }
        return key
    }

    private static func unitDelta(_ entry: DeltaEntry, _ workload: Workload) throws -> UnitDelta {
        switch entry {
        case .add(let value): .add(key: try unitKey(value, workload))
        case .remove(let id): .remove(id: id)
        }
    }

    private static func entry<Unit: Sendable & Hashable & Identifiable>(
        _ outcome: ProtectionService.DeltaOutcome<Unit>, _ type: EntityType<Unit>, _ context: RequestContext<APICaller>
    ) -> DeltaAnswer where Unit.ID == String {
        switch outcome {
        case .accepted(let unit): .entity(context.entity(unit, type))
        case .refused(let refusal): .refused(OData.DeltaRefusal(refusal))
        }
    }
}

extension OData.DeltaRefusal {
    /// A refused entry as sent to clients.
    init(_ refusal: EntryRefusal) {
        self.init(
            failedOperation: refusal.attempt.rawValue, responseCode: refusal.responseCode, code: refusal.code.rawValue,
            message: refusal.message, contentID: refusal.contentID, id: refusal.id)
    }
}
