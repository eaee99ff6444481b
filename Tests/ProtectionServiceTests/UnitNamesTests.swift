import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import Texts
import Testing

@testable import ProtectionService

private let epoch = Date(timeIntervalSince1970: 0)

private func unit(
    _ id: String, _ workload: Workload = .oneDriveForBusiness, source: String, name: String? = nil,
    email: String? = nil, url: String? = nil
) -> ProtectionUnit {
    ProtectionUnit(
        id: id, workload: workload, sourceId: source, status: .protected, protectionSources: [], createdDateTime: epoch
    ).with {
        $0.displayName = nil
        $0.email = email
        $0.signInOrSiteName = name
        $0.siteWebUrl = url
    }
}

@Suite struct UnitNamesTests {
    private let adele = unit("u1", source: "s1", name: "adele@contoso.example", email: "adele.v@contoso.example")
    private let site = unit(
        "u2", .sharePoint, source: "s2", name: "Marketing", url: "https://contoso.example/sites/market%20ing")

    private func names(
        _ units: [ProtectionUnit], users: [DirectoryUser] = [], sites: [DirectorySite] = []
    ) -> UnitNames {
        UnitNames(units, users: users, sites: sites)
    }

    @Test(arguments: ["u1", "U1", "s1", "adele@contoso.example", "ADELE@contoso.example", "adele.v@contoso.example"])
    func `a drive is found by every name of its owner`(name: String) throws {
        #expect(try names([adele, site]).unit(name).id == "u1")
    }

    @Test(arguments: ["u2", "s2", "Marketing", "marketing", "market ing"])
    func `a site is found by its names and the end of its address`(name: String) throws {
        #expect(try names([adele, site]).unit(name).id == "u2")
    }

    @Test func `a name that the directory has now counts too`() throws {
        let user = DirectoryUser(id: "s1", userPrincipalName: "new@contoso.example", displayName: "", driveWebURL: "")
        #expect(try names([adele], users: [user]).unit("new@contoso.example").id == "u1")
    }

    @Test func `a name that fits nothing is told with what would fit`() {
        let error = #expect(throws: ServiceError.self) { try names([adele]).unit("bob") }
        #expect(error?.code == .protectionUnitNotFound)
        #expect(error?.message.contains("'bob'") == true)
    }

    @Test func `several units of one name are told with their ids`() {
        let twin = unit("u3", source: "s3", name: "adele@contoso.example")
        let error = #expect(throws: ServiceError.self) { try names([adele, twin]).unit("adele@contoso.example") }
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains("u1 (drive of adele@contoso.example), u3") == true)
    }

    @Test func `a drive goes before the mailbox of the same name`() throws {
        let mailbox = unit("u0", .exchange, source: "s1", name: "adele@contoso.example")
        #expect(try names([mailbox, adele]).unit("adele@contoso.example").id == "u1")
    }

    @Test func `the closest way to fit wins`() throws {
        let shouting = unit("u4", source: "s4", name: "ADELE@contoso.example")
        #expect(try names([adele, shouting]).unit("ADELE@contoso.example").id == "u4")
        #expect(try names([shouting, adele]).unit("adele@contoso.example").id == "u1")
    }

    @Test func `what people know a unit by falls back step by step`() {
        #expect(adele.knownName == "adele@contoso.example")
        #expect(site.knownName == "market ing")
        #expect(unit("u5", source: "s", email: "e@x").knownName == "e@x")
        #expect(unit("u6", source: "s").knownName == "u6")
    }

    @Test func `a host name shows no controls and no marks of direction`() {
        #expect(unit("u", source: "s", name: "a\u{7}b\u{202E}c\u{2028}d é").hostname == "a_b_c_d é")
    }

    @Test(arguments: [
        (Workload.oneDriveForBusiness, "drive"), (.sharePoint, "site"), (.exchange, "mailbox"),
    ])
    func `a unit is called by its workload`(workload: Workload, noun: String) {
        #expect(workload.noun == noun)
    }
}

@Suite struct ItemWebAddressTests {
    private let drive = unit("u", source: "s", url: "https://contoso.example/personal/adele")
    private let site = unit("u", .sharePoint, source: "s", url: "https://contoso.example/sites/a")

    private func path(_ text: String) throws -> TreePath { try #require(TreePath(text)) }

    @Test func `a path of a drive lies in its library, a site's in the site`() throws {
        #expect(try drive.webURL(of: path("a/b")) == "https://contoso.example/personal/adele/Documents/a/b")
        #expect(try site.webURL(of: path("Docs/b")) == "https://contoso.example/sites/a/Docs/b")
        #expect(drive.webURL(of: .root) == "https://contoso.example/personal/adele/Documents")
    }

    /// Source: RFC 3986, section 2.3.
    @Test(arguments: [
        ("a b", "a%20b"), ("50%", "50%25"), ("é", "%C3%A9"), ("a?b#c", "a%3Fb%23c"), ("A-Z_a.z~09", "A-Z_a.z~09"),
        ("a+b&c", "a%2Bb%26c"),
    ])
    func `a name is one segment`(name: String, segment: String) {
        #expect(name.urlSegment == segment)
    }

    @Test func `an unknown address stays empty`() throws {
        #expect(try unit("u", source: "s").webURL(of: path("a")) == "")
    }

    @Test func `people read the library first`() throws {
        #expect(try drive.displayPath(of: path("a/b")) == "Documents/a/b")
        #expect(drive.displayPath(of: .root) == "Documents")
        #expect(try site.displayPath(of: path("Docs/b")) == "Docs/b")
    }
}

@Suite struct DirectoryDescriptionTests {
    @Test func `a drive keeps the sign-in name, a site its own`() {
        var drive = unit("u", source: "s")
        drive.describe(
            ProtectionSource(
                id: SourceID(kind: .drive, objectID: "s"), displayName: "Adele", userPrincipalName: "a@x", mail: "m@x",
                webURL: "w"))
        #expect(drive.displayName == "Adele")
        #expect(drive.email == "m@x")
        #expect(drive.signInName == "a@x")
        #expect(drive.siteWebUrl == "w")
        var site = unit("u", .sharePoint, source: "s")
        site.describe(ProtectionSource(id: SourceID(kind: .site, objectID: "s"), displayName: "Site", webURL: "w"))
        #expect(site.siteName == "Site")
        #expect(site.email == nil)
    }

    @Test func `an owner without a mail address is reached by the sign-in name`() {
        var drive = unit("u", source: "s")
        drive.describe(
            ProtectionSource(
                id: SourceID(kind: .drive, objectID: "s"), displayName: "A", userPrincipalName: "a@x", webURL: ""))
        #expect(drive.email == "a@x")
    }

    @Test func `a lost owner leaves the names behind, once`() {
        var drive = unit("u", source: "s", email: "m@x")
        drive.displayName = "Adele"
        drive.loseOwner()
        #expect(drive.displayName == "")
        #expect(drive.email == "")
        #expect(drive.lastDisplayName == "Adele")
        #expect(drive.lastEmail == "m@x")
        drive.loseOwner()
        #expect(drive.lastDisplayName == "Adele")
    }
}
