import BackupAPI
import BackupTesting
import Connectors
import OData
import Testing

/// The additions below `/holdfast/v1.0` beside the Graph surface.
@Suite struct AdditionsTests {
    private let surface: ProtectionAPI

    init() async throws { surface = try await ProtectionAPI() }

    private func ask(
        _ target: String, method: String = "GET", _ body: JSONValue? = nil,
        as principal: Principal = ProtectionAPI.person
    ) async -> APIAnswer {
        await surface.served.ask(method, target, body, as: principal)
    }

    @Test func `the first segment chooses the surface`() async {
        #expect(await ask("/v1.0/solutions/backupRestore").status == 200)
        #expect(await ask("/holdfast/v1.0/directory/groups").status == 200)
        #expect(await ask("/holdfast/v1.0/solutions/backupRestore").status == 400)
        #expect(await ask("/v1.0/directory/groups").status == 400)
        #expect(await ask("/holdfast/beta/directory/groups").status == 400)
    }

    @Test func `documents need no token, everything else does`() async throws {
        for path in ["/holdfast/v1.0/$metadata", "/holdfast/v1.0/openapi.json"] {
            let answer = await surface.served.respond(to: ODataRequest(method: "GET", rawPath: path), principal: nil)
            #expect(answer.status == 200, "\(path)")
        }
        let list = ODataRequest(method: "GET", rawPath: "/holdfast/v1.0/directory/groups")
        #expect(await surface.served.respond(to: list, principal: nil).status == 401)
    }

    @Test func `the schema of Graph knows nothing of the additions`() async {
        let graph = await ask("/v1.0/$metadata").text
        #expect(!graph.lowercased().contains("holdfast"))
        #expect(await ask("/holdfast/v1.0/$metadata").text.contains(#"Namespace="holdfast""#))
    }

    @Test func `groups are listed with the numbers of their members`() async {
        let groups = await ask("/holdfast/v1.0/directory/groups?$orderby=displayName&$count=true")
        #expect(groups["@odata.count"] != nil)
        let expected = (try? surface.tenant.open().groups()) ?? []
        #expect(groups.values.map { $0.text("displayName") } == expected.map(\.displayName))
        #expect(groups.values.map { $0["memberCount"] } == expected.map { .int(Int64($0.members.count)) })
        #expect(!expected.isEmpty)
    }

    @Test func `sites are found by a word of their name`() async throws {
        let all = await ask("/holdfast/v1.0/directory/sites")
        let name = try #require(all.values.first?.text("displayName"))
        let found = await ask("/holdfast/v1.0/directory/sites?$search=\(name.uppercased())&$select=displayName")
        #expect(found.values.contains { $0.text("displayName") == name })
        #expect(found.values.allSatisfy { $0["webUrl"] == nil })
        let id = try #require(all.values.first?.text("id"))
        #expect(await ask("/holdfast/v1.0/directory/sites/\(id)").text.contains(name))
        #expect(await ask("/holdfast/v1.0/directory/sites/\(id)x").status == 404)
        #expect(await ask("/holdfast/v1.0/directory/groups/nobody").status == 404)
    }

    @Test func `a caller without the permission is refused`() async {
        let caller = Principal(applicationID: ProtectionAPI.app, permissions: ["BackupRestore-Restore.Read.All"])
        for path in ["groups", "sites"] {
            #expect(await ask("/holdfast/v1.0/directory/\(path)", as: caller).status == 403)
        }
    }

    @Test func `methods that are not offered say which are`() async {
        let answer = await ask("/holdfast/v1.0/directory/groups", method: "POST", [:])
        #expect(answer.status == 405)
        #expect(answer.headers["Allow"] == "GET")
        #expect(surface.served.methods(at: "/holdfast/v1.0/directory/groups") == ["GET"])
    }

    @Test func `a batch stays on its surface`() async {
        let requests: JSONValue = [
            "requests": [
                ["id": "1", "method": "GET", "url": "/directory/groups"],
                ["id": "2", "method": "GET", "url": "/v1.0/solutions/backupRestore"],
            ]
        ]
        let answer = await ask("/holdfast/v1.0/$batch", method: "POST", requests)
        #expect(answer["responses"]?.arrayValue?.map { $0["status"] } == [.int(200), .int(400)])
    }
}
