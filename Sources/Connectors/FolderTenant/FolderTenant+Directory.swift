import FileTree
import Texts

extension FolderTenant {
    /// Everyone in `directory.json`, and everyone who has a drive or a mailbox.
    public func users() throws(TenantError) -> [DirectoryUser] {
        let root = try root(.read)
        let file = try directory(root)
        let found = People(
            file: file, drives: try folders(root, "drives"), mailboxes: try folders(root, "mailboxes"),
            known: knownNames,
            identifier: identifier, driveURL: driveURL)
        for notice in found.notices { warnOnce(notice) }
        remember(found)
        return found.users
    }

    /// The groups of `directory.json`.
    public func groups() throws(TenantError) -> [DirectoryGroup] {
        let file = try directory(root(.read))
        let groups = file.groups.map { group in
            DirectoryGroup(
                id: group.id, displayName: group.displayName, members: group.members.map { userID(file.users[$0]) })
        }
        return groups.sorted { (ExactText($0.displayName), $0.id) < (ExactText($1.displayName), $1.id) }
    }

    /// All folders in `sites`.
    public func sites() throws(TenantError) -> [DirectorySite] {
        let root = try root(.read)
        let file = try directory(root)
        let records = SiteRecords(root: root, folder: folder)
        let names = try folders(root, "sites")
        for notice in FolderTenant.lookAlikes(names, in: "sites", "sites") { warnOnce(notice) }
        let siteNames = SiteNames(names, file, identifier: identifier)
        for notice in siteNames.notices { warnOnce(notice) }
        var sites: [DirectorySite] = []
        for site in siteNames.sites {
            let made = try records.record(ofSite: site.name)
            sites.append(
                DirectorySite(
                    id: site.id, name: site.name, displayName: site.described?.displayName ?? site.name,
                    webURL: made?.webUrl ?? siteURL(site.name), libraries: try folders(root, "sites/\(site.name)")))
        }
        remember(sites.map { (SourceID(kind: .site, objectID: $0.id), $0.name) })
        return sites
    }

    /// A source for each drive, sorted by the owner's name, then one for each site.
    public func sources() throws(TenantError) -> [ProtectionSource] {
        let drives = try users().filter(\.hasDrive).map { user in
            ProtectionSource(
                id: SourceID(kind: .drive, objectID: user.id), displayName: user.displayName,
                userPrincipalName: user.userPrincipalName, mail: user.mail, webURL: user.driveWebURL)
        }
        let sites = try sites().map { site in
            ProtectionSource(
                id: SourceID(kind: .site, objectID: site.id), displayName: site.displayName, webURL: site.webURL)
        }
        return drives + sites
    }

    /// The id of a person in `directory.json`.
    func userID(_ user: DirectoryFile.User) -> String {
        user.id ?? identifier("drives/\(spelling(of: user.userPrincipalName))")
    }

    /// Warns of folders whose names are canonically equivalent: people cannot tell them apart.
    static func lookAlikes(_ names: [String], in place: String, _ what: String) -> [String] {
        Dictionary(grouping: names.filter { !$0.utf8.allSatisfy { $0 < 0x80 } }) { $0 }.values.filter { $0.count > 1 }
            .map { twins in
                let list = twins.map { "'\(place)/\($0.withEscapes)'" }.joined(separator: " and ")
                return
                    """
                    \(list) look the same, but their names have different bytes: they are \(twins.count) different \
                    \(what)
                    """
            }
    }

    /// The names of the folders in a folder of the tenant, sorted; none where that is missing.
    private func folders(_ root: LocalTree, _ name: String) throws(TenantError) -> [String] {
        guard let path = TreePath(name) else { return [] }
        do throws(TreeError) {
            let listing = try root.items(in: path)
            for failure in listing.failures { warnOnce("'\(folder)/\(failure.path)' is left out: \(failure.message)") }
            return listing.items.compactMap { folderName($0, in: name) }
        } catch {
            if error.code == .notFound { return [] }
            throw TenantError(.unavailable, "'\(folder)/\(name)' cannot be listed: \(error.message)", cause: error)
        }
    }

    private func folderName(_ item: Item, in place: String) -> String? {
        if item.name.first == UInt8(ascii: ".") { return nil }
        if item.attributes.kind == .symbolicLink {
            warnOnce(
                """
                '\(folder)/\(place)/\(String(decoding: item.name, as: UTF8.self))' is a symbolic link and is left \
                out; put the folder itself there or mount it
                """
            )
        }
        guard item.attributes.kind == .folder else { return nil }
        guard let name = String(validating: item.name, as: UTF8.self) else {
            warnOnce(
                """
                '\(folder)/\(place)/\(String(decoding: item.name, as: UTF8.self))' is left out: its name is not \
                UTF-8; rename it
                """
            )
            return nil
        }
        return name
    }
}
