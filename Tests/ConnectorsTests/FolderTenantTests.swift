import Connectors
import FileTree
import Foundation
import Glibc
import Testing

private let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"

@Suite struct FolderTenantTests {
    let scratch = Scratch()

    func tenant(host: String = FolderTenant.defaultHost) throws -> FolderTenant {
        try FolderTenant(folder: scratch.path, id: tenantID, host: host, logger: quiet)
    }

    /// Expected values: Python 3, `uuid.uuid5(uuid.UUID(tenant id), path)`.
    @Test func `without a directory file, ids are UUIDs of version 5 of tenant and path`() throws {
        try scratch.folder("drives/adele@contoso.example")
        try scratch.folder("drives/élan@contoso.example")
        try scratch.folder("sites/team/Documents")
        try scratch.folder("sites/team/Wiki")
        let tenant = try tenant()
        #expect(tenant.id == tenantID)
        #expect(
            try tenant.users().map(\.id) == [
                "109da482-ae62-53f5-8931-9b5c93560dd3", "1a39645e-e60d-5336-8775-19724d0172ae",
            ])
        #expect(try tenant.users().map(\.hasDrive) == [true, true])
        let site = DirectorySite(
            id: "5b191552-8ce4-5539-8d84-c9fe102e32e3", name: "team", displayName: "team",
            webURL: "https://tenant.sharepoint.example/sites/team", libraries: ["Documents", "Wiki"])
        #expect(try tenant.sites() == [site])
        #expect(try tenant.sources().map(\.id.kind) == [.drive, .drive, .site])
    }

    @Test func `addresses follow the pattern of OneDrive and SharePoint`() throws {
        try scratch.folder("drives/adele.v@contoso.example")
        try scratch.folder("sites/Über uns #1")
        let sources = try tenant(host: "files.contoso.example").sources()
        #expect(
            sources.map(\.webURL) == [
                "https://files.contoso.example/personal/adele_v_contoso_example",
                "https://files.contoso.example/sites/%C3%9Cber%20uns%20%231",
            ])
    }

    @Test func `a drive is read and written under its user's id`() throws {
        try scratch.file("drives/adele@contoso.example/a.txt", "hello")
        let tenant = try tenant()
        let source = try #require(try tenant.sources().first?.id)
        #expect(source == SourceID(kind: .drive, objectID: "109da482-ae62-53f5-8931-9b5c93560dd3"))
        #expect(try tenant.tree(of: source).content("a.txt") == "hello")
        try tenant.inPlaceDestination(of: source).makeFolder(TreePath(test: "new"), permissions: 0o755)
        #expect(scratch.exists("drives/adele@contoso.example/new"))
        // Another instance knows nothing yet and finds it all the same.
        #expect(try self.tenant().tree(of: source).content("a.txt") == "hello")
    }

    @Test func `a drive that vanished is an error, never an empty tree`() throws {
        try scratch.file("drives/adele@contoso.example/a.txt")
        let tenant = try tenant()
        let source = try #require(try tenant.sources().first?.id)
        let open = try tenant.tree(of: source)
        try FileManager.default.removeItem(atPath: scratch("drives/adele@contoso.example"))
        #expect(tenantError { try tenant.tree(of: source) }?.code == .sourceNotFound)
        #expect(tenantError { try tenant.tree(of: source) }?.message.contains("drives/adele@contoso.example") == true)
        #expect(treeError { try open.items(in: .root) } == .treeUnavailable)
        #expect(try tenant.sources() == [])
        #expect(
            tenantError { try tenant.tree(of: SourceID(kind: .site, objectID: source.objectID)) }?.code
                == .sourceNotFound)
    }

    @Test func `a tenant that is missing is named`() throws {
        let error = tenantError { try FolderTenant(folder: scratch("nowhere"), id: tenantID, logger: quiet) }
        #expect(error?.code == .tenantNotFound)
        #expect(error?.message.contains(scratch("nowhere")) == true)
        #expect(
            tenantError { try FolderTenant(folder: scratch.path, id: "not a uuid", logger: quiet) }?.code
                == .invalidArgument)
        try scratch.folder("moved/drives/a@b.example")
        let tenant = try FolderTenant(folder: scratch("moved"), id: tenantID, logger: quiet)
        unsafe rename(scratch("moved"), scratch("away"))
        #expect(tenantError { try tenant.users() }?.code == .tenantNotFound)
        unsafe rename(scratch("away"), scratch("moved"))
        #expect(try tenant.users().count == 1)
    }

    @Test func `links, files, hidden folders and names that are not text are no drives`() throws {
        try scratch.file("elsewhere/secret", "secret")
        try scratch.folder("drives/.hidden")
        try scratch.file("drives/file")
        try scratch.link("drives/link@contoso.example", to: scratch("elsewhere"))
        unsafe mkdir(Array("\(scratch.path)/drives/".utf8).map { CChar(bitPattern: $0) } + [-1, 0], 0o755)
        let tenant = try tenant()
        #expect(try tenant.users() == [])
        try scratch.folder("drives/real@contoso.example")
        let source = try #require(try tenant.sources().first?.id)
        unsafe rmdir(scratch("drives/real@contoso.example"))
        try scratch.link("drives/real@contoso.example", to: scratch("elsewhere"))
        #expect(tenantError { try tenant.tree(of: source) } != nil)
        #expect(tenantError { try tenant.inPlaceDestination(of: source) } != nil)
    }

    @Test func `the directory file names people, groups and sites`() throws {
        try scratch.folder("drives/ADELE@contoso.example")
        try scratch.folder("mailboxes/diego@contoso.example")
        try scratch.folder("sites/team")
        try scratch.file(
            "directory.json",
            """
            {"tenantId": "AAAAAAAA-0000-4000-8000-000000000001", "somethingElse": [1, {"x": null}],
             "users": [{"id": "AAAAAAAA-0000-4000-8000-00000000000A", "userPrincipalName": "adele@contoso.example", \
             "displayName": "Adele", "mail": "a@contoso.example", "extra": 1},
                       {"userPrincipalName": "diego@contoso.example"}],
             "groups": [{"id": "aaaaaaaa-0000-4000-8000-0000000000ff", "displayName": "All", "members": \
             ["ADELE@contoso.example", "aaaaaaaa-0000-4000-8000-00000000000a", "diego@contoso.example"]}],
             "sites": [{"id": "aaaaaaaa-0000-4000-8000-0000000000ee", "name": "team", "displayName": "The Team"}]}
            """)
        let tenant = try tenant()
        #expect(tenant.id == "aaaaaaaa-0000-4000-8000-000000000001")
        let users = try tenant.users()
        #expect(users.map(\.displayName) == ["Adele", "diego@contoso.example"])
        #expect(users.map(\.id)[0] == "aaaaaaaa-0000-4000-8000-00000000000a")
        #expect(users.map(\.mail) == ["a@contoso.example", nil])
        #expect(users.map(\.hasDrive) == [true, false])
        #expect(users.map(\.hasMailbox) == [false, true])
        #expect(try tenant.groups().map(\.members) == [users.map(\.id)])
        #expect(try tenant.sites().map(\.displayName) == ["The Team"])
        let drive = SourceID(kind: .drive, objectID: users[0].id)
        #expect(try tenant.tree(of: drive).items(in: .root).items.isEmpty)
        let site = SourceID(kind: .site, objectID: "aaaaaaaa-0000-4000-8000-0000000000ee")
        #expect(try tenant.tree(of: site).items(in: .root).items.isEmpty)
    }

    @Test(arguments: [
        ("{\"users\": [{\"displayName\": \"x\"}]}", "users[0].userPrincipalName"),
        ("{\"users\": [{\"userPrincipalName\": \"a\"}, {\"userPrincipalName\": 7}]}", "users[1].userPrincipalName"),
        ("{\"users\": [{\"userPrincipalName\": \"a\", \"id\": \"7\"}]}", "users[0].id"),
        ("{\"users\": [{\"userPrincipalName\": \"a/b\"}]}", "users[0].userPrincipalName"),
        ("{\"users\": [{\"userPrincipalName\": \"..\"}]}", "users[0].userPrincipalName"),
        ("{\"users\": [{\"userPrincipalName\": \"a\"}, {\"userPrincipalName\": \"A\"}]}", "users[1].userPrincipalName"),
        ("{\"users\": {}}", "users"),
        (
            """
            {\"groups\": [{\"id\": \"aaaaaaaa-0000-4000-8000-0000000000ff\", \"displayName\": \"g\", \"members\": \
            [\"who\"]}]}
            """,
            "groups[0].members[0]"
        ),
        ("{\"groups\": [{\"displayName\": \"g\"}]}", "groups[0].id"),
        ("{\"sites\": [{\"name\": \"\"}]}", "sites[0].name"),
        ("{\"tenantId\": \"x\"}", "tenantId"),
        ("{\n\"users\": [\n}", "line 3, column 1"),
        ("", "not valid JSON"),
        ("{\"tenantId\": \"x\" \"users\": []}", "line 1, column 18"),
        ("[]", "at the top"),
    ])
    func `a broken directory file is an error that names the place`(json: String, place: String) throws {
        try scratch.file("directory.json", json)
        let error = tenantError { try tenant() }
        #expect(error?.code == .invalidDirectory)
        #expect(error?.message.contains("directory.json") == true)
        #expect(error?.message.contains(place) == true, "\(error?.message ?? "none")")
    }

    @Test func `a change of the directory file is seen, and a broken one does not lose the last good one`() throws {
        try scratch.file(
            "directory.json", "{\"users\": [{\"userPrincipalName\": \"a@b.example\", \"displayName\": \"One\"}]}")
        let tenant = try tenant()
        #expect(try tenant.users().map(\.displayName) == ["One"])
        try scratch.file("directory.json", "{\"users\": [")
        #expect(try tenant.users().map(\.displayName) == ["One"])
        try scratch.file(
            "directory.json", "{\"users\": [{\"userPrincipalName\": \"a@b.example\", \"displayName\": \"Two\"}]}")
        #expect(try tenant.users().map(\.displayName) == ["Two"])
        try FileManager.default.removeItem(atPath: scratch("directory.json"))
        #expect(try tenant.users() == [])
    }
}
