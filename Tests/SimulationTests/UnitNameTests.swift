import Catalog
import Connectors
import Foundation
import Testing

@testable import ProtectionRules
@testable import ProtectionService

/// Units by the names that people use.
struct UnitNameTests {
    private static func unit(
        _ id: String, _ workload: Workload, source: String, name: String, address: String? = nil, mail: String? = nil
    ) -> ProtectionUnit {
        ProtectionUnit(
            id: id, workload: workload, sourceId: source, status: .protected, protectionSources: [],
            createdDateTime: Date(timeIntervalSince1970: 0)
        ).with {
            $0.email = mail
            $0.signInOrSiteName = name
            $0.siteWebUrl = address
        }
    }

    private static let units = [
        unit("u1", .oneDriveForBusiness, source: "p1", name: "ada@example.org", mail: "ada.king@example.org"),
        unit("u2", .oneDriveForBusiness, source: "p2", name: "bob@example.org"),
        unit("u3", .exchange, source: "p1", name: "ada@example.org", mail: "ada.king@example.org"),
        unit(
            "u4", .sharePoint, source: "s1", name: "The Team",
            address: "https://tenant.sharepoint.example/sites/team%20one"),
        unit(
            "u5", .sharePoint, source: "s2", name: "The Team",
            address: "https://tenant.sharepoint.example/sites/other"),
    ]
    private static let renamed = DirectoryUser(
        id: "p2", userPrincipalName: "robert@example.org", displayName: "Robert", mail: nil, hasDrive: true,
        hasMailbox: false, driveWebURL: "")
    private let names = UnitNames(units, users: [renamed], sites: [])

    @Test(arguments: [
        ("u1", "u1"), ("U2", "u2"), ("ada@example.org", "u1"), ("ADA@Example.org", "u1"),
        ("ada.king@example.org", "u1"), ("p2", "u2"),
        ("robert@example.org", "u2"), ("bob@example.org", "u2"), ("team one", "u4"), ("other", "u5"), ("s1", "u4"),
    ])
    func `a unit is found by id, sign-in name of then and now, mail address, site and directory id`(
        name: String, id: String
    ) throws {
        #expect(try names.unit(name).id == id)
    }

    @Test func `a name that fits several units is refused with their ids`() throws {
        let error = #expect(throws: ServiceError.self) { try names.unit("the team") }
        #expect(error?.code == .badRequest)
        #expect(error?.message.contains("u4 (site of team one)") == true)
        #expect(error?.message.contains("u5 (site of other)") == true)
    }

    @Test func `a name that fits none is refused with where to find them`() throws {
        let error = #expect(throws: ServiceError.self) { try names.unit("eve@example.org") }
        #expect(error?.code == .protectionUnitNotFound)
        #expect(error?.message.contains("'eve@example.org'") == true)
        #expect(error?.message.contains("repository list") == true)
    }

    @Test func `no character of a name reaches a terminal through the host of a snapshot`() {
        let unit = Self.unit("u9", .oneDriveForBusiness, source: "p9", name: "a\u{1b}[2J\n\u{202e}é@example.org")
        #expect(unit.hostname == "a_[2J__é@example.org")
    }
}
