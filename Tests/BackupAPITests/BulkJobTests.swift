import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

@Suite struct BulkJobTests {
    /// A job with three people under addresses and an id, and three entries that nobody has.
    private struct Scene {
        let api: ProtectionAPI
        let policy: String
        let made: APIAnswer
        var path: String { "/oneDriveForBusinessProtectionPolicies/\(policy)/driveProtectionUnitsBulkAdditionJobs" }
    }

    private func scene() async throws -> Scene {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let made = await api.call(
            "POST", "/oneDriveForBusinessProtectionPolicies/\(policy)/driveProtectionUnitsBulkAdditionJobs",
            [
                "displayName": "Depot",
                "drives": ["ADELE@contoso.example", "diego.mail@contoso.example", "nadja@contoso.example"],
                "directoryObjectIds": [
                    .string(ContosoTenant.personID("grady")), "0a1b2c3d-0001-4000-8000-0000000000ff", "x",
                ],
            ])
        return Scene(api: api, policy: policy, made: made)
    }

    @Test func `a job is made active under its policy`() async throws {
        let scene = try await scene()
        #expect(scene.made.status == 201)
        #expect(scene.made["status"]?.stringValue == "active")
        #expect(scene.made["drives"]?.arrayValue?.count == 3)
        #expect(scene.made.headers["Content-Location"]?.hasSuffix("\(scene.path)/\(scene.made.id)") == true)
    }

    @Test func `a job adds what it can`() async throws {
        let scene = try await scene()
        try await scene.api.settle()
        #expect(
            try await scene.api.units(of: scene.policy) { $0.status == .protected && $0.protectionSources == .manual }
                == ["adele", "diego", "grady"])
    }

    @Test func `a job names what it could not add`() async throws {
        let scene = try await scene()
        try await scene.api.settle()
        let shown = await scene.api.call("GET", "\(scene.path)/\(scene.made.id)")
        #expect(shown["status"]?.stringValue == "completedWithErrors")
        #expect(shown["error"]?.text("code") == "ProtectionResourcesNotFound")
        let details = shown["error"]?["details"]?.arrayValue?.map { [$0.text("code"), $0.text("target")] } ?? []
        #expect(
            details == [
                ["EmailNotFound", "nadja@contoso.example"],
                ["DirectoryObjectIdNotFound", "0a1b2c3d-0001-4000-8000-0000000000ff"],
                ["DirectoryObjectIdNotFound", "x"],
            ])
    }

    @Test func `a job reads the same at the root and under its policy`() async throws {
        let scene = try await scene()
        for path in [scene.path, "/driveProtectionUnitsBulkAdditionJobs"] {
            #expect(await scene.api.call("GET", path).values.map { $0.text("id") } == [scene.made.id])
            #expect(await scene.api.call("GET", "\(path)/$count").text == "1")
            #expect(
                await scene.api.call("GET", "\(path)/\(scene.made.id)")["displayName"]?.stringValue == "Depot")
        }
    }

    @Test func `sites are found by address, whatever its case and slash, and by id`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy("sharePointProtectionPolicies")
        let path = "/sharePointProtectionPolicies/\(policy)/siteProtectionUnitsBulkAdditionJobs"
        let made = await api.call(
            "POST", path,
            [
                "siteWebUrls": [
                    "https://tenant.sharepoint.example/sites/HR-Portal/",
                    "https://tenant.sharepoint.example/sites/none",
                ],
                "siteIds": [
                    .string(
                        "tenant.sharepoint.example,\(ContosoTenant.siteID),0a1b2c3d-0003-4000-8000-0000000000aa"),
                    "0a1b2c3d-0003-4000-8000-0000000000ff",
                ],
            ])
        #expect(made.status == 201)
        try await api.settle()
        let shown = await api.call("GET", "\(path)/\(made["id"]?.stringValue ?? "")")
        #expect(
            shown["error"]?["details"]?.arrayValue?.map { $0.text("code") } == ["SiteWebUrlNotFound", "SiteIdNotFound"])
        #expect(try await api.units(of: policy) == ["The Legal Team", "hr-portal"])
    }

    @Test func `mailboxes are rows until they can be backed up`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy("exchangeProtectionPolicies")
        let made = await api.call(
            "POST", "/exchangeProtectionPolicies/\(policy)/mailboxProtectionUnitsBulkAdditionJobs",
            ["mailboxes": ["joni.mail@contoso.example"]])
        #expect(made.status == 201)
        try await api.settle()
        let units = await api.call("GET", "/mailboxProtectionUnits", beta: true).values
        try #require(units.count == 1)
        #expect(units[0].text("mailboxType") == "unknown")
        #expect(units[0]["error"]?.text("code") == "UnknownError")
    }

    @Test func `lists that are empty or too long are refused, and so is what is not there`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy()
        let path = "/oneDriveForBusinessProtectionPolicies/\(policy)/driveProtectionUnitsBulkAdditionJobs"
        #expect(await api.call("POST", path, ["displayName": "x"]).code == "InvalidCreateRequest")
        #expect(await api.call("POST", path, ["drives": "x"]).code == "InvalidCreateRequest")
        #expect(await api.call("POST", path, ["displayName": "", "drives": ["a"]]).code == "InvalidDisplayName")
        let long = await api.call("POST", path, ["drives": .array((0...3000).map { .string("\($0)@contoso.example") })])
        #expect(long.status == 413)
        #expect(long.code == "ProtectionUnitsLimitBreached")
        #expect(await api.call("GET", "\(path)/0a1b2c3d-0001-4000-8000-0000000000ff").status == 404)
        #expect(await api.call("GET", "\(path)/x").status == 400)
        for method in ["PATCH", "DELETE"] {
            #expect(
                await api.call(method, "\(path)/0a1b2c3d-0001-4000-8000-0000000000ff", method == "PATCH" ? [:] : nil)
                    .status == 405)
        }
        #expect(try await api.service.catalog.count(Query<BulkAdditionJob>()) == 0)
    }
}
