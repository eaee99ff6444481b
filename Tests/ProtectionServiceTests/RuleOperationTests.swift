import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct RuleOperationTests {
    private static let finance = "memberOf -any (group.id -in ['\(ContosoTenant.finance)'])"
    private static let legal = "memberOf -any (group.id -in ['\(ContosoTenant.legal)'])"
    private static let sites = "displayName -contains 'Legal'"

    private func path(_ policyID: String, _ ruleID: String) -> RulePath {
        RulePath(workload: .oneDriveForBusiness, policyID: policyID, ruleID: ruleID)
    }

    /// A rule of a new policy, in a status.
    private func rule(
        _ status: ProtectionRuleStatus, isDynamic: Bool, _ console: Console
    ) async throws -> RulePath {
        let policyID = try await console.policy()
        var rule = InclusionRule()
        rule.id = console.service.dependencies.makeID()
        rule.policyId = policyID
        rule.expression = Self.finance
        rule.isAutoApplyEnabled = isDynamic
        rule.status = status
        rule.appliedDigest = "digest"
        try await console.insert(rule)
        return path(policyID, rule.id)
    }

    // MARK: Creating

    @Test(arguments: [false, true])
    func `a new rule is active and a job applies it`(isDynamic: Bool) async throws {
        let console = try await Console()
        let id = try await console.policy()
        let rule = try await console.service.rules.create(
            policyID: id.uppercased(), workload: .oneDriveForBusiness,
            RuleDraft(expression: Self.finance, isAutoApplyEnabled: isDynamic), Console.caller)
        #expect(rule.status == .active)
        #expect(rule.policyId == id)
        #expect(rule.isAutoApplyEnabled == isDynamic)
        #expect(rule.createdBy == Console.caller.identitySet)
        #expect(try await console.openJobs(of: rule.id) == ["applyRule"])
    }

    @Test(arguments: [nil, "", " ", "memberOf", "displayName -contains 'x'", "memberOf -any (group.id -in ['x'])"])
    func `an expression that says nothing about groups is refused`(expression: String?) async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.invalidRuleExpression) {
            try await console.service.rules.create(
                policyID: id, workload: .oneDriveForBusiness, RuleDraft(expression: expression), Console.caller)
        }
    }

    private func groups(_ count: Int) -> String {
        let ids = (0..<count).map { "'0a1b2c3d-0002-4000-8000-00000000000\($0)'" }
        return "memberOf -any (group.id -in [\(ids.joined(separator: ","))])"
    }

    @Test func `as many groups as an expression may have are accepted, and one more is refused`() async throws {
        let console = try await Console { $0.groupsPerExpression = 3 }
        let id = try await console.policy()
        try await console.expectRefused(.invalidRuleExpressionGroupLimitExceeded) {
            try await console.service.rules.create(
                policyID: id, workload: .oneDriveForBusiness, RuleDraft(expression: groups(4)), Console.caller)
        }
        let rule = try await console.service.rules.create(
            policyID: id, workload: .oneDriveForBusiness, RuleDraft(expression: groups(3)), Console.caller)
        #expect(rule.expression == groups(3))
    }

    @Test func `rules for sites are static`() async throws {
        let console = try await Console()
        let policy = try await console.service.policies.create(
            PolicyDraft(workload: .sharePoint, displayName: "S"), Console.caller)
        try await console.expectRefused(.invalidInclusionRuleCreateRequest) {
            try await console.service.rules.create(
                policyID: policy.id, workload: .sharePoint,
                RuleDraft(expression: Self.sites, isAutoApplyEnabled: true), Console.caller)
        }
        let rule = try await console.service.rules.create(
            policyID: policy.id, workload: .sharePoint, RuleDraft(expression: Self.sites), Console.caller)
        #expect(!rule.isAutoApplyEnabled)
    }

    @Test func `a policy that covers its workload has no rules`() async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        try await console.expectRefused(.invalidInclusionRuleCreateRequest) {
            try await console.service.rules.create(
                policyID: id, workload: .oneDriveForBusiness, RuleDraft(expression: Self.finance), Console.caller)
        }
    }

    @Test(arguments: [
        ("x", Workload.oneDriveForBusiness, ServiceErrorCode.invalidPolicyID),
        (Console.unknownID, .oneDriveForBusiness, .policyNotFound),
    ])
    func `a rule needs a policy`(id: String, workload: Workload, code: ServiceErrorCode) async throws {
        let console = try await Console()
        try await console.expectRefused(code) {
            try await console.service.rules.create(
                policyID: id, workload: workload, RuleDraft(expression: Self.finance), Console.caller)
        }
    }

    @Test func `a rule of another workload than its policy is refused`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.policyNotFound) {
            try await console.service.rules.create(
                policyID: id, workload: .exchange, RuleDraft(expression: Self.finance), Console.caller)
        }
    }

    // MARK: Running, changing, deleting

    /// What a client does to a rule.
    enum Action: String, CaseIterable, Sendable {
        case run, update, delete, deleteAndUnprotect

        func perform(_ path: RulePath, _ console: Console, _ caller: Caller = Console.caller) async throws {
            let service = console.service
            switch self {
            case .run: _ = try await service.rules.run(path, caller)
            case .update: _ = try await service.rules.update(path, { RuleChange(expression: legal) }, caller)
            case .delete: try await service.rules.delete(path, caller)
            case .deleteAndUnprotect: _ = try await service.rules.deleteAndUnprotect(path, caller)
            }
        }
    }

    private static let unsettled: [ProtectionRuleStatus] = [.draft, .active, .updateRequested, .deleteRequested]

    /// The code of an action on a rule that is still at work. Source: errors.md, inclusion rules.
    private static func busyCode(_ action: Action, isDynamic: Bool) -> ServiceErrorCode? {
        switch (action, isDynamic) {
        case (.run, false): .protectionRuleActionNotAllowed
        case (.update, true): .invalidProtectionRuleStatusForUpdation
        case (.delete, false): .invalidProtectionRuleStatusForDeletion
        case (.delete, true): .invalidProtectionRuleStatusForDynamicRuleDeletion
        case (.deleteAndUnprotect, true): .invalidProtectionRuleStatusForDeleteAndUnprotect
        case (.run, true), (.update, false), (.deleteAndUnprotect, false): nil
        }
    }

    @Test(arguments: Action.allCases, unsettled)
    func `a rule that is at work is left to it`(action: Action, status: ProtectionRuleStatus) async throws {
        for isDynamic in [false, true] {
            guard var code = Self.busyCode(action, isDynamic: isDynamic) else { continue }
            if action == .update, status == .deleteRequested { code = .invalidProtectionRuleStatusForDynamicRuleEdit }
            let console = try await Console()
            let path = try await rule(status, isDynamic: isDynamic, console)
            try await console.expectRefused(code, "dynamic: \(isDynamic)") { try await action.perform(path, console) }
        }
    }

    @Test(arguments: [
        (Action.run, true, ServiceErrorCode.runNotAllowedForDynamicRule),
        (.update, false, .patchNotAllowedForStaticRule),
        (.deleteAndUnprotect, false, .invalidProtectionRuleStatusForDeleteAndUnprotect),
    ])
    func `what the other kind of rule knows is refused`(
        action: Action, isDynamic: Bool, code: ServiceErrorCode
    ) async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: isDynamic, console)
        try await console.expectRefused(code) { try await action.perform(path, console) }
    }

    @Test(arguments: [
        (Action.run, false, ProtectionRuleStatus.active), (.update, true, .updateRequested),
        (.deleteAndUnprotect, true, .deleteRequested),
    ])
    func `a settled rule moves on, and is applied anew`(
        action: Action, isDynamic: Bool, wanted: ProtectionRuleStatus
    ) async throws {
        for status in [ProtectionRuleStatus.completed, .completedWithErrors] {
            let console = try await Console()
            let path = try await rule(status, isDynamic: isDynamic, console)
            try await action.perform(path, console)
            let rule = try await console.find(InclusionRule.self, path.ruleID)
            #expect(rule.status == wanted)
            #expect(rule.appliedDigest == nil)
            #expect(rule.lastModifiedBy == Console.caller.identitySet)
            #expect(try await console.openJobs(of: rule.id) == ["applyRule"])
        }
    }

    @Test(arguments: Action.allCases)
    func `ids of rules and policies may be written in any letter case`(action: Action) async throws {
        let console = try await Console()
        let lower = try await rule(.completed, isDynamic: action != .run, console)
        let upper = path(lower.policyID.uppercased(), lower.ruleID.uppercased())
        try await action.perform(upper, console)
        let rule = try await console.fixture.catalog.find(InclusionRule.self, id: lower.ruleID)
        #expect((rule == nil) == (action == .delete))
    }

    @Test(arguments: Action.allCases)
    func `a rule is found under its own policy only`(action: Action) async throws {
        let console = try await Console()
        let known = try await rule(.completed, isDynamic: action != .run, console)
        let other = try await console.policy()
        let cases: [(String, String, ServiceErrorCode)] = [
            ("x", known.ruleID, .invalidPolicyID), (known.policyID, "x", .invalidInclusionRuleID),
            (Console.unknownID, known.ruleID, .policyNotFound), (other, known.ruleID, .protectionRuleNotFound),
            (known.policyID, Console.unknownID, .protectionRuleNotFound),
        ]
        for (policyID, ruleID, code) in cases {
            try await console.expectRefused(code) { try await action.perform(path(policyID, ruleID), console) }
        }
    }

    @Test(arguments: Action.allCases)
    func `only the controller of an enabled service acts on a rule`(action: Action) async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: action != .run, console)
        try await console.expectRefused(.appNotController) {
            try await action.perform(path, console, Console.stranger)
        }
        try await console.set(.restoreLocked)
        try await console.expectRefused(.serviceNotEnabled) { try await action.perform(path, console) }
    }

    @Test func `a change of what never changes is refused`() async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: true, console)
        try await console.expectRefused(.invalidProtectionRulePatchRequest) {
            try await console.service.rules.update(
                path, { RuleChange(expression: Self.legal, namesAutoApply: true) }, Console.caller)
        }
    }

    @Test(arguments: [nil, "", "memberOf"])
    func `a new expression has to be one`(expression: String?) async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: true, console)
        try await console.expectRefused(.invalidRuleExpression) {
            try await console.service.rules.update(path, { RuleChange(expression: expression) }, Console.caller)
        }
    }

    @Test func `the units of a deleted rule become units by hand, but for those of other rules`() async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: true, console)
        var units: [ProtectionUnit] = []
        for name in ["adele", "diego"] {
            var unit = try await console.insertUnit(.protected, of: name, policyID: path.policyID)
            unit.protectionSources = .dynamicRule
            try await console.update(unit)
            try await console.insert(RuleMember(ruleId: path.ruleID, unitId: unit.id))
            units.append(unit)
        }
        let other = try await rule(.completed, isDynamic: true, console)
        try await console.insert(RuleMember(ruleId: other.ruleID, unitId: units[1].id))
        try await console.service.rules.delete(path, Console.caller)
        #expect(try await console.find(ProtectionUnit.self, units[0].id).protectionSources == .manual)
        #expect(try await console.find(ProtectionUnit.self, units[1].id).protectionSources == .dynamicRule)
    }

    @Test(arguments: [(false, 0), (true, 1)])
    func `the deletion of a dynamic rule alone is an activity`(isDynamic: Bool, count: Int) async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: isDynamic, console)
        let before = try await console.all(ActivityLog.self).count
        try await console.service.rules.delete(path, Console.caller)
        #expect(try await console.all(ActivityLog.self).count == before + count)
    }

    @Test func `of many runs of one rule exactly one succeeds`() async throws {
        let console = try await Console()
        let path = try await rule(.completed, isDynamic: false, console)
        let race = try await Race(6) { _ in _ = try await console.service.rules.run(path, Console.caller) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .protectionRuleActionNotAllowed, count: 5))
    }

    // MARK: Applying

    @Test func `a static rule adds what its groups have`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let rule = try await console.service.rules.create(
            policyID: id, workload: .oneDriveForBusiness, RuleDraft(expression: Self.finance), Console.caller)
        try await console.fixture.work()
        let units = try await console.units(of: id)
        #expect(Set(units.keys) == [Console.person("adele"), Console.person("diego")])
        #expect(units.values.allSatisfy { $0.protectionSources == .manual })
        #expect(try await console.find(InclusionRule.self, rule.id).status == .completed)
    }

    @Test func `a dynamic rule lets go of who left the group`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        _ = try await console.service.rules.create(
            policyID: id, workload: .oneDriveForBusiness,
            RuleDraft(expression: Self.finance, isAutoApplyEnabled: true), Console.caller)
        try await console.fixture.settle(looks: 2)
        try console.tenant.setGroups(finance: ["adele", "joni"], legal: [])
        console.fixture.clock.turn(seconds: 600)
        try await console.fixture.settle(looks: 3)
        #expect(Set(try await console.units(of: id).keys) == [Console.person("adele"), Console.person("joni")])
    }

    @Test func `a group that nobody knows leaves the rule completed with errors`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let expression = "memberOf -any (group.id -in ['\(ContosoTenant.finance)', '\(Console.unknownID)'])"
        let rule = try await console.service.rules.create(
            policyID: id, workload: .oneDriveForBusiness, RuleDraft(expression: expression), Console.caller)
        try await console.fixture.work()
        let applied = try await console.find(InclusionRule.self, rule.id)
        #expect(applied.status == .completedWithErrors)
        #expect(applied.error?.code == "ProtectionResourcesNotFound")
        #expect(try await console.units(of: id).count == 2)
    }
}
