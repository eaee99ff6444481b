public import FileTree

extension FolderTenant {
    /// The content of a drive or site, for reading.
    public func tree(of source: SourceID) throws(TenantError) -> any ReadableTree {
        try open(source, .read)
    }

    /// Whether the kernel told of a change of a drive or site since a token was made, and its content.
    public func look(at source: SourceID, since token: ChangeToken?) throws(TenantError) -> SourceLook {
        let tree = try open(source, .read)
        guard let watcher else { return .unknown(SourceReading(tree: tree)) }
        if let token, watcher.isUnchanged(source, root: tree.rootIdentity, since: token) { return .unchanged }
        guard let walk = watcher.walk(source, root: tree.rootIdentity) else {
            return .unknown(SourceReading(tree: tree))
        }
        do throws(TreeError) {
            return .unknown(SourceReading(tree: try tree.observed(by: walk), finish: walk.finish))
        } catch {
            throw TenantError(.unavailable, "a folder of '\(folder)' cannot be opened: \(error.message)", cause: error)
        }
    }

    /// The content of a drive or site, for restoring in place.
    public func inPlaceDestination(of source: SourceID) throws(TenantError) -> any WritableTree {
        try open(source, .write)
    }

    /// Opens the folder of a source where it was last seen; if it is not there,
    /// searches for it once.
    private func open(_ source: SourceID, _ access: LocalTree.Access) throws(TenantError) -> LocalTree {
        let root = try root(access)
        if let name = place(of: source), isStill(source, at: name, by: try directory(root)) {
            if let tree = try subtree(source.kind, named: name, in: root, access: access) { return tree }
        }
        try lookAgain()
        if let paths = disputedFolders(of: source) { throw TenantError(.severalFolders, TenantError.several(paths)) }
        guard let name = place(of: source) else {
            throw TenantError(
                .sourceNotFound,
                "the tenant '\(folder)' has no \(source); look whether its folder was removed or is not mounted")
        }
        guard isStill(source, at: name, by: try directory(root)),
            let tree = try subtree(source.kind, named: name, in: root, access: access)
        else {
            throw TenantError(
                .sourceNotFound,
                """
                the folder '\(folder)/\(source.kind.folderName)/\(name)' is gone; put it back, or make it empty to \
                restore into it
                """
            )
        }
        return tree
    }

    /// Reads everything that says where sources are.
    func lookAgain() throws(TenantError) {
        _ = try users()
        _ = try sites()
    }

    /// Whether the folder `name` still belongs to the source, according to `directory.json`
    /// as it is now.
    func isStill(_ source: SourceID, at name: String, by file: DirectoryFile) -> Bool {
        switch source.kind {
        case .site:
            return [file.site(named: name)?.id, identifier("sites/\(name)")].contains(source.objectID)
        case .drive, .mailbox:
            if let user = file.user(exactly: name) { return userID(user) == source.objectID }
            let own = identifier("drives/\(spelling(of: name))")
            return [file.user(named: name).map(userID), own].contains(source.objectID)
        }
    }

    private func subtree(
        _ kind: SourceKind, named name: String, in root: LocalTree, access: LocalTree.Access
    ) throws(TenantError) -> LocalTree? {
        guard let path = TreePath("\(kind.folderName)/\(name)") else { return nil }
        do throws(TreeError) {
            return try root.subtree(path, access: access)
        } catch {
            switch error.code {
            case .notFound: return nil
            case .wrongKind, .escapes:
                throw TenantError(
                    .unavailable,
                    """
                    '\(folder)/\(path)' is a symbolic link or no folder, which Holdfast does not follow; put the \
                    folder itself there or mount it
                    """,
                    cause: error)
            default:
                throw TenantError(.unavailable, "'\(folder)/\(path)' cannot be opened: \(error.message)", cause: error)
            }
        }
    }
}

extension SourceKind {
    /// The folder of a tenant that holds the sources of this kind.
    var folderName: String {
        switch self {
        case .drive: "drives"
        case .site: "sites"
        case .mailbox: "mailboxes"
        }
    }
}
