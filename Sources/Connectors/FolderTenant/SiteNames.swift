import Texts

/// Which folders of `sites` are which sites. Names of sites compare by bytes.
struct SiteNames {
    struct Site {
        var id: String
        var name: String
        var described: DirectoryFile.Site?
    }

    /// All sites, in the order of the names.
    private(set) var sites: [Site] = []
    /// Warnings for the log: folders that were left out.
    private(set) var notices: [String] = []

    /// - Parameter names: the folders, sorted by bytes.
    init(_ names: [String], _ file: DirectoryFile, identifier: (String) -> String) {
        let present = Set(names.map(ExactText.init))
        let alike = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        var owners: [String: String] = [:]
        var left: [Site] = []
        for name in names {
            let described = Self.description(of: name, in: file, present: present, alike: alike[name] ?? 0)
            let site = Site(id: described?.id ?? identifier("sites/\(name)"), name: name, described: described)
            sites.append(site)
            if described?.id != nil { owners[site.id] = name } else { left.append(site) }
        }
        // An id from the file wins over one made from a name.
        for site in left {
            guard let owner = owners.updateValue(site.name, forKey: site.id) else { continue }
            owners[site.id] = owner
            sites.removeAll { $0.name.isExactly(site.name) }
            notices.append(
                "'sites/\(site.name.withEscapes)' is left out: its id \(site.id) is what directory.json gives "
                    + "'sites/\(owner.withEscapes)'; give one of them another id in directory.json")
        }
    }

    /// The file's entry for a folder: the one with the same bytes; otherwise one that looks the
    /// same, if no folder has its bytes and no other folder looks the same.
    private static func description(
        of name: String, in file: DirectoryFile, present: Set<ExactText>, alike: Int
    ) -> DirectoryFile.Site? {
        if let site = file.site(exactly: name) { return site }
        guard let site = file.site(named: name), !present.contains(ExactText(site.name)) else { return nil }
        return alike == 1 ? site : nil
    }
}
