import Connectors
import Testing

@Suite struct GroupTests {
    let scratch = Scratch()

    private func tenant(_ json: String) throws -> FolderTenant {
        try scratch.file("directory.json", json)
        return try FolderTenant(
            folder: scratch.path, id: "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304", logger: quiet)
    }

    /// Expected value: Python 3, `uuid.uuid5(tenant id, "drives/diego@contoso.example")`.
    @Test func `a member without an id in the file has the id of a person without one`() throws {
        let tenant = try tenant(
            """
            {"users": [{"userPrincipalName": "diego@contoso.example"}],
             "groups": [{"id": "aaaaaaaa-0000-4000-8000-0000000000ff", "displayName": "All",
                         "members": ["diego@contoso.example"]}]}
            """)
        #expect(try tenant.groups().map(\.members) == [["32f648db-0794-5da5-a8ec-2f4b94772ee3"]])
        #expect(try tenant.users().map(\.id) == ["32f648db-0794-5da5-a8ec-2f4b94772ee3"])
    }

    @Test func `groups are sorted by the bytes of their names, then by id`() throws {
        let ids = (1...4).map { "aaaaaaaa-0000-4000-8000-00000000000\($0)" }
        let tenant = try tenant(
            """
            {"groups": [{"id": "\(ids[3])", "displayName": "b"}, {"id": "\(ids[2])", "displayName": "\u{e9}"},
                        {"id": "\(ids[1])", "displayName": "b"}, {"id": "\(ids[0])", "displayName": "Z"}]}
            """)
        #expect(try tenant.groups().map(\.id) == [ids[0], ids[1], ids[3], ids[2]])
    }

    @Test func `members stay members whether they have a drive or not`() throws {
        try scratch.folder("drives/adele@x.example")
        let tenant = try tenant(
            """
            {"users": [{"userPrincipalName": "adele@x.example"}, {"userPrincipalName": "gone@x.example"}],
             "groups": [{"id": "aaaaaaaa-0000-4000-8000-0000000000ff", "displayName": "All",
                         "members": ["gone@x.example", "adele@x.example"]}]}
            """)
        let users = try tenant.users()
        #expect(users.map(\.hasDrive) == [true, false])
        #expect(try tenant.groups().map(\.members) == [[users[1].id, users[0].id]])
    }

    @Test func `a person is one whether the folder or the file was there first`() throws {
        try scratch.folder("drives/Adele@x.example")
        let undescribed = try FolderTenant(
            folder: scratch.path, id: "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304", logger: quiet)
        let before = try undescribed.users().map(\.id)
        try scratch.file(
            "directory.json", #"{"users": [{"userPrincipalName": "adele@x.example", "displayName": "Adele"}]}"#)
        let users = try undescribed.users()
        #expect(users.map(\.id) == before)
        #expect(users.map(\.displayName) == ["Adele"])
        #expect(users.map(\.userPrincipalName) == ["adele@x.example"])
    }

    @Test func `a note about a site that was damaged is named`() throws {
        try scratch.folder("sites/teamR0")
        try scratch.file("sites/.holdfast/teamR0.json", "{")
        let error = tenantError { try tenant("{}").sites() }
        #expect(error?.code == .invalidDirectory)
        #expect(error?.message.contains("sites/.holdfast/teamR0.json' is damaged") == true)
    }

    @Test func `a restored site keeps the address that its note has`() throws {
        try scratch.folder("sites/teamR0/Documents")
        try scratch.file(
            "sites/.holdfast/teamR0.json", #"{"reservation": "r", "webUrl": "https://x.example/sites/teamR0"}"#)
        let sites = try tenant("{}").sites()
        #expect(sites.map(\.name) == ["teamR0"])
        #expect(sites.map(\.webURL) == ["https://x.example/sites/teamR0"])
        #expect(sites.map(\.libraries) == [["Documents"]])
    }
}
