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

    /// A service with a protected drive whose controller was deleted some days ago. Gives the policy.
    private func abandoned(daysAgo days: Double) async throws -> (api: ProtectionAPI, policy: String) {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "driveProtectionUnits": [adele]])
        try await api.settle()
        #expect(await api.call("DELETE", "/serviceApps/\(ProtectionAPI.app)").status == 204)
        api.clock.turn(days: days)
        try await api.settle()
        return (api, policy)
    }

    @Test func `a deleted controller loses its access at once, and the service goes on for a week`() async throws {
        let (api, policy) = try await abandoned(daysAgo: 0)
        #expect(
            await api.call("PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)", ["displayName": "Q"]).code
                == "AppNotController")
        #expect(await status(api) == "enabled")
    }

    @Test func `without a controller the service locks, and says until when`() async throws {
        let (api, _) = try await abandoned(daysAgo: 7.01)
        #expect(await status(api) == "protectionChangeLocked")
        let root = await api.call("GET", "", beta: true, prefer: "include-unknown-enum-members")
        #expect(root["serviceStatus"]?.text("disableReason") == "controllerServiceAppDeleted")
        #expect(root["serviceStatus"]?.text("gracePeriodDateTime") != nil)
        #expect(root["serviceStatus"]?.text("restoreAllowedTillDateTime") != nil)
    }

    @Test func `a locked service takes no backups`() async throws {
        let (api, _) = try await abandoned(daysAgo: 7.01)
        let points = try await api.service.catalog.count(Query<RestorePoint>())
        api.clock.turn(days: 1)
        try await api.settle()
        #expect(try await api.service.catalog.count(Query<RestorePoint>()) == points)
    }

    @Test func `a locked service ends, and takes everything with it`() async throws {
        let (api, _) = try await abandoned(daysAgo: 7.01)
        api.clock.turn(days: 15.1)
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
        let (api, _) = try await abandoned(daysAgo: 8)
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

    private func date(_ days: Double, _ api: ProtectionAPI) -> JSONValue {
        .string(api.clock.now().addingTimeInterval(days * 86_400).formatted(.iso8601))
    }

    /// A service of which another application takes control some days ahead.
    private func handingOver(days: Double = 8) async throws -> (api: ProtectionAPI, answer: APIAnswer) {
        let api = try await ProtectionAPI()
        _ = await api.call("POST", "/serviceApps", [:], as: other)
        let answer = await api.call(
            "POST", "/serviceApps/\(Self.second)/activate", ["effectiveDateTime": date(days, api)], as: other)
        return (api, answer)
    }

    private func status(of app: String, _ api: ProtectionAPI) async -> String? {
        await api.call("GET", "/serviceApps/\(app)")["status"]?.stringValue
    }

    /// Makes a policy as an application.
    private func makePolicy(_ api: ProtectionAPI, as principal: Principal = ProtectionAPI.person) async -> APIAnswer {
        await api.call("POST", "/oneDriveForBusinessProtectionPolicies", ["displayName": "X"], as: principal)
    }

    @Test(arguments: [6.0, 31]) func `a hand-over lies 7 to 30 days ahead`(days: Double) async throws {
        let (_, answer) = try await handingOver(days: days)
        #expect(answer.code == "InvalidEffectiveDateTime")
    }

    @Test func `a hand-over is pending on both sides, and the old side stays`() async throws {
        let (api, answer) = try await handingOver()
        #expect(answer.status == 202)
        #expect(answer["status"]?.stringValue == "pendingActive")
        #expect(await status(of: ProtectionAPI.app, api) == "pendingInactive")
        #expect(await api.call("DELETE", "/serviceApps/\(ProtectionAPI.app)").code == "ServiceAppActionNotAllowed")
    }

    @Test(arguments: ["/protectionUnits", "/protectionPolicies", "/serviceApps/\(second)"])
    func `an application that waits reads policies and units`(path: String) async throws {
        let (api, _) = try await handingOver()
        #expect(await api.call("GET", path, as: other).status == 200)
    }

    @Test func `an application that waits neither reads restores nor changes anything`() async throws {
        let (api, _) = try await handingOver()
        #expect(await api.call("GET", "/restoreSessions", as: other).code == "accessDenied")
        #expect(await api.call("GET", "/restoreSessions").status == 200)
        #expect(await makePolicy(api, as: other).code == "AppNotController")
    }

    @Test func `a hand-over can be called off before its date`() async throws {
        let (api, _) = try await handingOver()
        #expect(
            await api.call("POST", "/serviceApps/\(Self.second)/deactivate", as: other)["status"]?.stringValue
                == "inactive")
        #expect(await status(of: ProtectionAPI.app, api) == "active")
        #expect(
            await api.call("POST", "/serviceApps/\(ProtectionAPI.app)/deactivate").code == "ServiceAppActionNotAllowed")
    }

    @Test func `a hand-over comes on its date`() async throws {
        let (api, _) = try await handingOver()
        api.clock.turn(days: 7.9)
        try await api.settle()
        #expect(await makePolicy(api).status == 201)
        api.clock.turn(days: 0.2)
        try await api.settle()
        #expect(await status(of: Self.second, api) == "active")
        #expect(await status(of: ProtectionAPI.app, api) == "inactive")
        #expect(await makePolicy(api).code == "AppNotController")
        #expect(await makePolicy(api, as: other).status == 201)
    }
}
