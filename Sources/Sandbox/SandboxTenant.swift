public import Connectors
import FileTree
public import Foundation
import OData
public import ProtectionService
import Texts

/// The folder tenant that a sandbox owns. Clients describe it and change it at will.
public struct SandboxTenant: Sendable {
    private let folder: URL
    private let tenant: any Tenant
    private let clock: any WallClock
    private let makeID: @Sendable () -> String
    private let openTenant: @Sendable (_ folder: URL) throws -> any Tenant

    /// Takes a tenant's folder over.
    /// - Parameters:
    ///   - folder: belongs to the sandbox alone; a new description and a reset
    ///     delete everything in it.
    ///   - openTenant: opens another folder as a tenant, to find out whether it is one.
    public init(
        folder: URL, tenant: any Tenant, clock: any WallClock, makeID: @escaping @Sendable () -> String,
        openTenant: @escaping @Sendable (_ folder: URL) throws -> any Tenant
    ) {
        self.folder = folder
        self.tenant = tenant
        self.clock = clock
        self.makeID = makeID
        self.openTenant = openTenant
    }

    struct Summary: Encodable, Sendable {
        struct User: Encodable, Sendable {
            var id: String
            var userPrincipalName: String
            var displayName: String
            var hasDrive: Bool
        }
        struct Group: Encodable, Sendable {
            var id: String
            var displayName: String
            var members: [String]
        }
        struct Site: Encodable, Sendable {
            var id: String
            var name: String
            var webUrl: String
            var libraries: [String]
        }
        var tenantId: String
        var users: [User]
        var groups: [Group]
        var sites: [Site]
    }

    func summary() throws -> Summary {
        Summary(
            tenantId: tenant.id,
            users: try tenant.users().map {
                .init(
                    id: $0.id, userPrincipalName: $0.userPrincipalName, displayName: $0.displayName,
                    hasDrive: $0.hasDrive)
            },
            groups: try tenant.groups().map { .init(id: $0.id, displayName: $0.displayName, members: $0.members) },
            sites: try tenant.sites().map {
                .init(id: $0.id, name: $0.name, webUrl: $0.webURL, libraries: $0.libraries)
            })
    }

