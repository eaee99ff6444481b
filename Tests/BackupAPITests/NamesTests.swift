@testable import ProtectionService
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import BackupWork

/// Units show the names that the directory has now.
@Suite struct NamesTests {
    private static let adele = ContosoTenant.personID("adele")

    /// A directory in which Adele is called so, or is not there.
    private func write(
        _ api: ProtectionAPI, _ name: String?, mail: String? = nil, site: String = "The Legal Team"
    ) throws {
        var users = ["diego", "grady"].map {
            #"{"id": "\#(ContosoTenant.personID($0))", "userPrincipalName": "\#($0)@contoso.example"}"#
        }
        if let name {
            let address = mail.map { #", "mail": "\#($0)""# } ?? ""
            users.append(
                #"""
                {"id": "\#(Self.adele)", "userPrincipalName": "adele@contoso.example", "displayName": \#
                "\#(name)"\#(address)}
                """#
            )
        } else {
            try FileManager.default.removeItem(
                at: api.tenant.folder.url.appending(path: "drives/adele@contoso.example"))
            try FileManager.default.removeItem(
                at: api.tenant.folder.url.appending(path: "mailboxes/adele@contoso.example"))
        }
        try api.tenant.write(
            "directory.json",
            """
            {"tenantId": "\(ContosoTenant.id)", "users": [\(users.joined(separator: ", "))],
             "sites": [{"id": "\(ContosoTenant.siteID)", "name": "team", "displayName": "\(site)"}]}
            """)
    }

    private func protect(_ api: ProtectionAPI) async throws {
        _ = try await api.policy(
            "oneDriveForBusinessProtectionPolicies",
            ["displayName": "P", "driveProtectionUnits": [["directoryObjectId": .string(Self.adele)]]])
        _ = try await api.policy(
            "sharePointProtectionPolicies",
            ["displayName": "S", "siteProtectionUnits": [["siteId": .string(ContosoTenant.siteID)]]])
        try await api.settle()
    }

    private func drive(_ api: ProtectionAPI) async throws -> JSONValue {
        try #require(await api.call("GET", "/driveProtectionUnits").values.first)
    }

    @Test func `a person who is called otherwise is shown so, and found so, within a cadence`() async throws {
        let api = try await ProtectionAPI()
        try await protect(api)
        #expect(try await drive(api).text("displayName") == "Adele")
        try write(api, "Adele Vance", mail: "vance@contoso.example", site: "Law")
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await drive(api).text("displayName") == "Adele Vance")
        #expect(try await drive(api).text("email") == "vance@contoso.example")
        #expect(
            await api.call("GET", "/driveProtectionUnits?$filter=email%20eq%20'vance@contoso.example'").values.count
                == 1)
        #expect(await api.call("GET", "/siteProtectionUnits").values.first?.text("siteName") == "Law")
    }

    @Test
    func
        `the API shows no names of a deleted person, people see the last ones, and a return restores them`()
        async throws
    {
        let api = try await ProtectionAPI()
        try await protect(api)
        try write(api, nil)
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await drive(api).text("displayName") == "")
        #expect(try await drive(api).text("email") == "")
        #expect(await api.call("GET", "/driveProtectionUnits?$filter=startswith(displayName,'Ad')").values.isEmpty)
        let unit = try #require(
            try await api.service.catalog.page(Query<ProtectionUnit>(where: .equal("sourceId", Self.adele))).first)
        #expect(unit.ownerName == "Adele")
        #expect(unit.ownerEmail == "adele.mail@contoso.example")
        try write(api, "Adele", mail: "adele.mail@contoso.example")
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await drive(api).text("displayName") == "Adele")
    }

    @Test func `a directory without anybody, or that cannot be read, tells nothing of anybody`() async throws {
        let api = try await ProtectionAPI()
        try await protect(api)
        for text in ["{", nil] as [String?] {
            if let text {
                try api.tenant.write("directory.json", text)
            } else {
                for name in ["directory.json", "drives", "mailboxes"] {
                    try FileManager.default.removeItem(at: api.tenant.folder.url.appending(path: name))
                }
            }
            api.clock.turn(seconds: 600)
            try await api.settle()
            #expect(try await drive(api).text("displayName") == "Adele")
        }
    }

    @Test func `a directory that says the same is compared with no row, and read once a cadence`() async throws {
        let api = try await ProtectionAPI()
        try await protect(api)
        let scheduler = Scheduler(api.service)
        try await scheduler.followNames(api.clock.now())
        try await api.service.catalog.write {
            try $0.update(ProtectionUnit.self, where: .true, set: ["displayName": .text("Changed")])
        }
        api.clock.turn(seconds: 600)
        try await scheduler.followNames(api.clock.now())
        #expect(try await drive(api).text("displayName") == "Changed")
        try write(api, "Adele Vance")
        try await scheduler.followNames(api.clock.now())
        #expect(try await drive(api).text("displayName") == "Changed")
        // A clock that was put back does not keep it waiting.
        try await scheduler.followNames(api.clock.now().addingTimeInterval(-86_400))
        #expect(try await drive(api).text("displayName") == "Adele Vance")
    }

    @Test func `exclusions follow as well`() async throws {
        let api = try await ProtectionAPI()
        let policy = try await api.policy(
            "oneDriveForBusinessProtectionPolicies", ["displayName": "P", "protectionMode": "fullServiceBackup"],
            active: false)
        _ = await api.call(
            "PATCH", "/oneDriveForBusinessProtectionPolicies/\(policy)",
            ["driveExclusionUnits@delta": [["directoryObjectId": .string(Self.adele)]]], beta: true)
        try write(api, "Adele Vance")
        try await Scheduler(api.service).followNames(api.clock.now())
        #expect(await api.call("GET", "/exclusionUnits", beta: true).values.first?.text("displayName") == "Adele Vance")
    }
}
