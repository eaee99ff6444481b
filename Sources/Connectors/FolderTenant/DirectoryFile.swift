import FileTree
import Foundation
import Texts

/// The content of `directory.json`, checked. `docs/directory-json.md` describes the format.
struct DirectoryFile: Sendable {
    struct User: Equatable, Sendable {
        var id: String?
        var userPrincipalName: String
        var displayName: String?
        var mail: String?
    }

    struct Group: Equatable, Sendable {
        var id: String
        var displayName: String
        /// The people, as indices into `users`.
        var members: [Int]
    }

    struct Site: Equatable, Sendable {
        var id: String?
        var name: String
        var displayName: String?
    }

    var tenantID: String?
    var users: [User] = []
    var groups: [Group] = []
    var sites: [Site] = []
    /// Indices into `users` by sign-in name, and into `sites` by name: a tenant can have a
    /// hundred thousand of them.
    private var userIndices = NameTable<Int>(.anyCase)
    private var siteIndices = NameTable<Int>(.exact)

    /// The user of a sign-in name in any case, or the one whose name is canonically equivalent.
    func user(named name: String) -> User? { userIndices[name].map { users[$0] } }

    /// The user of a sign-in name in any case.
    func user(exactly name: String) -> User? { userIndices.exactly(name).map { users[$0] } }

    /// The site whose name has the same bytes.
    func site(exactly name: String) -> Site? { siteIndices.exactly(name).map { sites[$0] } }

    /// The site whose name has the same bytes as the folder's, or is the only one
    /// that is canonically equivalent.
    func site(named name: String) -> Site? { siteIndices[name].map { sites[$0] } }

    /// Without a file: everything comes from the folders.
    init() {}

    /// Reads the file. Unknown fields are ignored; a known field of the wrong type or with an
    /// impossible value is an error that names it.
    init(parsing bytes: [UInt8]) throws(Problem) {
        let written: Written
        do {
            written = try JSONDecoder().decode(Written.self, from: Data(bytes))
        } catch {
            if let place = JSONSyntax.firstError(in: bytes) {
                throw Problem("it is not valid JSON at line \(place.line), column \(place.column)")
            }
            throw Problem(error)
        }
        tenantID = try Self.uuid(written.tenantId, "tenantId")
        try readUsers(written.users ?? [])
        try readGroups(written.groups ?? [])
        try readSites(written.sites ?? [])
    }

    private mutating func readUsers(_ written: [Written.User]) throws(Problem) {
        var ids: [String: Int] = [:]
        for (index, user) in written.enumerated() {
            let field = "users[\(index)]"
            let name = user.userPrincipalName
            try Self.checkName(name, "\(field).userPrincipalName")
            if let first = userIndices.insert(index, for: name) {
                throw Self.repeated("\(field).userPrincipalName", list: "users", first: first)
            }
            let id = try Self.uuid(user.id, "\(field).id")
            try Self.note(id, of: index, in: &ids, field: "\(field).id", list: "users")
            try Self.checkText(user.displayName, "\(field).displayName")
            try Self.checkText(user.mail, "\(field).mail")
            users.append(User(id: id, userPrincipalName: name, displayName: user.displayName, mail: user.mail))
        }
    }

    private mutating func readGroups(_ written: [Written.Group]) throws(Problem) {
        var known = userIndices
        for (index, user) in users.enumerated() {
            if let id = user.id { known.insert(index, for: id) }
        }
        var ids: [String: Int] = [:]
        for (index, group) in written.enumerated() {
            let field = "groups[\(index)]"
            guard let id = try Self.uuid(group.id, "\(field).id") else { continue }
            try Self.note(id, of: index, in: &ids, field: "\(field).id", list: "groups")
            var members: [Int] = []
            for (position, member) in (group.members ?? []).enumerated() {
                guard let user = known[member] else {
                    throw Problem(
                        """
                        the field \(field).members[\(position)] is '\(member)', which is neither the id nor the \
                        userPrincipalName of one of the users
                        """
                    )
                }
                if !members.contains(user) { members.append(user) }
            }
            try Self.checkText(group.displayName, "\(field).displayName")
            groups.append(Group(id: id, displayName: group.displayName, members: members))
        }
    }

    private mutating func readSites(_ written: [Written.Site]) throws(Problem) {
        var ids: [String: Int] = [:]
        for (index, site) in written.enumerated() {
            let field = "sites[\(index)]"
            try Self.checkName(site.name, "\(field).name")
            if let first = siteIndices.insert(index, for: site.name) {
                throw Self.repeated("\(field).name", list: "sites", first: first)
            }
            let id = try Self.uuid(site.id, "\(field).id")
            try Self.note(id, of: index, in: &ids, field: "\(field).id", list: "sites")
            try Self.checkText(site.displayName, "\(field).displayName")
            sites.append(Site(id: id, name: site.name, displayName: site.displayName))
        }
    }

    private static func uuid(_ text: String?, _ field: String) throws(Problem) -> String? {
        guard let text else { return nil }
        guard let id = Identifiers.canonicalUUID(text) else {
            throw Problem("the field \(field) is '\(text)'; write a UUID such as 11111111-2222-3333-4444-555555555555")
        }
        return id
    }

    private static func checkName(_ name: String, _ field: String) throws(Problem) {
        guard TreePath.isValidName(name.utf8), name.utf8.first != UInt8(ascii: "."), name.utf8.count <= 255 else {
            throw Problem(
                """
                the field \(field) is '\(name)', which cannot be the name of a folder here: not empty, no '/', no \
                '.' at the start, at most 255 bytes
                """
            )
        }
    }

    /// The catalogue keeps no NUL.
    private static func checkText(_ text: String?, _ field: String) throws(Problem) {
        if text?.has("\0") ?? false { throw Problem("the field \(field) holds a NUL character") }
    }

    /// Refuses an id that an earlier entry of the list has.
    private static func note(
        _ id: String?, of index: Int, in seen: inout [String: Int], field: String, list: String
    ) throws(Problem) {
        guard let id, let first = seen.updateValue(index, forKey: id) else { return }
        throw repeated(field, list: list, first: first)
    }

    private static func repeated(_ field: String, list: String, first: Int) -> Problem {
        Problem("the field \(field) repeats that of \(list)[\(first)]; each must be different")
    }
}

extension DirectoryFile {
    /// Why the file cannot be used.
    struct Problem: Error, Equatable {
        var text: String

        init(_ text: String) { self.text = text }

        /// Describes the place and the reason of the decoder's error.
        init(_ error: any Error) {
            text = (error as? DecodingError).map { DecodingProblem($0).text } ?? "\(error)"
        }
    }

    /// The fields as the file has them.
    private struct Written: Decodable {
        struct User: Decodable {
            var id: String?
            var userPrincipalName: String
            var displayName: String?
            var mail: String?
        }

        struct Group: Decodable {
            var id: String
            var displayName: String
            var members: [String]?
        }

        struct Site: Decodable {
            var id: String?
            var name: String
            var displayName: String?
        }

        var tenantId: String?
        var users: [User]?
        var groups: [Group]?
        var sites: [Site]?
    }
}