    /// Replaces everything by what a description says. The new tenant is made beside the old one and
    /// opened; only then does it take the old one's place. So a description that cannot be used, or a
    /// full disk, changes nothing.
    func replace(by body: TenantBody) throws {
        try check(body)
        let made = folder.deletingLastPathComponent().appending(path: folder.lastPathComponent + ".new")
        try Self.remove(made)
        defer { try? Self.remove(made) }
        try FileManager.default.createDirectory(
            at: made, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        try write(body, to: made)
        try requireTenant(made)
        try clear()
        for name in try FileManager.default.contentsOfDirectory(atPath: made.path) {
            try FileManager.default.moveItem(at: made.appending(path: name), to: folder.appending(path: name))
        }
    }

    private static func remove(_ place: URL) throws {
        if FileManager.default.fileExists(atPath: place.path) { try FileManager.default.removeItem(at: place) }
    }

    private func write(_ body: TenantBody, to folder: URL) throws {
        try write(directory(of: body), to: folder)
        for user in body.users {
            guard let files = user.drive else { continue }
            try fill(folder.appending(path: "drives/\(user.userPrincipalName)"), with: files)
        }
        for site in body.sites {
            for library in site.libraries {
                try fill(folder.appending(path: "sites/\(site.name)/\(library.name)"), with: library.files)
            }
            try makeFolder(folder.appending(path: "sites/\(site.name)"))
        }
    }

    /// Refuses a folder that cannot be used as this tenant.
    private func requireTenant(_ folder: URL) throws {
        do {
            let made = try openTenant(folder)
            _ = try made.sources()
            _ = try made.groups()
        } catch let error as TenantError {
            let message = error.message.replacing(folder.path + "/", with: "")
            throw ODataError.badRequest("The description cannot be used: \(message).")
        }
    }

    func clear() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder.appending(path: name))
        }
    }

    /// The files of a user's drive.
    func drive(_ userPrincipalName: String) throws -> SandboxFiles {
        guard
            let user = try tenant.users().first(where: {
                NameRule.anyCase.key($0.userPrincipalName) == NameRule.anyCase.key(userPrincipalName) && $0.hasDrive
            })
        else {
            throw ODataError.notFound("There is no drive of a user '\(userPrincipalName)'.")
        }
        let tree = try tenant.inPlaceDestination(of: SourceID(kind: .drive, objectID: user.id))
        return SandboxFiles(
            tree: tree, root: .root, folder: folder.appending(path: "drives/\(user.userPrincipalName)").path,
            now: clock.now())
    }

    /// The files of a site's library.
    func library(_ name: String, ofSite siteName: String) throws -> SandboxFiles {
        guard let site = try tenant.sites().first(where: { $0.name.isExactly(siteName) }),
            site.libraries.contains(where: { $0.isExactly(name) }), let root = TreePath(name)
        else {
            throw ODataError.notFound("There is no library '\(name)' of a site '\(siteName)'.")
        }
        let tree = try tenant.inPlaceDestination(of: SourceID(kind: .site, objectID: site.id))
        return SandboxFiles(
            tree: tree, root: root, folder: folder.appending(path: "sites/\(siteName)/\(name)").path, now: clock.now())
    }

    private func fill(_ place: URL, with contents: FilesByPath) throws {
        try makeFolder(place)
        let files = SandboxFiles(
            tree: try LocalTree(path: place.path, access: .write), root: .root, folder: place.path, now: clock.now())
        for (path, content) in contents { try files.write(path, content) }
    }

    private func makeFolder(_ place: URL) throws {
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }

    private func check(_ body: TenantBody) throws {
        let users = body.users.map(\.userPrincipalName)
        try checkNames(users + body.sites.flatMap { [$0.name] + $0.libraries.map(\.name) })
        guard Set(users.map(NameRule.anyCase.key)).count == users.count,
            Set(body.sites.map { ExactText($0.name) }).count == body.sites.count
        else { throw ODataError.badRequest("Two users or two sites have the same name.") }
        let ids = body.users.compactMap(\.id) + body.groups.compactMap(\.id) + body.sites.compactMap(\.id)
        for id in ids where UUID(uuidString: id) == nil { throw ODataError.badRequest("'\(id)' is not a UUID.") }
        let known = Set(users.map(NameRule.anyCase.key))
        for member in body.groups.flatMap(\.members) where !known.contains(NameRule.anyCase.key(member)) {
            throw ODataError.badRequest(
                """
                '\(member)' is a member of a group and not a user of the description; name members by \
                userPrincipalName.
                """
            )
        }
        for user in body.users { try SandboxFiles.check((user.drive ?? []).map(\.path)) }
        for library in body.sites.flatMap(\.libraries) { try SandboxFiles.check(library.files.map(\.path)) }
    }

    private func checkNames(_ names: [String]) throws {
        for name in names {
            let isName = TreePath.isValidName(name.utf8) && name.utf8.first != UInt8(ascii: ".")
            guard isName, name.utf8.count <= SandboxFiles.maximumNameBytes else {
                throw ODataError.badRequest(
                    "'\(name)' cannot name a user, site or library: it is the name of a folder, of at most "
                        + "\(SandboxFiles.maximumNameBytes) bytes, without '/' and without '.' at the start.")
            }
        }
    }

    /// The description as `directory.json` has it.
    private func directory(of body: TenantBody) -> DirectoryDocument {
        DirectoryDocument(
            users: body.users.map {
                .init(id: $0.id, userPrincipalName: $0.userPrincipalName, displayName: $0.displayName, mail: $0.mail)
            },
            groups: body.groups.map { .init(id: $0.id ?? makeID(), displayName: $0.displayName, members: $0.members) },
            sites: body.sites.map { .init(id: $0.id, name: $0.name, displayName: $0.displayName) })
    }

    private func write(_ directory: DirectoryDocument, to folder: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(directory).write(to: folder.appending(path: "directory.json"), options: .atomic)
    }
}

/// `directory.json`. Source: docs/directory-json.md.
private struct DirectoryDocument: Encodable {
    struct User: Encodable {
        var id: String?
        var userPrincipalName: String
        var displayName: String?
        var mail: String?
    }
    struct Group: Encodable {
        var id: String
        var displayName: String
        var members: [String]
    }
    struct Site: Encodable {
        var id: String?
        var name: String
        var displayName: String?
    }
    var users: [User]
    var groups: [Group]
    var sites: [Site]
}
