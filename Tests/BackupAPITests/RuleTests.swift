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

    @Test func `a static rule adds the members of its groups once, as if by hand`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let made = await api.call("POST", rules(policy), ["driveExpression": expression(finance)])
        #expect(made.status == 201)
        #expect(made["status"]?.stringValue == "active")
        #expect(made["isAutoApplyEnabled"] == .bool(false))
        #expect(made["error"] == .null)
        let id = try #require(made["id"]?.stringValue)
        let place = "https://backup.example/v1.0/solutions/backupRestore\(rules(policy))('\(id)')"
        #expect(made.headers["Content-Location"] == place)
        #expect(made.headers["Location"] == place)
        try await api.settle()
        #expect(await status(api, id) == "completed")
        #expect(
            try await api.units(of: policy) { $0.status == .protected && $0.protectionSources == .manual } == [
                "adele", "diego",
            ])

        try api.tenant.setGroups(finance: ["joni"], legal: [])
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego"])

        let again = await api.call("POST", "\(rules(policy))/\(id)/run")
        #expect(again.status == 202)
        #expect(again["status"]?.stringValue == "active")
        #expect(again.headers["Content-Location"]?.contains(id) == true)
        #expect(await api.call("POST", "\(rules(policy))/\(id)/run").code == "ProtectionRuleActionNotAllowed")
        #expect(await api.call("DELETE", "\(rules(policy))/\(id)").code == "InvalidProtectionRuleStatusForDeletion")
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego", "joni"])
        #expect(await api.call("DELETE", "\(rules(policy))/\(id)").status == 204)
        #expect(await api.call("GET", "\(rules(policy))/\(id)").code == "ProtectionRuleNotFound")
        #expect(try await api.units(of: policy) == ["adele", "diego", "joni"])
    }

    @Test func `a dynamic rule follows its groups, and only what nobody else holds leaves`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies",
            [
                "displayName": "P",
                "driveProtectionUnits": [["directoryObjectId": .string(ContosoTenant.personID("adele"))]],
            ])
        let first = try await make(api, policy, dynamic: true, finance)
        let second = try await make(api, policy, dynamic: true, legal)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego", "grady"])
        #expect(try await api.units(of: policy) { $0.protectionSources == [.manual, .dynamicRule] } == ["adele"])
        let unit = try #require(
            try await api.service.catalog.page(Query<ProtectionUnit>(where: .equal("policyId", policy))).first {
                $0.signInName == "grady@contoso.example"
            })
        let shown = await api.call("GET", "/driveProtectionUnits/\(unit.id)")
        #expect(shown["protectionSources"]?.stringValue == "dynamicRule")
        #expect(shown["status"]?.stringValue == "protected")

        let byHand = await api.call(
            "PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)",
            [
                "driveProtectionUnits@delta": [["@removed": ["reason": "changed"], "id": .string(unit.id)]]
            ])
        #expect(byHand.status == 400)
        #expect(byHand.code == "ProtectionUnitActionNotAllowed")

        // Diego leaves both groups, Adele leaves one but was added by hand, Joni joins.
        try api.tenant.setGroups(finance: ["joni"], legal: ["grady"])
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "grady", "joni"])
        #expect(try await api.units(of: policy) { $0.protectionSources == .manual } == ["adele"])
        let diego = try #require(
            try await api.service.catalog.page(Query<ProtectionUnit>()).first {
                $0.signInName == "diego@contoso.example"
            }
        )
        #expect(diego.policyId == nil)
        #expect(diego.status == .unprotected)
        #expect(diego.protectionSources == [])

        // Deleting keeps the units, as manual ones; deleting with the protection lets them go.
        #expect(await api.call("DELETE", "\(rules(policy))/\(first)").status == 204)
        #expect(try await api.units(of: policy) { $0.protectionSources == .manual } == ["adele", "joni"])
        let gone = await api.call(
            "POST", "\(rules(policy))/\(second)/deleteAndUnprotect", prefer: "include-unknown-enum-members")
        #expect(gone.status == 202)
        #expect(gone["status"]?.stringValue == "deleteRequested")
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "joni"])
        #expect(await api.call("GET", "\(rules(policy))/\(second)").code == "ProtectionRuleNotFound")
        #expect(await api.call("GET", "/protectionPolicies/\(policy)")["status"]?.stringValue == "active")
        let logs = await api.call("GET", "/activityLogs", beta: true).values.map {
            ($0.text("activityType"), $0.text("performedBy"))
        }
        // Which of the two rules lets Diego go last is a matter of chance; together they tell
        // of each change once.
        let executions = try await api.service.catalog.page(
            Query<ActivityLog>(where: .equal("activityType", ActivityType.dynamicRuleExecution)))
        #expect(
            executions.allSatisfy { $0.performedBy == "system" && $0.eventDateTime != nil && $0.subjectId == policy })
        #expect(executions.reduce(0) { $0 + ($1.details.requestedToAdd ?? 0) } == 4)
        #expect(executions.reduce(0) { $0 + ($1.details.requestedToRemove ?? 0) } == 1)
        #expect(logs.count { $0.0 == "dynamicRuleDeletion" && $0.1 == "system" } == 2)
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

    @Test func `a new expression is applied, and what it does not choose leaves`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let rule = try await make(api, policy, dynamic: true, finance)
        let path = "\(rules(policy))/\(rule)"
        #expect(
            await api.call("PATCH", path, ["driveExpression": expression(legal)]).code
                == "InvalidProtectionRuleStatusForUpdation")
        #expect(await api.call("DELETE", path).code == "InvalidProtectionRuleStatusForDynamicRuleDeletion")
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

    @Test func `what cannot be added is in the error, and added when it can be`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let unknown = "0a1b2c3d-0002-4000-8000-0000000000ff"
        let other = try await api.service.catalog.write { writer in
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
        let rule = try await make(api, policy, dynamic: true, finance, unknown)
        try await api.settle()
        let shown = await api.call("GET", "/driveInclusionRules/\(rule)")
        #expect(shown["status"]?.stringValue == "completedWithErrors")
        #expect(shown["error"]?.text("code") == "ProtectionResourcesNotFound")
        let details = shown["error"]?["details"]?.arrayValue?.map { [$0.text("code"), $0.text("target")] } ?? []
        #expect(
            details == [
                ["DirectoryObjectIdNotFound", unknown],
                ["ProtectionUnitAlreadyExists", ContosoTenant.personID("diego")],
            ])
        #expect(try await api.units(of: policy) == ["adele"])
        #expect(await api.call("DELETE", "/protectionPolicies/\(other)").status == 204)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego"])
    }

    @Test func `site rules look at names, addresses and dates, once`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy("sharePointProtectionPolicies")
        let path = "/sharePointProtectionPolicies/\(policy)/siteInclusionRules"
        let made = await api.call(
            "POST", path, ["siteExpression": "((displayName -contains 'legal') -or (webUrl -contains 'HR'))"])
        #expect(made.status == 201)
        #expect(made["@odata.type"]?.stringValue == "#microsoft.graph.siteProtectionRule")
        let id = try #require(made["id"]?.stringValue)
        try await api.settle()
        #expect(try await api.units(of: policy) { $0.status == .protected } == ["The Legal Team", "hr-portal"])
        #expect(
            await api.call("PATCH", "\(path)/\(id)", ["siteExpression": "webUrl -contains 'x'"]).code
                == "PatchNotAllowedForStaticRule")
        let refused = await api.call("POST", "\(path)/\(id)/deleteAndUnprotect")
        #expect(refused.status == 422)
        #expect(refused.code == "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll")
        #expect(
            await api.call("POST", path, ["siteExpression": "webUrl -contains 'x'", "isAutoApplyEnabled": true]).code
                == "InvalidInclusionRuleCreateRequest")

        let file = api.tenant.folder.url.appending(path: "sites/archive/Documents/a.txt").path
        for folder in ["sites/archive/Documents", "sites/archive"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
                ofItemAtPath: api.tenant.folder.url.appending(path: folder).path)
        }
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: file)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000)],
            ofItemAtPath: api.tenant.folder.url.appending(path: "sites/archive/Documents").path)
        _ = await api.call(
            "POST", path,
            ["siteExpression": "webUrl -contains 'archive' -and lastModifiedDateTime -ge '2001-09-10T00:00:00Z'"])
        try await api.settle()
        #expect(try await api.units(of: policy) == ["The Legal Team", "hr-portal"])
        _ = await api.call(
            "POST", path,
            ["siteExpression": "webUrl -contains 'archive' -and lastModifiedDateTime -ge '2001-09-09T01:46:40Z'"])
        try await api.settle()
        #expect(try await api.units(of: policy) == ["The Legal Team", "archive", "hr-portal"])
    }

    @Test func `refused requests say why and change nothing`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let rule = try await make(api, policy, dynamic: true, finance)
        let fixed = try await make(api, policy, dynamic: false, finance)
        try await api.settle()
        let before = try await api.service.catalog.page(Query<InclusionRule>())
        let ids = (0...100).map {
            "0a1b2c3d-0002-4000-8000-" + String(repeating: "0", count: 12 - String($0).count) + "\($0)"
        }
        let many = JSONValue.string("memberOf -any (group.id -in [\(ids.map { "'\($0)'" }.joined(separator: ","))])")
        let unknown = "0a1b2c3d-0007-4000-8000-000000000001"
        let cases: [(String, String, JSONValue?, Int, String)] = [
            ("POST", "", ["driveExpression": .null], 400, "InvalidRuleExpression"),
            ("POST", "", [:], 400, "InvalidRuleExpression"),
            ("POST", "", ["driveExpression": "members"], 400, "InvalidRuleExpression"),
            ("POST", "", ["driveExpression": 5], 400, "InvalidInclusionRuleCreateRequest"),
            ("POST", "", ["nonsense": 5], 400, "InvalidInclusionRuleCreateRequest"),
            ("POST", "", ["driveExpression": many], 413, "InvalidRuleExpressionGroupLimitExceeded"),
            (
                "PATCH", "/\(rule)", ["isAutoApplyEnabled": false, "driveExpression": expression(legal)], 400,
                "InvalidProtectionRulePatchRequest"
            ),
            ("PATCH", "/\(rule)", ["driveExpression": .null], 400, "InvalidRuleExpression"),
            ("PATCH", "/\(rule)", [:], 400, "InvalidRuleExpression"),
            ("PATCH", "/\(rule)", ["driveExpression": many], 413, "InvalidRuleExpressionGroupLimitExceeded"),
            ("PATCH", "/\(fixed)", ["driveExpression": expression(legal)], 400, "PatchNotAllowedForStaticRule"),
            ("PATCH", "/\(unknown)", ["driveExpression": expression(legal)], 404, "ProtectionRuleNotFound"),
            ("POST", "/\(rule)/run", nil, 400, "RunNotAllowedForDynamicRule"),
            (
                "POST", "/\(fixed)/deleteAndUnprotect", nil, 422,
                "InvalidProtectionRuleStatusForDynamicRuleDeleteAndUnprotectAll"
            ),
            ("POST", "/\(unknown)/run", nil, 404, "ProtectionRuleNotFound"),
            ("POST", "/\(unknown)/deleteAndUnprotect", nil, 404, "ProtectionRuleNotFound"),
            ("DELETE", "/\(unknown)", nil, 404, "ProtectionRuleNotFound"),
            ("GET", "/\(unknown)", nil, 404, "ProtectionRuleNotFound"),
            ("GET", "/x", nil, 400, "InvalidInclusionRuleId"),
            ("DELETE", "/x", nil, 400, "InvalidInclusionRuleId"),
            ("POST", "/x/run", nil, 400, "InvalidInclusionRuleId"),
            ("POST", "/x/deleteAndUnprotect", nil, 400, "InvalidInclusionRuleId"),
        ]
        for (method, path, body, status, code) in cases {
            let answer = await api.call(method, rules(policy) + path, body)
            #expect(answer.status == status, "\(method) \(path): \(answer)")
            #expect(answer.code == code, "\(method) \(path): \(answer)")
        }
        #expect(
            await api.call("POST", rules(unknown), ["driveExpression": expression(finance)]).code == "PolicyNotFound")
        #expect(await api.call("POST", rules("x"), ["driveExpression": expression(finance)]).code == "InvalidPolicyId")
        #expect(try await api.service.catalog.page(Query<InclusionRule>()) == before)

        let going = await api.call("POST", "\(rules(policy))/\(rule)/deleteAndUnprotect")
        #expect(going.status == 202)
        let late = await api.call("PATCH", "\(rules(policy))/\(rule)", ["driveExpression": expression(legal)])
        #expect(late.status == 422)
        #expect(late.code == "InvalidProtectionRuleStatusForDynamicRuleEdit")
        let deletion = await api.call("DELETE", "\(rules(policy))/\(rule)")
        #expect(deletion.status == 422)
        #expect(deletion.code == "InvalidProtectionRuleStatusForDynamicRuleDeletion")
        let twice = await api.call("POST", "\(rules(policy))/\(rule)/deleteAndUnprotect")
        #expect(twice.status == 422)
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
