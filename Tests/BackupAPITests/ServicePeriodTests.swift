import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

@Suite struct ServicePeriodTests {
    private static let second = "3f1c2d4e-0000-4000-8000-0000000000bb"
    private let other = Principal(
        applicationID: second, applicationName: "Other",
        user: .init(id: "0a1b2c3d-0001-4000-8000-000000000008", displayName: "Ben", email: "ben@contoso.example"),
        permissions: GraphPermission.all)
    private let adele: JSONValue = ["directoryObjectId": .string(ContosoTenant.personID("adele"))]

    private func status(_ api: ProtectionAPI) async -> String? {
        await api.call("GET", "")["serviceStatus"]?.text("status")
    }

    @Test func `without a controller the service locks, then ends, and takes everything with it`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        try await api.settle()
        #expect(await api.call("DELETE", "/serviceApps/\(ProtectionAPI.app)").status == 204)
        #expect(
            await api.call("PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)", ["displayName": "Q"]).code
                == "AppNotController")
        #expect(await status(api) == "enabled")
        api.clock.turn(days: 7.01)
        try await api.settle()
        #expect(await status(api) == "protectionChangeLocked")
        let root = await api.call("GET", "", beta: true, prefer: "include-unknown-enum-members")
        #expect(root["serviceStatus"]?.text("disableReason") == "controllerServiceAppDeleted")
        #expect(root["serviceStatus"]?.text("gracePeriodDateTime") != nil)
        #expect(root["serviceStatus"]?.text("restoreAllowedTillDateTime") != nil)
        let points = try await api.service.catalog.count(Query<RestorePoint>())
        api.clock.turn(days: 1)
        try await api.settle()
        #expect(
            try await api.service.catalog.count(Query<RestorePoint>()) == points,
            "no backups while the service is locked")
        api.clock.turn(days: 14.1)
        try await api.settle()
        #expect(await status(api) == "restoreLocked")
        api.clock.turn(days: 15)
        try await api.settle()
        #expect(await status(api) == "disabled")
        #expect(try await api.service.catalog.count(Query<ProtectionPolicy>()) == 0)
        #expect(try await api.service.catalog.count(Query<RestorePoint>()) == 0)
        #expect(try await api.service.catalog.count(Query<UnitRepository>()) == 0)
        #expect(try await api.service.catalog.page(Query<ProtectionUnit>()).map(\.status) == [.offboarded])
    }

    @Test func `another application takes over a locked service at once, and nothing is lost`() async throws {
        let api = try await ProtectionAPI()
        _ = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        try await api.settle()
        _ = await api.call("DELETE", "/serviceApps/\(ProtectionAPI.app)")
        api.clock.turn(days: 8)
        try await api.settle()
        #expect(await status(api) == "protectionChangeLocked")
        #expect(await api.call("POST", "/serviceApps", [:], as: other).status == 201)
        let active = await api.call("POST", "/serviceApps/\(Self.second)/activate", [:], as: other)
        #expect(active.status == 202)
        #expect(active["status"]?.stringValue == "active")
        #expect(
            await api.call("POST", "/enable", ["appOwnerTenantId": "9a1b2c3d-0000-4000-8000-000000000001"], as: other)[
                "status"]?.stringValue == "enabled")
        let points = try await api.service.catalog.count(Query<RestorePoint>())
        try await api.settle()
        #expect(try await api.service.catalog.count(Query<RestorePoint>()) == points + 1)
    }

    @Test func `the hand-over of the controller comes on its date, and can be called off before`() async throws {
        let api = try await ProtectionAPI()
        _ = await api.call("POST", "/serviceApps", [:], as: other)
        func date(_ days: Double) -> JSONValue {
            .string(api.clock.now().addingTimeInterval(days * 86_400).formatted(.iso8601))
        }
        #expect(
            await api.call("POST", "/serviceApps/\(Self.second)/activate", ["effectiveDateTime": date(6)], as: other)
                .code == "InvalidEffectiveDateTime")
        #expect(
            await api.call("POST", "/serviceApps/\(Self.second)/activate", ["effectiveDateTime": date(31)], as: other)
                .code == "InvalidEffectiveDateTime")
        let pending = await api.call(
            "POST", "/serviceApps/\(Self.second)/activate", ["effectiveDateTime": date(8)], as: other)
        #expect(pending.status == 202)
        #expect(pending["status"]?.stringValue == "pendingActive")
        #expect(await api.call("GET", "/serviceApps/\(ProtectionAPI.app)")["status"]?.stringValue == "pendingInactive")
        #expect(await api.call("DELETE", "/serviceApps/\(ProtectionAPI.app)").code == "ServiceAppActionNotAllowed")
        #expect(await api.call("GET", "/protectionUnits", as: other).status == 200)
        #expect(await api.call("GET", "/protectionPolicies", as: other).status == 200)
        #expect(await api.call("GET", "/serviceApps/\(Self.second)", as: other).status == 200)
        #expect(await api.call("GET", "/restoreSessions", as: other).code == "accessDenied")
        #expect(await api.call("GET", "/restoreSessions").status == 200)
        #expect(
            await api.call("POST", "/oneDriveForBusinessProtectionPolicies", ["displayName": "X"], as: other).code
                == "AppNotController")
        #expect(
            await api.call("POST", "/serviceApps/\(Self.second)/deactivate", as: other)["status"]?.stringValue
                == "inactive")
        #expect(await api.call("GET", "/serviceApps/\(ProtectionAPI.app)")["status"]?.stringValue == "active")
        #expect(
            await api.call("POST", "/serviceApps/\(ProtectionAPI.app)/deactivate").code == "ServiceAppActionNotAllowed")

        _ = await api.call("POST", "/serviceApps/\(Self.second)/activate", ["effectiveDateTime": date(8)], as: other)
        api.clock.turn(days: 7.9)
        try await api.settle()
        #expect(await api.call("POST", "/oneDriveForBusinessProtectionPolicies", ["displayName": "X"]).status == 201)
        api.clock.turn(days: 0.2)
        try await api.settle()
        #expect(await api.call("GET", "/serviceApps/\(Self.second)")["status"]?.stringValue == "active")
        #expect(await api.call("GET", "/serviceApps/\(ProtectionAPI.app)")["status"]?.stringValue == "inactive")
        #expect(
            await api.call("POST", "/oneDriveForBusinessProtectionPolicies", ["displayName": "Y"]).code
                == "AppNotController")
        #expect(
            await api.call("POST", "/oneDriveForBusinessProtectionPolicies", ["displayName": "Y"], as: other).status
                == 201)
    }
}
