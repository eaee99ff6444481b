public import Connectors
import Foundation

/// A tenant's folder, which is removed with its owner: four people with drives and mailboxes,
/// two groups, three sites.
public final class ContosoTenant: Sendable {
    public let folder: TemporaryFolder
    public static let id = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
    /// The people's names; `<name>@contoso.example` is how they sign in.
    public static let people = ["adele", "diego", "grady", "joni"]
    /// The group of Adele and Diego.
    public static let finance = "0a1b2c3d-0002-4000-8000-000000000001"
    /// The group of Diego and Grady.
    public static let legal = "0a1b2c3d-0002-4000-8000-000000000002"
    /// The id of the site `team`, "The Legal Team". Others have ids of their own.
    public static let siteID = "0a1b2c3d-0003-4000-8000-000000000001"
    private static let domain = "contoso.example"

    /// The directory id of a person; one that nobody has for an unknown name.
    public static func personID(_ name: String) -> String {
        "0a1b2c3d-0001-4000-8000-00000000000\((people.firstIndex(of: name) ?? 8) + 1)"
    }

    public init() throws {
        folder = try TemporaryFolder("contoso")
        for name in Self.people { try addPerson(name) }
        for name in ["team", "hr-portal", "archive"] {
            try write("sites/\(name)/Documents/a.txt", "hello from \(name)")
        }
        try setGroups(finance: ["adele", "diego"], legal: ["diego", "grady"])
    }

    /// The tenant over the folder. Make one for each fixture.
    public func open() throws -> FolderTenant {
        try FolderTenant(folder: folder.path, id: Self.id, logger: .quiet)
    }

    /// Writes a file below the tenant's folder.
    public func write(_ path: String, _ text: String) throws { try folder.write(path, text) }

    /// Gives a person a drive with a file, and a mailbox.
    public func addPerson(_ name: String) throws {
        try write("drives/\(name)@\(Self.domain)/note.txt", "a note of \(name)")
        try folder.makeFolder("mailboxes/\(name)@\(Self.domain)")
    }

    /// Writes who is in which group.
    public func setGroups(finance: [String], legal: [String]) throws {
        func list(_ names: [String]) -> String { names.map { "\"\($0)@\(Self.domain)\"" }.joined(separator: ", ") }
        let users = Self.people.map { name in
            #"""
            {"id": "\#(Self.personID(name))", "userPrincipalName": "\#(name)@\#(Self.domain)", "displayName": \#
            "\#(name.capitalized)", "mail": "\#(name).mail@\#(Self.domain)"}
            """#
        }
        try write(
            "directory.json",
            """
            {"tenantId": "\(Self.id)", "users": [\(users.joined(separator: ", "))],
             "groups": [{"id": "\(Self.finance)", "displayName": "Finance", "members": [\(list(finance))]},
                        {"id": "\(Self.legal)", "displayName": "Legal", "members": [\(list(legal))]}],
             "sites": [{"id": "\(Self.siteID)", "name": "team", "displayName": "The Legal Team"}]}
            """)
    }
}
