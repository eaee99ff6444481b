import FileTree

extension FolderTenant {
    /// The most copies of one source where nothing else is set. Source: backup and restore data in
    /// Microsoft 365 Backup, "up to 1,000" new sites.
    public static let publishedCopyLimit = 1000

    /// Makes `sites/<userPrincipalName>R0/Documents` for a drive, `sites/<site>R0` for a site, or
    /// finds what was made for this reservation.
    ///
    /// The note about a site is written before its folder, so that after a crash in between
    /// the same reservation still finds its number; a note without a folder is ignored, and
    /// its number is free.
    public func makeNewDestination(
        of source: SourceID, reservation: String, lastKnownName: String?
    ) throws(TenantError) -> NewDestination {
        try FolderTenant.check(reservation)
        let base = try name(of: source) ?? lastKnownName
        guard let base, TreePath.isValidName(base.utf8), base.utf8.first != UInt8(ascii: ".") else {
            throw TenantError(
                .sourceNotFound, "the tenant '\(folder)' has no \(source), and no name is known for a new place")
        }
        let root = try root(.write)
        try makeFolder("sites", in: root, permissions: 0o755)
        try makeFolder("sites/.holdfast", in: root, permissions: 0o700)
        let records = SiteRecords(root: root, folder: folder)
        let lock = try records.lock()
        defer { withExtendedLifetime(lock) {} }
        if let site = try records.site(for: reservation, copiesOf: base) {
            return try open(site, kind: source.kind, records: records)
        }
        let site = try makeSite(copying: base, kind: source.kind, reservation: reservation, records: records)
        return try open(site, kind: source.kind, records: records)
    }

    /// Takes the first free number. Making the folder decides: a name that another program took
    /// meanwhile is passed over.
    private func makeSite(
        copying base: String, kind: SourceKind, reservation: String, records: SiteRecords
    ) throws(TenantError) -> String {
        let original = kind == .site ? siteURL(base) : driveURL(base)
        for number in 0..<copyLimit {
            let name = "\(base)R\(number)"
            if try exists("sites/\(name)", in: records.root) { continue }
            try records.write(SiteRecords.Record(reservation: reservation, webUrl: "\(original)R\(number)"), site: name)
            if try makeFolder("sites/\(name)", in: records.root, permissions: 0o700) { return name }
            try records.remove(site: name)
        }
        throw TenantError(.tooManyCopies, "'\(folder)/sites' holds \(copyLimit) copies of '\(base)'; delete old ones")
    }

    /// Opens a site that was made for a restore, and completes it where a crash came in between.
    private func open(_ site: String, kind: SourceKind, records: SiteRecords) throws(TenantError) -> NewDestination {
        let root = records.root
        try makeFolder("sites/\(site)", in: root, permissions: 0o700)
        let place = kind == .site ? "sites/\(site)" : "sites/\(site)/Documents"
        try makeFolder(place, in: root, permissions: 0o700)
        let described = try directory(root).site(exactly: site)
        let url = try records.record(ofSite: site)?.webUrl ?? siteURL(site)
        let path = try TreePath(inTenant: place)
        return NewDestination(
            siteID: described?.id ?? identifier("sites/\(site)"), name: site, webURL: url,
            tree: try reporting(path, root.subtree(path, access: .write)))
    }

    /// The sign-in name or site name of a source that the tenant knows, also where
    /// its folder is gone.
    private func name(of source: SourceID) throws(TenantError) -> String? {
        let file = try directory(root(.read))
        if let name = place(of: source), isStill(source, at: name, by: file) {
            // A folder's name may differ from the sign-in name in its case.
            return source.kind == .site ? name : file.user(named: name)?.userPrincipalName ?? name
        }
        try lookAgain()
        if source.kind != .site, let user = file.users.first(where: { userID($0) == source.objectID }) {
            return user.userPrincipalName
        }
        return place(of: source)
    }

    private func exists(_ place: String, in root: LocalTree) throws(TenantError) -> Bool {
        let path = try TreePath(inTenant: place)
        return try reporting(path, root.exists(path))
    }

    /// Makes a folder; false where it exists already.
    @discardableResult
    private func makeFolder(_ place: String, in root: LocalTree, permissions: UInt16) throws(TenantError) -> Bool {
        let path = try TreePath(inTenant: place)
        return try reporting(path, root.makeMissingFolder(path, permissions: permissions))
    }

    /// Turns a failure of the file system into an error of the tenant.
    private func reporting<Answer>(
        _ path: TreePath, _ work: @autoclosure () throws(TreeError) -> Answer
    ) throws(TenantError) -> Answer {
        do throws(TreeError) {
            return try work()
        } catch {
            let code: TenantError.Code = error.code == .invalidName ? .invalidArgument : .unavailable
            throw TenantError(code, "'\(folder)/\(path)' cannot be made: \(error.message)", cause: error)
        }
    }

    private static func check(_ reservation: String) throws(TenantError) {
        let allowed = reservation.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard allowed, (1...128).contains(reservation.utf8.count) else {
            throw TenantError(
                .invalidArgument, "the reservation '\(reservation)' must have 1 to 128 letters, digits and '-'")
        }
    }
}

extension LocalTree {
    fileprivate func exists(_ path: TreePath) throws(TreeError) -> Bool {
        do throws(TreeError) {
            _ = try attributes(of: path)
            return true
        } catch {
            if error.code == .notFound { return false }
            throw error
        }
    }

    /// Makes a folder; false where an item has the name already.
    fileprivate func makeMissingFolder(_ path: TreePath, permissions: UInt16) throws(TreeError) -> Bool {
        do throws(TreeError) {
            try makeFolder(path, permissions: permissions)
            return true
        } catch {
            if error.code == .alreadyExists { return false }
            throw error
        }
    }
}
