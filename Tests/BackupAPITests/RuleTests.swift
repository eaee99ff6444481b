import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

@Suite struct RuleTests {
    private let finance = ContosoTenant.finance, legal = ContosoTenant.legal

    private func expression(_ groups: String...) -> JSONValue {
        .string("(memberOf -any (group.id -in [\(groups.map { "'\($0)'" }.joined(separator: ", "))]))")
    }

    private func rules(_ policy: String) -> String {
        "/oneDriveForBusinessProtectionPolicies/\(policy)/driveInclusionRules"
    }

    private func make(_ api: ProtectionAPI, _ policy: String, dynamic: Bool, _ groups: String...) async throws -> String
    {
        let text = "(memberOf -any (group.id -in [\(groups.map { "'\($0)'" }.joined(separator: ", "))]))"
        let made = await api.call(
            "POST", rules(policy), ["driveExpression": .string(text), "isAutoApplyEnabled": .bool(dynamic)])
        try #require(made.status == 201, "\(made)")
        return try #require(made["id"]?.stringValue)
    }

    private func status(_ api: ProtectionAPI, _ rule: String) async -> String? {
        await api.call("GET", "/driveInclusionRules/\(rule)", prefer: "include-unknown-enum-members")["status"]?
            .stringValue
    }

    // MARK: Static rules

