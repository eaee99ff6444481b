import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

@Suite struct ExclusionTests {
    private let policies = "/oneDriveForBusinessProtectionPolicies"

    private func key(_ name: String) -> JSONValue { ["directoryObjectId": .string(ContosoTenant.personID(name))] }

    /// A policy that covers its whole workload, on, with everybody protected.
    private func covering(_ api: ProtectionAPI) async throws -> String {
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": "fullServiceBackup"],
            active: false)
        let moved = await api.call("POST", "/protectionPolicies/\(policy)/activate")
        #expect(moved.status == 202)
        #expect(moved["status"]?.stringValue == "updating")
        try await api.settle()
        return policy
    }

    /// Excludes people from a policy. Gives the entries of the answer.
    private func exclude(_ people: [String], _ policy: String, _ api: ProtectionAPI) async throws -> [JSONValue] {
        let changed = await api.call(
            "PATCH", "\(policies)/\(policy)", ["driveExclusionUnits@delta": .array(people.map(key))], beta: true)
        #expect(changed.status == 200, "\(changed)")
        try await api.settle()
        return changed["driveExclusionUnits@delta"]?.arrayValue ?? []
    }

    @Test func `a policy over a whole workload covers it and follows what is new`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await covering(api)
        #expect(try await api.units(of: policy) { $0.status == .protected } == ["adele", "diego", "grady", "joni"])
        #expect(await api.call("GET", "/protectionPolicies/\(policy)")["status"]?.stringValue == "active")
        try api.tenant.addPerson("nadja")
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await api.units(of: policy).contains("nadja"))
    }

    @Test func `an exclusion names whom it is of, and takes the unit out`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await covering(api)
        let entries = try await exclude(["adele", "joni"], policy, api)
        #expect(
            entries.map { $0.text("@odata.type") } == [
                "#microsoft.graph.driveExclusionUnit", "#microsoft.graph.driveExclusionUnit",
            ])
        #expect(entries.map { $0.text("email") } == ["adele.mail@contoso.example", "joni.mail@contoso.example"])
        #expect(try await api.units(of: policy) == ["diego", "grady"])
        #expect(await api.call("GET", "/protectionPolicies/\(policy)")["status"]?.stringValue == "active")
    }

    @Test func `whoever is excluded is not added by hand`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await covering(api)
        _ = try await exclude(["adele"], policy, api)
        let again = await api.call("PATCH", "\(policies)/\(policy)", ["driveProtectionUnits@delta": [key("adele")]])
        #expect(
            again["driveProtectionUnits@delta"]?.arrayValue?.first?["@Core.DataModificationException"]?["info"]?.text(
                "code") == "OperationNotAllowed")
    }

    @Test(arguments: ["", "/graph.driveExclusionUnit"])
    func `exclusions of all kinds are listed and counted in the preview only`(cast: String) async throws {
        try await expectLists("/exclusionUnits\(cast)")
    }

    @Test(arguments: [false, true])
    func `exclusions of drives are listed at the root and under their policy`(isUnderPolicy: Bool) async throws {
        try await expectLists("/driveExclusionUnits", isUnderPolicy: isUnderPolicy)
    }

    private func expectLists(_ list: String, isUnderPolicy: Bool = false) async throws {
        let api = try await ProtectionAPI()
        let policy = try await covering(api)
        let excluded = try #require(try await exclude(["adele", "joni"], policy, api).first?.text("id"))
        let path = isUnderPolicy ? "\(policies)/\(policy)\(list)" : list
        #expect(await api.call("GET", path, beta: true).values.count == 2)
        #expect(await api.call("GET", "\(path)/$count", beta: true).text == "2")
        if !path.contains("graph.") {
            #expect(await api.call("GET", "\(path)/\(excluded)", beta: true)["policyId"]?.stringValue == policy)
        }
        #expect(await api.call("GET", path).status == 404)
    }

    @Test func `whoever is not excluded any more is covered again`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await covering(api)
        let excluded = try #require(try await exclude(["adele", "joni"], policy, api).first?.text("id"))
        _ = await api.call(
            "PATCH", "\(policies)/\(policy)",
            ["driveExclusionUnits@delta": [["@removed": ["reason": "changed"], "id": .string(excluded)]]], beta: true)
        try await api.settle()
        #expect(try await api.units(of: policy) == ["adele", "diego", "grady"])
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

    private static func people(_ count: Int) -> JSONValue {
        .array((0..<count).map { ["directoryObjectId": .string("0a1b2c3d-0001-4000-8000-0000000001\($0 + 10)")] })
    }

    private static let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]

    @Test(
        arguments: [
            ("standard", [adele], "InvalidExclusionRequest"), ("fullServiceBackup", [], "InvalidExclusionRequest"),
            ("fullServiceBackup", [adele, adele], "InvalidExclusionRequest"),
            ("fullServiceBackup", ["adele"], "BadRequest"),
            ("fullServiceBackup", people(51), "InvalidExclusionRequest"),
        ] as [(String, JSONValue, String)])
    func `exclusions that make no sense are refused and change nothing`(
        mode: String, delta: JSONValue, code: String
    ) async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": .string(mode)],
            active: false)
        let before = try await api.fixture.rows()
        let answer = await api.call(
            "PATCH", "\(policies)/\(policy)", ["displayName": "other", "driveExclusionUnits@delta": delta], beta: true)
        #expect(answer.status == 400)
        #expect(answer.code == code)
        #expect(try await api.fixture.rows() == before)
    }

    @Test(
        arguments: [
            ("fullServiceBackup", ["drives": ["a"]]), ("fullServiceBackup", ["displayName": "x", "drives": []]),
            ("standard", ["displayName": "x", "drives": ["a"]]),
        ] as [(String, JSONValue)])
    func `a list of exclusions that makes no sense is refused`(mode: String, body: JSONValue) async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": .string(mode)],
            active: false)
        let before = try await api.fixture.rows()
        let jobs = "\(policies)/\(policy)/driveExclusionUnitsBulkAdditionJobs"
        #expect(await api.call("POST", jobs, body, beta: true).code == "InvalidExclusionRequest")
        #expect(try await api.fixture.rows() == before)
    }

    @Test func `a policy over a whole workload has no rules`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "All", "protectionMode": "fullServiceBackup"],
            active: false)
        #expect(
            await api.call("POST", "\(policies)/\(policy)/driveInclusionRules", ["driveExpression": "x"]).code
                == "InvalidInclusionRuleCreateRequest")
    }
}
