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
    /// What was left out, for the log.
    private(set) var notices: [String] = []

    /// - Parameter names: the folders, sorted by bytes.
    init(_ names: [String], _ file: DirectoryFile, identifier: (String) -> String) {
        let present = Set(names.map(ExactText.init))
        let alike = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        var owners: [String: String] = [:]
        var left: [Site] = []
        for name in names {
            let described = Self.description(of: name, file, present, alike[name] ?? 0)
            let site = Site(id: described?.id ?? identifier("sites/\(name)"), name: name, described: described)
            sites.append(site)
            if described?.id != nil { owners[site.id] = name } else { left.append(site) }
        }
        // An id that the file gives goes before one that a name gives.
        for site in left {
            guard let owner = owners.updateValue(site.name, forKey: site.id) else { continue }
            owners[site.id] = owner
            sites.removeAll { $0.name.isExactly(site.name) }
            notices.append(
                "'sites/\(site.name.withEscapes)' is left out: its id \(site.id) is what directory.json gives "
                    + "'sites/\(owner.withEscapes)'; give one of them another id in directory.json")
        }
    }

    /// What the file says of a folder: by its bytes, or, where no folder has the bytes of that
    /// description, because it looks the same and no other folder does.
    private static func description(
        of name: String, _ file: DirectoryFile, _ present: Set<ExactText>, _ alike: Int
    ) -> DirectoryFile.Site? {
        if let site = file.site(exactly: name) { return site }
        guard let site = file.site(named: name), !present.contains(ExactText(site.name)) else { return nil }
        return alike == 1 ? site : nil
    }
}
