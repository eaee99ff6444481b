import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// Inclusion rules. Those of all policies can be read at the root; those of one
    /// policy offer every operation.
    func bindRules(_ odata: inout ODataService<APICaller>) {
        for workload in Workload.allCases {
            odata.resource("solutions/backupRestore/\(workload.rules)", ruleType(workload)) {
                $0.checkID(Self.requireGUID(.invalidInclusionRuleID))
                $0.list(.configurationRead) { context in try await rules(context, where: .equal("workload", workload)) }
                $0.get(.configurationRead) { context in try await rule(context.key, workload, policyID: nil) }
            }
            bindRules(of: workload, &odata)
        }
    }

    private func bindRules(of workload: Workload, _ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/\(workload.policies)/\(workload.rules)", ruleType(workload)) {
            $0.checkID(Self.requireGUID(.invalidInclusionRuleID))
            $0.list(.configurationRead) { context in
                try await rules(context, where: .equal("policyId", try await policyID(context, workload)))
            }
            $0.get(.configurationRead) { context in
                try await rule(context.key, workload, policyID: try await policyID(context, workload))
            }
            $0.create(.configurationWrite) { context, body in
                let policyID = context.path.key(of: workload.policies) ?? ""
                try await service.policies.requireChangeable(id: policyID, workload: workload, caller(context))
                let entity = try body.entity(invalid: .invalidInclusionRuleCreateRequest)
                var record = InclusionRule()
                entity.apply(to: &record)
                let expression = entity.names(workload.expressionProperty) ? record.expression : nil
                let draft = RuleDraft(expression: expression, isAutoApplyEnabled: record.isAutoApplyEnabled)
                let rule = try await service.rules.create(
                    policyID: policyID, workload: workload, draft, caller(context))
                // The pages show the key of a rule in parentheses. Source: contract examples, 14.
                let place = "\(context.canonicalURL)('\(rule.id)')"
                return EntityAnswer(rule, headers: ["Location": place, "Content-Location": place])
            }
            $0.update(.configurationWrite) { context, body in
                let change = { @Sendable in try Self.change(body, workload) }
                return EntityAnswer(try await service.rules.update(path(context, workload), change, caller(context)))
            }
            $0.delete(.configurationWrite) { context in
                try await service.rules.delete(path(context, workload), caller(context))
            }
            $0.action("run", .configurationWrite) { context, _ in
                EntityAnswer(try await service.rules.run(path(context, workload), caller(context)), status: 202)
            }
            $0.action("deleteAndUnprotect", .configurationWrite) { context, _ in
                EntityAnswer(
                    try await service.rules.deleteAndUnprotect(path(context, workload), caller(context)), status: 202)
            }
        }
    }

    private static func change(_ body: RequestBody<InclusionRule>, _ workload: Workload) throws -> RuleChange {
        let entity = try body.entity(invalid: .invalidProtectionRulePatchRequest)
        var record = InclusionRule()
        entity.apply(to: &record)
        return RuleChange(
            expression: entity.names(workload.expressionProperty) ? record.expression : nil,
            namesAutoApply: entity.ignoredNames.contains("isAutoApplyEnabled"))
    }

    private func path(_ context: RequestContext<APICaller>, _ workload: Workload) -> RulePath {
        RulePath(workload: workload, policyID: context.path.key(of: workload.policies) ?? "", ruleID: context.key)
    }

    private func rules(
        _ context: RequestContext<APICaller>, where condition: RowPredicate
    ) async throws -> Page<InclusionRule> {
        try await RowList<InclusionRule>(catalog: catalog, defaultOrder: "createdDateTime").answer(
            context, where: condition)
    }

    private func rule(_ id: String, _ workload: Workload, policyID: String?) async throws -> InclusionRule {
        guard let rule = try await catalog.find(InclusionRule.self, id: id.lowercased()), rule.workload == workload,
            policyID == nil || rule.policyId == policyID
        else { throw ServiceError(.protectionRuleNotFound, "Unable to find the protection rule.") }
        return rule
    }
}
