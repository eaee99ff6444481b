import BackupAPI
import BackupTesting
import Foundation
import OData
import Testing

/// `GET /sites`, as Graph has it. Source: Graph reference, site-search, site-list and site-get.
@Suite struct SiteSearchTests {
    private func sites(
        _ api: ProtectionAPI, _ query: String, version: String = "v1.0", as principal: Principal = ProtectionAPI.program
    ) async -> APIAnswer {
        let parts = query.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let request = ODataRequest(
            method: "GET", rawPath: "/\(version)/sites\(parts[0])", rawQuery: parts.count > 1 ? parts[1] : "",
            origin: "https://backup.example")
        return APIAnswer(await api.api.respond(to: request, principal: principal))
    }

    @Test(
        arguments: [
            ("?search=legal", ["team"]), ("?search=TEAM", ["team"]), ("?search=hr", ["hr-portal"]),
            ("?search=legal%20team", ["team"]), ("?search=legal%20hr", []),
            ("?search=", ["archive", "hr-portal", "team"]), ("?search=*", ["archive", "hr-portal", "team"]),
            ("", ["archive", "hr-portal", "team"]),
            ("?$search=%22The%20Legal%22", ["team"]), ("?search=por*", ["hr-portal"]),
            ("?$filter=siteCollection/root%20ne%20null", []),
            ("?$filter=siteCollection/root%20eq%20null%20and%20startswith(name,'a')", ["archive"]),
            ("?search=nothing", []),
        ] as [(String, [String])])
    func `sites are found by the words of their names and addresses`(query: String, names: [String]) async throws {
        let api = try await ProtectionAPI()
        for version in ["v1.0", "beta"] {
            let answer = await sites(api, query, version: version)
            #expect(answer.status == 200, "\(answer)")
            #expect(answer.values.compactMap { $0.text("name") } == names, "\(answer)")
        }
    }

    @Test func `a site has the shape of Graph's, and its id makes a policy`() async throws {
        let api = try await ProtectionAPI()
        let site = try #require(await sites(api, "?search=legal").values.first)
        let id = try #require(site.text("id"))
        #expect(id == "tenant.sharepoint.example,\(ContosoTenant.siteID),\(ContosoTenant.siteID)")
        #expect(site.text("displayName") == "The Legal Team")
        #expect(site.text("webUrl") == "https://tenant.sharepoint.example/sites/team")
        #expect(site["siteCollection"]?.text("hostname") == "tenant.sharepoint.example")
        for key in [id, id.uppercased(), ContosoTenant.siteID] {
            #expect(await sites(api, "/\(key)").body?.text("id") == id)
        }
        let policy = await api.call(
            "POST", "/sharePointProtectionPolicies",
            ["displayName": "S", "siteProtectionUnits": [["siteId": .string(id)]]])
        #expect(policy.status == 201, "\(policy)")
        #expect(await api.call("GET", "/siteProtectionUnits").values.first?.text("siteId") == ContosoTenant.siteID)
    }

    @Test func `pages and counts keep to the search`() async throws {
        let api = try await ProtectionAPI()
        let first = await sites(api, "?search=a&$top=1&$count=true")
        #expect(first["@odata.count"] == 3)
        let link = try #require(first.body?.text("@odata.nextLink"))
        let next = await sites(api, "?" + (link.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""))
        #expect(next.values.map { $0.text("name") } == ["hr-portal"])
        #expect(await sites(api, "/$count?search=legal").text == "1")
    }

    @Test func `a search needs the permission for sites, and an unknown site is not found`() async throws {
        let api = try await ProtectionAPI()
        var principal = ProtectionAPI.program
        principal.permissions = ["User.Read.All"]
        #expect(await sites(api, "?search=a", as: principal).code == "accessDenied")
        for key in [
            "/root", "/tenant.sharepoint.example,\(ContosoTenant.finance),\(ContosoTenant.finance)", "/x",
        ] {
            let answer = await sites(api, key)
            #expect(answer.status == 404, "\(answer)")
            #expect(answer.code == "itemNotFound", "\(answer)")
        }
    }

    @Test func `lists that offer no search refuse it`() async throws {
        let api = try await ProtectionAPI()
        for query in ["$search=x", "search=x"] {
            #expect(await api.call("GET", "/protectionUnits?\(query)").status == 400)
            #expect(await api.call("GET", "/protectionUnits/$count?\(query)").status == 400)
        }
    }
}
