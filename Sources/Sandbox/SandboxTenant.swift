public import BackupService
public import Connectors
import FileTree
public import Foundation
import OData
import Texts

/// The folder tenant that a sandbox owns: made from descriptions, changed at will.
public struct SandboxTenant: Sendable {
    private let folder: URL
    private let tenant: any Tenant
    private let clock: any WallClock
    private let makeID: @Sendable () -> String

    /// Takes a tenant's folder over.
    /// - Parameter folder: belongs to the sandbox alone; everything in it is deleted with a new description and with a reset.
    public init(folder: URL, tenant: any Tenant, clock: any WallClock, makeID: @escaping @Sendable () -> String) {
        self.folder = folder
        self.tenant = tenant
        self.clock = clock
        self.makeID = makeID
    }

    /// What there is.
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

    /// What there is.
    func summary() throws -> Summary {
        Summary(
            tenantId: tenant.id,
            users: try tenant.users().map { .init(id: $0.id, userPrincipalName: $0.userPrincipalName, displayName: $0.displayName, hasDrive: $0.hasDrive) },
            groups: try tenant.groups().map { .init(id: $0.id, displayName: $0.displayName, members: $0.members) },
            sites: try tenant.sites().map { .init(id: $0.id, name: $0.name, webUrl: $0.webURL, libraries: $0.libraries) })
    }

    /// Replaces everything by what a description says. A description that cannot be used changes nothing.
    func replace(by body: TenantBody) throws {
        try check(body)
        try clear()
        try write(directory(of: body))
        for user in body.users ?? [] {
            guard let files = user.drive else { continue }
            try makeFolder("drives/\(user.userPrincipalName)")
            try fill(try drive(user.userPrincipalName), files)
        }
        for site in body.sites ?? [] {
            try makeFolder("sites/\(site.name)")
            for (library, files) in site.libraries ?? [:] {
                try makeFolder("sites/\(site.name)/\(library)")
                try fill(try self.library(library, ofSite: site.name), files)
            }
        }
    }

    /// Deletes everything.
    func clear() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            try FileManager.default.removeItem(at: folder.appending(path: name))
        }
    }

    /// The files of a user's drive.
    func drive(_ userPrincipalName: String) throws -> SandboxFiles {
        guard let user = try tenant.users().first(where: { NameRule.anyCase.key($0.userPrincipalName) == NameRule.anyCase.key(userPrincipalName) && $0.hasDrive }) else {
            throw ODataError.notFound("There is no drive of a user '\(userPrincipalName)'.")
        }
        let tree = try tenant.inPlaceDestination(of: SourceID(kind: .drive, objectID: user.id))
        return SandboxFiles(tree: tree, root: .root, folder: folder.appending(path: "drives/\(user.userPrincipalName)").path, now: clock.now())
    }

    /// The files of a site's library.
    func library(_ name: String, ofSite siteName: String) throws -> SandboxFiles {
        guard let site = try tenant.sites().first(where: { $0.name.isExactly(siteName) }), site.libraries.contains(where: { $0.isExactly(name) }), let root = TreePath(name) else {
            throw ODataError.notFound("There is no library '\(name)' of a site '\(siteName)'.")
        }
        let tree = try tenant.inPlaceDestination(of: SourceID(kind: .site, objectID: site.id))
        return SandboxFiles(tree: tree, root: root, folder: folder.appending(path: "sites/\(siteName)/\(name)").path, now: clock.now())
    }

    private func fill(_ files: SandboxFiles, _ contents: [String: FileContent]) throws {
        for (path, content) in contents.sorted(by: { $0.key < $1.key }) { try files.write(path, content) }
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(at: folder.appending(path: path), withIntermediateDirectories: true)
    }

    private func check(_ body: TenantBody) throws {
        let users = (body.users ?? []).map(\.userPrincipalName)
        let sites = body.sites ?? []
        let libraries = sites.flatMap { $0.libraries?.keys.map { $0 } ?? [] }
        for name in users + sites.map(\.name) + libraries where !TreePath.isValidName(name.utf8) || name.utf8.first == UInt8(ascii: ".") || name.utf8.count > 255 {
            throw ODataError.badRequest("'\(name)' cannot name a user, site or library: it is the name of a folder, without '/' and without '.' at the start.")
        }
        guard Set(users.map(NameRule.anyCase.key)).count == users.count, Set(sites.map { ExactText($0.name) }).count == sites.count else {
            throw ODataError.badRequest("Two users or two sites have the same name.")
        }
        for id in (body.users ?? []).compactMap(\.id) + (body.groups ?? []).compactMap(\.id) + sites.compactMap(\.id) where UUID(uuidString: id) == nil {
            throw ODataError.badRequest("'\(id)' is not a UUID.")
        }
        for member in (body.groups ?? []).flatMap({ $0.members ?? [] }) where !users.contains(where: { $0.lowercased() == member.lowercased() }) {
            throw ODataError.badRequest("'\(member)' is a member of a group and not a user of the description; name members by userPrincipalName.")
        }
        for user in body.users ?? [] { try SandboxFiles.check((user.drive ?? [:]).keys) }
        for files in sites.flatMap({ $0.libraries?.values.map { $0 } ?? [] }) { try SandboxFiles.check(files.keys) }
    }

    /// The description as `directory.json` has it.
    private func directory(of body: TenantBody) -> DirectoryDocument {
        DirectoryDocument(
            users: (body.users ?? []).map { .init(id: $0.id, userPrincipalName: $0.userPrincipalName, displayName: $0.displayName, mail: $0.mail) },
            groups: (body.groups ?? []).map { .init(id: $0.id ?? makeID(), displayName: $0.displayName, members: $0.members ?? []) },
            sites: (body.sites ?? []).map { .init(id: $0.id, name: $0.name, displayName: $0.displayName) })
    }

    private func write(_ directory: DirectoryDocument) throws {
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
