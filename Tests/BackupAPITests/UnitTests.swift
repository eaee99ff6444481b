import BackupTesting
import Catalog
import Foundation
import OData
import ObjectStorage
import Testing

@testable import ProtectionService

@Suite struct UnitTests {
    /// A protected drive that was taken out of its policy again, with its points.
    private func detached(_ api: ProtectionAPI) async throws -> (policy: String, unit: String) {
        let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        try await api.settle()
        let unit = try #require(await api.call("GET", "/driveProtectionUnits").values.first?.text("id"))
        let refused = await api.call("POST", "/protectionUnits/\(unit)/offboard")
        #expect(refused.status == 403)
        #expect(refused.code == "OperationNotAllowed")
        #expect(
            await api.call("PATCH", "/driveProtectionUnits/\(unit)", ["billingPolicyId": 7], beta: true).code
                == "OperationNotAllowed")
        let change = await api.call(
            "PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)",
            ["driveProtectionUnits@delta": [["@removed": ["reason": "changed"], "id": .string(unit)]]])
        #expect(change["driveProtectionUnits@delta"]?.arrayValue?.first?.text("status") == "removeRequested")
        try await api.settle()
        return (policy, unit)
    }

    private let evolving = "include-unknown-enum-members"

    @Test func `a deletion that nobody asked for is not called off, and a program asks for none`() async throws {
        let api = try await ProtectionAPI()
        let (_, unit) = try await detached(api)
        #expect(await api.call("POST", "/protectionUnits/\(unit)/cancelOffboard").code == "OperationNotAllowed")
        #expect(
            await api.call("POST", "/protectionUnits/\(unit)/offboard", as: ProtectionAPI.program).code
                == "accessDenied")
    }

    @Test func `offboarding can be called off`() async throws {
        let api = try await ProtectionAPI()
        let (_, unit) = try await detached(api)
        let asked = await api.call("POST", "/protectionUnits/\(unit)/offboard", prefer: evolving)
        #expect(asked.status == 200)
        #expect(asked["status"]?.stringValue == "offboardRequested")
        #expect(asked["offboardRequestedDateTime"]?.stringValue != nil)
        let back = await api.call("POST", "/protectionUnits/\(unit)/cancelOffboard", prefer: evolving)
        #expect(back.status == 200)
        #expect(back["status"]?.stringValue == "cancelOffboardRequested")
        #expect(back["offboardRequestedDateTime"] == asked["offboardRequestedDateTime"])
        try await api.settle()
        #expect(await api.call("GET", "/protectionUnits/\(unit)")["status"]?.stringValue == "unprotected")
    }

    /// Offboards a unit and lets the undo period pass.
    private func offboard(_ unit: String, _ api: ProtectionAPI) async throws {
        _ = await api.call("POST", "/protectionUnits/\(unit)/offboard")
        api.clock.turn(days: 30.1)
        try await api.settle()
    }

    @Test func `points stay while the deletion can be called off`() async throws {
        let api = try await ProtectionAPI()
        let (_, unit) = try await detached(api)
        _ = await api.call("POST", "/protectionUnits/\(unit)/offboard")
        api.clock.turn(days: 29.9)
        try await api.settle()
        #expect(try await api.service.catalog.count(Query<RestorePoint>()) == 1)
        #expect(try await !api.stores[unit].list(prefix: "").isEmpty)
    }

    @Test func `offboarding ends with the points and the repository deleted`() async throws {
        let api = try await ProtectionAPI()
        let (_, unit) = try await detached(api)
        #expect(try await !api.stores[unit].list(prefix: "").isEmpty)
        try await offboard(unit, api)
        #expect(
            await api.call("GET", "/protectionUnits/\(unit)", prefer: evolving)["status"]?.stringValue == "offboarded")
        #expect(try await api.service.catalog.count(Query<RestorePoint>()) == 0)
        #expect(try await api.service.catalog.count(Query<UnitRepository>()) == 0)
        #expect(try await api.stores[unit].list(prefix: "").isEmpty)
    }

    @Test func `the log tells of an offboarding that was called off and of one that ended`() async throws {
        let api = try await ProtectionAPI()
        let (_, unit) = try await detached(api)
        _ = await api.call("POST", "/protectionUnits/\(unit)/offboard")
        _ = await api.call("POST", "/protectionUnits/\(unit)/cancelOffboard")
        try await api.settle()
        try await offboard(unit, api)
        let logs = await api.call(
            "GET", "/activityLogs?$filter=activityType%20eq%20'protectionUnitLevelOffboarding'", beta: true
        ).values
        let counts = logs.map { log in
            ["offboardedCount", "cancelledCount"].map { log["offboardingDetails"]?[$0]?.intValue }
        }
        #expect(counts == [[1, 0], [0, 1]])
        #expect(logs.allSatisfy { $0.text("severity") == "high" })
        #expect(logs.allSatisfy { $0.text("performedBy") == "ines@contoso.example" })
        #expect(logs.allSatisfy { $0["policyId"] == .null })
    }

    @Test func `an offboarded unit can be protected again, under the same id, from the start`() async throws {
        let api = try await ProtectionAPI()
        let (policy, unit) = try await detached(api)
        try await offboard(unit, api)
        _ = await api.call(
            "PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)",
            ["driveProtectionUnits@delta": [["directoryObjectId": .string(ContosoTenant.personID("adele"))]]])
        try await api.settle()
        #expect(await api.call("GET", "/protectionUnits/\(unit)")["status"]?.stringValue == "protected")
    }

    @Test func `a unit without a policy can be charged to a billing policy, by people`() async throws {
        let api = try await ProtectionAPI()
        let (_, unit) = try await detached(api)
        let billing = "0A1B2C3D-0009-4000-8000-000000000001"
        let changed = await api.call(
            "PATCH", "/driveProtectionUnits/\(unit)", ["billingPolicyId": .string(billing)], beta: true)
        #expect(changed.status == 200)
        #expect(changed["billingPolicyId"]?.stringValue == billing.lowercased())
        #expect(
            await api.call("PATCH", "/driveProtectionUnits/\(unit)", ["billingPolicyId": "x"], beta: true).status == 400
        )
        #expect(
            await api.call(
                "PATCH", "/driveProtectionUnits/\(unit)", ["billingPolicyId": .string(billing)], beta: true,
                as: ProtectionAPI.program
            ).code == "accessDenied")
        #expect(
            await api.call("PATCH", "/siteProtectionUnits/\(unit)", ["billingPolicyId": .string(billing)], beta: true)
                .code == "ProtectionUnitNotFound")
        #expect(
            await api.call("GET", "/protectionUnits/\(unit)", beta: true)["billingPolicyId"]?.stringValue
                == billing.lowercased())
    }

    @Test func `units of a policy, casts and counts`() async throws {
        let api = try await ProtectionAPI()
        let drives: JSONValue = [
            ["directoryObjectId": .string(ContosoTenant.personID("adele"))],
            ["directoryObjectId": .string(ContosoTenant.personID("joni"))],
        ]
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": drives], active: false
        )
        _ = try await api.policy(
            "sharePointProtectionPolicies",
            ["displayName": "S", "siteProtectionUnits": [["siteId": .string(ContosoTenant.siteID)]]], active: false)
        let under = "/oneDriveForBusinessProtectionPolicies/\(policy)/driveProtectionUnits"
        let unit = try #require(await api.call("GET", under).values.first?.text("id"))
        #expect(await api.call("GET", "\(under)/$count").text == "2")
        #expect(await api.call("GET", "\(under)/\(unit)")["policyId"]?.stringValue == policy)
        #expect(
            await api.call("GET", "/sharePointProtectionPolicies/\(policy)/siteProtectionUnits").code
                == "PolicyNotFound")
        for prefix in ["graph", "microsoft.graph"] {
            #expect(await api.call("GET", "/protectionUnits/\(prefix).driveProtectionUnit").values.count == 2)
            #expect(await api.call("GET", "/protectionUnits/\(prefix).driveProtectionUnit/$count").text == "2")
            #expect(await api.call("GET", "/protectionUnits/\(prefix).siteProtectionUnit/$count").text == "1")
            #expect(await api.call("GET", "/protectionUnits/\(prefix).mailboxProtectionUnit/$count").text == "0")
            #expect(
                await api.call("GET", "/protectionUnits/\(unit)/\(prefix).driveProtectionUnit")["id"]?.stringValue
                    == unit)
            #expect(await api.call("GET", "/protectionUnits/\(unit)/\(prefix).siteProtectionUnit").status == 404)
        }
    }

    @Test func `a new retention is pending until a point is kept so long`() async throws {
        let api = try await ProtectionAPI()
        let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        try await api.settle()
        let unit = try #require(await api.call("GET", "/driveProtectionUnits").values.first?.text("id"))
        let before = await api.call("GET", "/driveProtectionUnits/\(unit)", beta: true)
        #expect(before["backupRetentionPeriodInDays"] == 365)
        #expect(before["pendingRetentionPeriodChange"] == .null)
        #expect(await api.call("GET", "/driveProtectionUnits/\(unit)")["backupRetentionPeriodInDays"] == nil)
        _ = await api.call(
            "PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)",
            ["retentionSettings": [["interval": "R/P1W", "period": "P90D"]]])
        let pending = await api.call("GET", "/driveProtectionUnits/\(unit)", beta: true)
        #expect(pending["backupRetentionPeriodInDays"] == 365)
        #expect(pending["pendingRetentionPeriodChange"]?.text("status") == "inProgress")
        #expect(pending["pendingRetentionPeriodChange"]?["targetRetentionPeriodInDays"] == 90)
        api.clock.turn(seconds: 600)
        try await api.settle()
        let after = await api.call("GET", "/driveProtectionUnits/\(unit)", beta: true)
        #expect(after["backupRetentionPeriodInDays"] == 90)
        #expect(after["pendingRetentionPeriodChange"] == .null)
    }
}
