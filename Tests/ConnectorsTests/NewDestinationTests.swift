import Connectors
import FileTree
import Foundation
import Glibc
import Testing

private let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
private let adele = SourceID(kind: .drive, objectID: "109da482-ae62-53f5-8931-9b5c93560dd3")
private let team = SourceID(kind: .site, objectID: "5b191552-8ce4-5539-8d84-c9fe102e32e3")

@Suite struct NewDestinationTests {
    let scratch = Scratch()

    func tenant() throws -> FolderTenant { try FolderTenant(folder: scratch.path, id: tenantID, logger: quiet) }

    @Test func `a drive gets a new site with a library, numbered from 0`() throws {
        try scratch.folder("drives/adele@contoso.example")
        let first = try tenant().makeNewDestination(of: adele, reservation: "one")
        #expect(first.name == "adele@contoso.exampleR0")
        #expect(first.siteID == "16c75315-cae5-54a1-b169-f2404dfe89a4")
        #expect(first.webURL == "https://tenant.sharepoint.example/personal/adele_contoso_exampleR0")
        try first.tree.makeFolder(TreePath(test: "content"), permissions: 0o755)
        #expect(try scratch.names("sites/adele@contoso.exampleR0/Documents") == ["content"])
        let second = try tenant().makeNewDestination(of: adele, reservation: "two")
        #expect(second.name == "adele@contoso.exampleR1")
        let sites = try tenant().sites()
        #expect(sites.map(\.name) == ["adele@contoso.exampleR0", "adele@contoso.exampleR1"])
        #expect(sites.map(\.id)[0] == first.siteID)
        #expect(sites.map(\.webURL)[0] == first.webURL)
        #expect(sites.map(\.libraries)[0] == ["Documents"])
    }

    @Test func `a site gets a new site, whose libraries the restore makes`() throws {
        try scratch.folder("sites/team/Documents")
        let made = try tenant().makeNewDestination(of: team, reservation: "one")
        #expect(made.name == "teamR0")
        #expect(made.siteID == "ab703d11-9bd8-5f6a-b2b9-bd019fff6deb")
        #expect(made.webURL == "https://tenant.sharepoint.example/sites/teamR0")
        #expect(try scratch.names("sites/teamR0") == [])
    }

    @Test func `a site is named after the directory whether its source was seen before or not`() throws {
        try scratch.folder("drives/Adele@Contoso.example")
        try scratch.file(
            "directory.json", #"{"users":[{"id":"\#(adele.objectID)","userPrincipalName":"adele@contoso.example"}]}"#)
        let tenant = try tenant()
        #expect(try tenant.makeNewDestination(of: adele, reservation: "one").name == "adele@contoso.exampleR0")
        #expect(try tenant.makeNewDestination(of: adele, reservation: "two").name == "adele@contoso.exampleR1")
        #expect(try tenant.makeNewDestination(of: adele, reservation: "one").name == "adele@contoso.exampleR0")
    }

    @Test func `the same reservation finds the same place after a restart`() throws {
        try scratch.folder("drives/adele@contoso.example")
        let first = try tenant().makeNewDestination(of: adele, reservation: "one")
        try first.tree.makeFolder(TreePath(test: "half"), permissions: 0o755)
        _ = try tenant().makeNewDestination(of: adele, reservation: "two")
        let again = try tenant().makeNewDestination(of: adele, reservation: "one")
        #expect(again.name == first.name)
        #expect(try again.tree.items(in: .root).items.map(\.name) == [Array("half".utf8)])
    }

    @Test func `a crash between the note and the folder, or before the library, is made good`() throws {
        try scratch.folder("drives/adele@contoso.example")
        _ = try tenant().makeNewDestination(of: adele, reservation: "one")
        try FileManager.default.removeItem(atPath: scratch("sites/adele@contoso.exampleR0"))
        #expect(try tenant().makeNewDestination(of: adele, reservation: "one").name == "adele@contoso.exampleR0")
        #expect(try scratch.names("sites/adele@contoso.exampleR0") == ["Documents"])
    }

    @Test func `a number whose site was deleted is free again`() throws {
        try scratch.folder("drives/adele@contoso.example")
        _ = try tenant().makeNewDestination(of: adele, reservation: "one")
        try FileManager.default.removeItem(atPath: scratch("sites/adele@contoso.exampleR0"))
        #expect(try tenant().makeNewDestination(of: adele, reservation: "two").name == "adele@contoso.exampleR0")
        #expect(try tenant().makeNewDestination(of: adele, reservation: "one").name == "adele@contoso.exampleR1")
    }

    @Test func `what a person put under such a name is passed over`() throws {
        try scratch.folder("drives/adele@contoso.example")
        try scratch.file("sites/adele@contoso.exampleR0/Documents/mine", "mine")
        try scratch.file("sites/adele@contoso.exampleR1", "a file")
        #expect(try tenant().makeNewDestination(of: adele, reservation: "one").name == "adele@contoso.exampleR2")
        #expect(try scratch.content("sites/adele@contoso.exampleR0/Documents/mine") == "mine")
    }

    @Test func `many at once never share a number`() async throws {
        try scratch.folder("drives/adele@contoso.example")
        let tenants = [try tenant(), try tenant()]
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<40 {
                group.addTask {
                    try tenants[index % 2].makeNewDestination(of: adele, reservation: "restore-\(index / 2)").name
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        // Each reservation was asked for twice, by different tenants.
        #expect(Dictionary(grouping: names) { $0 }.values.map(\.count) == Array(repeating: 2, count: 20))
        #expect(Set(names) == Set((0..<20).map { "adele@contoso.exampleR\($0)" }))
    }

    @Test func `after a thousand copies old ones must be deleted`() throws {
        try scratch.folder("sites/team")
        for number in 0..<1000 { unsafe mkdir(scratch("sites/teamR\(number)"), 0o755) }
        #expect(tenantError { try tenant().makeNewDestination(of: team, reservation: "one") }?.code == .tooManyCopies)
        unsafe rmdir(scratch("sites/teamR999"))
        #expect(try tenant().makeNewDestination(of: team, reservation: "one").name == "teamR999")
    }

    @Test func `a drive that is gone gets a new place by the name that the caller remembers`() throws {
        #expect(tenantError { try tenant().makeNewDestination(of: adele, reservation: "one") }?.code == .sourceNotFound)
        let made = try tenant().makeNewDestination(
            of: adele, reservation: "one", lastKnownName: "adele@contoso.example")
        #expect(made.name == "adele@contoso.exampleR0")
    }

    @Test(arguments: ["", "../x", "a b", "a/b", String(repeating: "a", count: 129)])
    func `a reservation has letters, digits and hyphens`(reservation: String) throws {
        try scratch.folder("drives/adele@contoso.example")
        #expect(
            tenantError { try tenant().makeNewDestination(of: adele, reservation: reservation) }?.code
                == .invalidArgument)
    }

    @Test func `a link in place of the new site is not followed`() throws {
        try scratch.folder("drives/adele@contoso.example")
        try scratch.folder("outside")
        _ = try tenant().makeNewDestination(of: adele, reservation: "one")
        try FileManager.default.removeItem(atPath: scratch("sites/adele@contoso.exampleR0"))
        try scratch.link("sites/adele@contoso.exampleR0", to: scratch("outside"))
        #expect(tenantError { try tenant().makeNewDestination(of: adele, reservation: "one") } != nil)
        #expect(try scratch.names("outside") == [])
    }
}
