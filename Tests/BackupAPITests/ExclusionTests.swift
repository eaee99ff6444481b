import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

@Suite struct ExclusionTests {
    private let policies = "/oneDriveForBusinessProtectionPolicies"

    private func key(_ name: String) -> JSONValue { ["directoryObjectId": .string(ContosoTenant.personID(name))] }

    @Test func `a policy over a whole workload covers it, follows what is new, and leaves out what is excluded`()
        async throws
    {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": "fullServiceBackup"],
            active: false)
        let moved = await api.call("POST", "/protectionPolicies/\(policy)/activate")
        #expect(moved.status == 202)
        #expect(moved["status"]?.stringValue == "updating")
        try await api.settle()
        #expect(try await api.units(of: policy) { $0.status == .protected } == ["adele", "diego", "grady", "joni"])
        #expect(await api.call("GET", "/protectionPolicies/\(policy)")["status"]?.stringValue == "active")

        try api.tenant.addPerson("nadja")
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await api.units(of: policy).contains("nadja"))

        let changed = await api.call(
            "PATCH", "\(policies)/\(policy)", ["driveExclusionUnits@delta": [key("adele"), key("joni")]], beta: true)
        #expect(changed.status == 200, "\(changed)")
        let entries = changed["driveExclusionUnits@delta"]?.arrayValue ?? []
        #expect(
            entries.map { $0.text("@odata.type") } == [
                "#microsoft.graph.driveExclusionUnit", "#microsoft.graph.driveExclusionUnit",
            ])
        #expect(entries.map { $0.text("email") } == ["adele.mail@contoso.example", "joni.mail@contoso.example"])
        try await api.settle()
        #expect(try await api.units(of: policy) == ["diego", "grady", "nadja"])
        #expect(await api.call("GET", "/protectionPolicies/\(policy)")["status"]?.stringValue == "active")
        let again = await api.call("PATCH", "\(policies)/\(policy)", ["driveProtectionUnits@delta": [key("adele")]])
        #expect(
            again["driveProtectionUnits@delta"]?.arrayValue?.first?["@Core.DataModificationException"]?["info"]?.text(
                "code") == "OperationNotAllowed")

        let excluded = try #require(entries[0].text("id"))
        for path in [
            "/exclusionUnits", "/exclusionUnits/graph.driveExclusionUnit", "/driveExclusionUnits",
            "\(policies)/\(policy)/driveExclusionUnits",
        ] {
            #expect(await api.call("GET", path, beta: true).values.count == 2, "\(path)")
            #expect(await api.call("GET", "\(path)/$count", beta: true).text == "2")
            if !path.contains("graph.") {
                #expect(await api.call("GET", "\(path)/\(excluded)", beta: true)["policyId"]?.stringValue == policy)
            }
            #expect(await api.call("GET", path).status == 404)
        }
        _ = await api.call(
            "PATCH", "\(policies)/\(policy)",
            ["driveExclusionUnits@delta": [["@removed": ["reason": "changed"], "id": .string(excluded)]]], beta: true)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego", "grady", "nadja"])
    }

    @Test func `a job excludes a list, and does not tell it again`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": "fullServiceBackup"])
        try await api.settle()
        let path = "\(policies)/\(policy)/driveExclusionUnitsBulkAdditionJobs"
        let made = await api.call(
            "POST", path,
            ["displayName": "Test accounts", "drives": ["grady@contoso.example", "nobody@contoso.example"]], beta: true)
        #expect(made.status == 201, "\(made)")
        #expect(made["drives"] == .array([]), "\(made)")
        #expect(made["status"]?.stringValue == "active", "\(made)")
        try await api.settle()
        let shown = await api.call("GET", "\(path)/\(made["id"]?.stringValue ?? "")", beta: true)
        #expect(shown["status"]?.stringValue == "completedWithErrors")
        #expect(shown["drives"] == nil)
        #expect(shown["error"]?["details"]?.arrayValue?.map { $0.text("target") } == ["nobody@contoso.example"])
        #expect(try await api.units(of: policy) == ["adele", "diego", "joni"])
        #expect(await api.call("GET", "/driveExclusionUnitsBulkAdditionJobs/$count", beta: true).text == "1")
        #expect(await api.call("GET", "/driveProtectionUnitsBulkAdditionJobs/$count", beta: true).text == "0")
    }

    @Test func `exclusions that make no sense are refused and change nothing`() async throws {
        let api = try await ProtectionAPI()
        let standard = try await api.policy("oneDriveForBusinessProtectionPolicies", active: false)
        let whole = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": "fullServiceBackup"],
            active: false)
        func refusal(_ policy: String, _ delta: JSONValue) async -> [String?] {
            let answer = await api.call(
                "PATCH", "\(policies)/\(policy)", ["displayName": "other", "driveExclusionUnits@delta": delta],
                beta: true)
            return ["\(answer.status)", answer.code]
        }
        #expect(await refusal(standard, [key("adele")]) == ["400", "InvalidExclusionRequest"])
        #expect(await refusal(whole, []) == ["400", "InvalidExclusionRequest"])
        #expect(await refusal(whole, [key("adele"), key("adele")]) == ["400", "InvalidExclusionRequest"])
        #expect(await refusal(whole, ["adele"]) == ["400", "BadRequest"])
        #expect(
            await refusal(
                whole,
                .array((0...50).map { ["directoryObjectId": .string("0a1b2c3d-0001-4000-8000-0000000001\($0 + 10)")] }))
                == ["400", "InvalidExclusionRequest"])
        let jobs = "\(policies)/\(whole)/driveExclusionUnitsBulkAdditionJobs"
        #expect(await api.call("POST", jobs, ["drives": ["a"]], beta: true).code == "InvalidExclusionRequest")
        #expect(
            await api.call("POST", jobs, ["displayName": "x", "drives": []], beta: true).code
                == "InvalidExclusionRequest")
        #expect(
            await api.call(
                "POST", "\(policies)/\(standard)/driveExclusionUnitsBulkAdditionJobs",
                ["displayName": "x", "drives": ["a"]], beta: true
            ).code == "InvalidExclusionRequest")
        #expect(
            await api.call("POST", "\(policies)/\(whole)/driveInclusionRules", ["driveExpression": "x"]).code
                == "InvalidInclusionRuleCreateRequest")
        #expect(try await api.service.catalog.count(Query<ExclusionUnit>()) == 0)
        #expect(try await api.service.catalog.page(Query<ProtectionPolicy>()).allSatisfy { $0.displayName != "other" })
    }
}