    @Test func `a static rule is made active under its policy`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        let made = await api.call("POST", rules(policy), ["driveExpression": expression(finance)])
        #expect(made.status == 201)
        #expect(made["status"]?.stringValue == "active")
        #expect(made["isAutoApplyEnabled"] == .bool(false))
        #expect(made["error"] == .null)
        let place = "https://backup.example/v1.0/solutions/backupRestore\(rules(policy))('\(made.id)')"
        #expect(made.headers["Content-Location"] == place)
        #expect(made.headers["Location"] == place)
    }

    @Test func `a static rule adds the members of its groups once, as if by hand`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let rule = try await make(api, policy, dynamic: false, finance)
        try await api.settle()
        #expect(await status(api, rule) == "completed")
        #expect(
            try await api.units(of: policy) { $0.status == .protected && $0.protectionSources == .manual } == [
                "adele", "diego",
            ])
        try api.tenant.setGroups(finance: ["joni"], legal: [])
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego"])
    }

    /// A static rule that was applied, in a policy that is off, and whose group has changed since.
    private func applied(_ api: ProtectionAPI) async throws -> (policy: String, path: String) {
        let policy = try await api.policy(active: false)
        let rule = try await make(api, policy, dynamic: false, finance)
        try await api.work()
        try api.tenant.setGroups(finance: ["joni"], legal: [])
        return (policy, "\(rules(policy))/\(rule)")
    }

    @Test func `a static rule that runs again adds who came, and nobody leaves`() async throws {
        let api = try await ProtectionAPI()
        let (policy, path) = try await applied(api)
        let again = await api.call("POST", "\(path)/run")
        #expect(again.status == 202)
        #expect(again["status"]?.stringValue == "active")
        #expect(again.headers["Content-Location"]?.contains(again.id) == true)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego", "joni"])
    }

    @Test func `a static rule that is at work is neither run nor deleted`() async throws {
        let api = try await ProtectionAPI()
        let (_, path) = try await applied(api)
        _ = await api.call("POST", "\(path)/run")
        #expect(await api.call("POST", "\(path)/run").code == "ProtectionRuleActionNotAllowed")
        #expect(await api.call("DELETE", path).code == "InvalidProtectionRuleStatusForDeletion")
    }

    @Test func `the units of a deleted static rule stay`() async throws {
        let api = try await ProtectionAPI()
        let (policy, path) = try await applied(api)
        #expect(await api.call("DELETE", path).status == 204)
        #expect(await api.call("GET", path).code == "ProtectionRuleNotFound")
        #expect(try await api.units(of: policy) == ["adele", "diego"])
    }

    // MARK: Dynamic rules

    /// A policy with Adele by hand and two dynamic rules, which add Diego and Grady.
    private struct TwoRules {
        let api: ProtectionAPI
        let policy: String
        let finance: String
        let legal: String
        var rules: String { "/oneDriveForBusinessProtectionPolicies/\(policy)/driveInclusionRules" }

        /// Diego leaves both groups, Adele leaves one but was added by hand, Joni joins.
        func moveOn() async throws {
            try api.tenant.setGroups(finance: ["joni"], legal: ["grady"])
            api.clock.turn(seconds: 600)
            try await api.settle()
        }

        func unit(of name: String) async throws -> ProtectionUnit {
            try #require(
                try await api.service.catalog.page(Query<ProtectionUnit>()).first {
                    $0.signInName == "\(name)@contoso.example"
                })
        }
    }

    private func twoRules() async throws -> TwoRules {
        let api = try await ProtectionAPI()
        let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        let first = try await make(api, policy, dynamic: true, finance)
        let second = try await make(api, policy, dynamic: true, legal)
        try await api.settle()
        return TwoRules(api: api, policy: policy, finance: first, legal: second)
    }

    @Test func `dynamic rules add the members of their groups`() async throws {
        let scene = try await twoRules()
        #expect(try await scene.api.units(of: scene.policy) == ["adele", "diego", "grady"])
        #expect(
            try await scene.api.units(of: scene.policy) { $0.protectionSources == [.manual, .dynamicRule] } == ["adele"]
        )
        let shown = await scene.api.call("GET", "/driveProtectionUnits/\(try await scene.unit(of: "grady").id)")
        #expect(shown["protectionSources"]?.stringValue == "dynamicRule")
        #expect(shown["status"]?.stringValue == "protected")
    }

    @Test func `what a dynamic rule holds is not removed by hand`() async throws {
        let scene = try await twoRules()
        let removal: JSONValue = [
            "@removed": ["reason": "changed"], "id": .string(try await scene.unit(of: "grady").id),
        ]
        let byHand = await scene.api.call(
            "PATCH", "/oneDriveForBusinessProtectionPolicies/\(scene.policy)",
            ["driveProtectionUnits@delta": [removal]])
        #expect(byHand.status == 400)
        #expect(byHand.code == "ProtectionUnitActionNotAllowed")
    }

    @Test func `dynamic rules follow their groups, and only what nobody else holds leaves`() async throws {
        let scene = try await twoRules()
        try await scene.moveOn()
        #expect(try await scene.api.units(of: scene.policy) == ["adele", "grady", "joni"])
        #expect(try await scene.api.units(of: scene.policy) { $0.protectionSources == .manual } == ["adele"])
        let diego = try await scene.unit(of: "diego")
        #expect(diego.policyId == nil)
        #expect(diego.status == .unprotected)
        #expect(diego.protectionSources == [])
    }

    @Test func `the units of a deleted dynamic rule stay, as if added by hand`() async throws {
        let scene = try await twoRules()
        try await scene.moveOn()
        #expect(await scene.api.call("DELETE", "\(scene.rules)/\(scene.finance)").status == 204)
        #expect(try await scene.api.units(of: scene.policy) { $0.protectionSources == .manual } == ["adele", "joni"])
    }

    @Test func `a dynamic rule that is deleted with its protection lets its units go`() async throws {
        let scene = try await twoRules()
        try await scene.moveOn()
        let gone = await scene.api.call(
            "POST", "\(scene.rules)/\(scene.legal)/deleteAndUnprotect", prefer: "include-unknown-enum-members")
        #expect(gone.status == 202)
        #expect(gone["status"]?.stringValue == "deleteRequested")
        try await scene.api.settle()
        #expect(try await scene.api.units(of: scene.policy) == ["adele", "joni"])
        #expect(await scene.api.call("GET", "\(scene.rules)/\(scene.legal)").code == "ProtectionRuleNotFound")
        #expect(await scene.api.call("GET", "/protectionPolicies/\(scene.policy)")["status"]?.stringValue == "active")
    }

    @Test func `the log tells of each change of a dynamic rule once`() async throws {
        let scene = try await twoRules()
        try await scene.moveOn()
        _ = await scene.api.call("DELETE", "\(scene.rules)/\(scene.finance)")
        _ = await scene.api.call("POST", "\(scene.rules)/\(scene.legal)/deleteAndUnprotect")
        try await scene.api.settle()
        // Which of the two rules lets Diego go last is a matter of chance; together they tell
        // of each change once.
        let executions = try await scene.api.service.catalog.page(
            Query<ActivityLog>(where: .equal("activityType", ActivityType.dynamicRuleExecution)))
        #expect(
            executions.allSatisfy {
                $0.performedBy == "system" && $0.eventDateTime != nil && $0.subjectId == scene.policy
            })
        #expect(executions.reduce(0) { $0 + ($1.details.requestedToAdd ?? 0) } == 4)
        #expect(executions.reduce(0) { $0 + ($1.details.requestedToRemove ?? 0) } == 1)
        let logs = await scene.api.call("GET", "/activityLogs", beta: true).values
        #expect(
            logs.count {
                $0.text("activityType") == "dynamicRuleDeletion" && $0.text("performedBy") == "system"
            } == 2)
    }

    @Test func `a tick that finds nothing new changes nothing`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        let rule = try await make(api, policy, dynamic: true, finance)
        try await api.settle()
        let before = try await api.service.catalog.read {
            try ($0.page(Query<ProtectionUnit>()), $0.page(Query<Job>()), $0.find(InclusionRule.self, id: rule))
        }
        api.clock.turn(seconds: 600)
        try await api.settle()
        let after = try await api.service.catalog.read {
            try ($0.page(Query<ProtectionUnit>()), $0.page(Query<Job>()), $0.find(InclusionRule.self, id: rule))
        }
        #expect(before == after)
        #expect(before.0.allSatisfy { $0.status == .unprotected })
        #expect(before.0.count == 2)
    }

    @Test func `a dynamic rule that is at work is neither changed nor deleted`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        let path = "\(rules(policy))/\(try await make(api, policy, dynamic: true, finance))"
        #expect(
            await api.call("PATCH", path, ["driveExpression": expression(legal)]).code
                == "InvalidProtectionRuleStatusForUpdation")
        #expect(await api.call("DELETE", path).code == "InvalidProtectionRuleStatusForDynamicRuleDeletion")
    }

    @Test func `a new expression is applied, and what it does not choose leaves`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let path = "\(rules(policy))/\(try await make(api, policy, dynamic: true, finance))"
        try await api.settle()
        let changed = await api.call(
            "PATCH", path, ["driveExpression": expression(legal)], prefer: "include-unknown-enum-members")
        #expect(changed.status == 200)
        #expect(changed["status"]?.stringValue == "updateRequested")
        #expect(changed["driveExpression"] == expression(legal))
        #expect(await api.call("GET", path)["status"]?.stringValue == "unknownFutureValue")
        try await api.settle()
        #expect(try await api.units(of: policy) == ["diego", "grady"])
        #expect(await api.call("GET", path)["status"]?.stringValue == "completed")
    }

    private static let unknownGroup = "0a1b2c3d-0002-4000-8000-0000000000ff"

    /// Another policy that has Diego. Gives its id.
    private func policyOfDiego(_ api: ProtectionAPI) async throws -> String {
        try await api.service.catalog.write { writer in
            var other = ProtectionPolicy(
                id: "0a1b2c3d-0005-4000-8000-000000000001", workload: .oneDriveForBusiness, displayName: "Other",
                status: .inactive, retentionDays: 365, createdDateTime: Date(timeIntervalSince1970: 0))
            other.protectionMode = .standard
            try writer.insert(other)
            try writer.insert(
                ProtectionUnit(
                    id: "0a1b2c3d-0006-4000-8000-000000000001", workload: .oneDriveForBusiness,
                    sourceId: ContosoTenant.personID("diego"), status: .unprotected, protectionSources: .manual,
                    createdDateTime: Date(timeIntervalSince1970: 0)
                ).with {
                    $0.policyId = other.id
                })
            return other.id
        }
    }

    @Test func `what cannot be added is in the error`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        _ = try await policyOfDiego(api)
        let rule = try await make(api, policy, dynamic: true, finance, Self.unknownGroup)
        try await api.settle()
        let shown = await api.call("GET", "/driveInclusionRules/\(rule)")
        #expect(shown["status"]?.stringValue == "completedWithErrors")
        #expect(shown["error"]?.text("code") == "ProtectionResourcesNotFound")
        let details = shown["error"]?["details"]?.arrayValue?.map { [$0.text("code"), $0.text("target")] } ?? []
        #expect(
            details == [
                ["DirectoryObjectIdNotFound", Self.unknownGroup],
                ["ProtectionUnitAlreadyExists", ContosoTenant.personID("diego")],
            ])
        #expect(try await api.units(of: policy) == ["adele"])
    }

    @Test func `what could not be added is added when it can be`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let other = try await policyOfDiego(api)
        _ = try await make(api, policy, dynamic: true, finance, Self.unknownGroup)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele"])
        #expect(await api.call("DELETE", "/protectionPolicies/\(other)").status == 204)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego"])
    }

    // MARK: Rules for sites

    /// A policy for sites. Gives its id and the path of its rules.
    private func sitePolicy(_ api: ProtectionAPI, active: Bool = false) async throws -> (id: String, rules: String) {
        let policy = try await api.policy("sharePointProtectionPolicies", active: active)
        return (policy, "/sharePointProtectionPolicies/\(policy)/siteInclusionRules")
    }

    @Test func `site rules look at names and addresses`() async throws {
        let api = try await ProtectionAPI()
        let (policy, path) = try await sitePolicy(api, active: true)
        let made = await api.call(
            "POST", path, ["siteExpression": "((displayName -contains 'legal') -or (webUrl -contains 'HR'))"])
        #expect(made.status == 201)
        #expect(made["@odata.type"]?.stringValue == "#microsoft.graph.siteProtectionRule")
        try await api.settle()
        #expect(try await api.units(of: policy) { $0.status == .protected } == ["The Legal Team", "hr-portal"])
    }

    @Test func `site rules are static, once and for all`() async throws {
        let api = try await ProtectionAPI()
        let (_, path) = try await sitePolicy(api)
        let made = await api.call("POST", path, ["siteExpression": "displayName -contains 'legal'"])
        try await api.settle()
        #expect(
            await api.call("PATCH", "\(path)/\(made.id)", ["siteExpression": "webUrl -contains 'x'"]).code
                == "PatchNotAllowedForStaticRule")
        let refused = await api.call("POST", "\(path)/\(made.id)/deleteAndUnprotect")
        #expect(refused.status == 422)
        #expect(refused.code == "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll")
        #expect(
            await api.call("POST", path, ["siteExpression": "webUrl -contains 'x'", "isAutoApplyEnabled": true]).code
                == "InvalidInclusionRuleCreateRequest")
    }

    /// The newest of what is in the site `archive` is of 2001-09-09T01:46:40Z.
    @Test(arguments: [("2001-09-09T01:46:40Z", ["archive"]), ("2001-09-10T00:00:00Z", [])] as [(String, [String])])
    func `site rules look at the moment of the last change`(moment: String, wanted: [String]) async throws {
        let api = try await ProtectionAPI()
        let (policy, path) = try await sitePolicy(api)
        let dates = [
            ("sites/archive", 1_000_000.0), ("sites/archive/Documents/a.txt", 1_000_000_000),
            ("sites/archive/Documents", 1_000_000),
        ]
        for (place, seconds) in dates {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: seconds)],
                ofItemAtPath: api.tenant.folder.url.appending(path: place).path)
        }
        _ = await api.call(
            "POST", path,
            ["siteExpression": .string("webUrl -contains 'archive' -and lastModifiedDateTime -ge '\(moment)'")])
        try await api.settle()
        #expect(try await api.units(of: policy) == wanted)
    }

    // MARK: Refusing

    private static let groups = (0...100).map {
        "'0a1b2c3d-0002-4000-8000-" + String(repeating: "0", count: 12 - String($0).count) + "\($0)'"
    }
    private static let many = JSONValue.string("memberOf -any (group.id -in [\(groups.joined(separator: ","))])")
    private static let one = JSONValue.string("memberOf -any (group.id -in [\(groups[0])])")

    /// A refused request below the rules of a policy; `dynamic`, `static` and `unknown` stand for
    /// the ids of a dynamic rule, a static one, and none.
    struct Refused: Sendable, CustomTestStringConvertible {
        let request: String
        let body: JSONValue?
        let status: Int
        let code: String
        var testDescription: String { "\(status) \(code): \(request)" }

        init(_ status: Int, _ code: String, _ request: String, body: JSONValue? = nil) {
            (self.status, self.code, self.request, self.body) = (status, code, request, body)
        }
    }

    private static let refused = [
        Refused(400, "InvalidRuleExpression", "POST ", body: ["driveExpression": .null]),
        Refused(400, "InvalidRuleExpression", "POST ", body: [:]),
        Refused(400, "InvalidRuleExpression", "POST ", body: ["driveExpression": "members"]),
        Refused(400, "InvalidInclusionRuleCreateRequest", "POST ", body: ["driveExpression": 5]),
        Refused(400, "InvalidInclusionRuleCreateRequest", "POST ", body: ["nonsense": 5]),
        Refused(413, "InvalidRuleExpressionGroupLimitExceeded", "POST ", body: ["driveExpression": many]),
        Refused(
            400, "InvalidProtectionRulePatchRequest", "PATCH /dynamic",
            body: ["isAutoApplyEnabled": false, "driveExpression": one]),
        Refused(400, "InvalidRuleExpression", "PATCH /dynamic", body: ["driveExpression": .null]),
        Refused(400, "InvalidRuleExpression", "PATCH /dynamic", body: [:]),
        Refused(413, "InvalidRuleExpressionGroupLimitExceeded", "PATCH /dynamic", body: ["driveExpression": many]),
        Refused(400, "PatchNotAllowedForStaticRule", "PATCH /static", body: ["driveExpression": one]),
        Refused(404, "ProtectionRuleNotFound", "PATCH /unknown", body: ["driveExpression": one]),
        Refused(400, "RunNotAllowedForDynamicRule", "POST /dynamic/run"),
        Refused(
            422, "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll", "POST /static/deleteAndUnprotect"),
        Refused(404, "ProtectionRuleNotFound", "POST /unknown/run"),
        Refused(404, "ProtectionRuleNotFound", "POST /unknown/deleteAndUnprotect"),
        Refused(404, "ProtectionRuleNotFound", "DELETE /unknown"),
        Refused(404, "ProtectionRuleNotFound", "GET /unknown"),
        Refused(400, "InvalidInclusionRuleId", "GET /x"),
        Refused(400, "InvalidInclusionRuleId", "DELETE /x"),
        Refused(400, "InvalidInclusionRuleId", "POST /x/run"),
        Refused(400, "InvalidInclusionRuleId", "POST /x/deleteAndUnprotect"),
    ]

    private static let unknown = "0a1b2c3d-0007-4000-8000-000000000001"

    @Test(arguments: refused) func `a refused request says why and changes nothing`(refused: Refused) async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        let rule = try await make(api, policy, dynamic: true, finance)
        let fixed = try await make(api, policy, dynamic: false, finance)
        try await api.work()
        let before = try await api.fixture.rows()
        let parts = refused.request.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let path = parts[1].replacing("/dynamic", with: "/\(rule)").replacing("/static", with: "/\(fixed)")
            .replacing("/unknown", with: "/\(Self.unknown)")
        let answer = await api.call(parts[0], rules(policy) + path, refused.body)
        #expect(answer.status == refused.status, "\(answer)")
        #expect(answer.code == refused.code, "\(answer)")
        #expect(try await api.fixture.rows() == before)
    }

    @Test(arguments: [(unknown, "PolicyNotFound"), ("x", "InvalidPolicyId")])
    func `a rule needs a policy`(policy: String, code: String) async throws {
        let api = try await ProtectionAPI()
        let before = try await api.fixture.rows()
        #expect(await api.call("POST", rules(policy), ["driveExpression": expression(finance)]).code == code)
        #expect(try await api.fixture.rows() == before)
    }

    @Test(arguments: [
        ("PATCH", "", "InvalidProtectionRuleStatusForDynamicRuleEdit"),
        ("DELETE", "", "InvalidProtectionRuleStatusForDynamicRuleDeletion"),
        ("POST", "/deleteAndUnprotect", "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll"),
    ])
    func `a rule that is being deleted is left alone`(method: String, action: String, code: String) async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        let rule = "\(rules(policy))/\(try await make(api, policy, dynamic: true, finance))"
        try await api.work()
        #expect(await api.call("POST", "\(rule)/deleteAndUnprotect").status == 202)
        let answer = await api.call(
            method, rule + action, method == "PATCH" ? ["driveExpression": expression(legal)] : nil)
        #expect(answer.status == 422)
        #expect(answer.code == code)
    }

    @Test func `lists, counts and single rules read the same at the root and under the policy`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(active: false)
        let ids = [
            try await make(api, policy, dynamic: false, finance), try await make(api, policy, dynamic: true, legal),
        ]
        for path in ["/driveInclusionRules", rules(policy)] {
            // Both are of one moment, so their order is that of their ids.
            #expect(await api.call("GET", path).values.map { $0.text("id") } == ids.sorted())
            #expect(await api.call("GET", "\(path)/$count").text == "2")
            #expect(
                await api.call("GET", "\(path)?$filter=isAutoApplyEnabled%20eq%20true").values.map { $0.text("id") }
                    == [ids[1]])
            #expect(await api.call("GET", "\(path)/\(ids[0])")["id"]?.stringValue == ids[0])
        }
        #expect(await api.call("GET", "/siteInclusionRules").values.isEmpty)
        #expect(await api.call("GET", "/siteInclusionRules/\(ids[0])").code == "ProtectionRuleNotFound")
        for method in ["POST", "PUT"] { #expect(await api.call(method, "/driveInclusionRules", [:]).status == 405) }
        for method in ["PATCH", "DELETE"] {
            #expect(
                await api.call(method, "/driveInclusionRules/\(ids[0])", method == "PATCH" ? [:] : nil).status == 405)
        }
    }
}
