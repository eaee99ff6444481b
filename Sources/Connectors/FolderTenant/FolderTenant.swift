import FileTree
public import Logging
import Synchronization
import Texts

/// A tenant whose drives and sites are folders of this machine or of a mounted share.
///
/// ```
/// tenant/
///   directory.json                      optional: ids, names, groups; see docs/directory-json.md
///   drives/<userPrincipalName>/...      a user's drive (its library "Documents")
///   sites/<site name>/<library>/...     a site with its document libraries
///   sites/.holdfast/                    what Holdfast notes about the sites that restores made
///   mailboxes/<userPrincipalName>/      a Maildir
/// ```
///
/// Names that start with a dot are not drives, sites or libraries. Symbolic links in place of
/// these folders are not followed; they and names that are not UTF-8 are left out, with a
/// warning in the log.
///
/// Identifiers that `directory.json` does not give are UUIDs of version 5 of the tenant id and the
/// path, for example `drives/adele@contoso.example` (for a user, whatever the user has) or
/// `sites/team`. A user's id stays when the folder is renamed by case only: it is made of the
/// spelling that was seen first, which `NameMemory` keeps.
public final class FolderTenant: Tenant {
    /// The host in the addresses of drives and sites where none is configured; the top-level domain
    /// is reserved (RFC 2606), so it never leads anywhere.
    public static let defaultHost = "tenant.sharepoint.example"

    /// The tenant's identifier: a UUID in lower case.
    public let id: String
    /// The folder, as given.
    public let folder: String

    let host: String
    /// The most copies of one source.
    let copyLimit: Int
    let logger: Logger
    /// Tells what changes; without it every source is read each time.
    let watcher: FolderWatcher?
    private let state: Mutex<State>

    private struct State {
        var directory: LoadedDirectory
        /// Where the source with an id was last seen; a hint that is checked before it is used.
        var places: [SourceID: String] = [:]
        /// The folders of which each could be a source.
        var disputed: [SourceID: [String]] = [:]
        var names: KnownNames
        var warned: Set<ExactText> = []
    }

    private let memory: (any NameMemory)?

    /// Opens a tenant.
    /// - Parameters:
    ///   - folder: the path of the tenant's folder.
    ///   - id: the tenant's UUID, used where `directory.json` has no `tenantId`.
    ///   - host: the host of the addresses: drives are `https://<host>/personal/<user>`, sites
    ///     `https://<host>/sites/<name>`.
    ///   - copyLimit: the most new sites that are made of one source.
    ///   - names: keeps spellings over restarts; without it they are known while
    ///     the tenant is open.
    ///   - watcher: tells what changes; without it every source is read each time.
    /// - Throws: `tenantNotFound`, `unavailable` (also where `names` cannot be read),
    ///   `invalidDirectory` (the file `directory.json` cannot be used), `invalidArgument`
    ///   (`id` is no UUID).
    public init(
        folder: String, id: String, host: String = FolderTenant.defaultHost,
        copyLimit: Int = FolderTenant.publishedCopyLimit,
        names: (any NameMemory)? = nil, watcher: FolderWatcher? = nil, logger: Logger
    ) throws(TenantError) {
        guard let given = Identifiers.canonicalUUID(id) else {
            throw TenantError(
                .invalidArgument, "the tenant id '\(id)' is not a UUID such as 11111111-2222-3333-4444-555555555555")
        }
        let directory = try LoadedDirectory.load(from: FolderTenant.root(folder, .read), folder)
        if let problem = directory.problem { throw problem }
        self.id = directory.file.tenantID ?? given
        self.folder = folder
        self.host = host
        self.copyLimit = copyLimit
        self.logger = logger
        self.watcher = watcher
        memory = names
        state = Mutex(State(directory: directory, names: try FolderTenant.load(names)))
    }

    private static func load(_ memory: (any NameMemory)?) throws(TenantError) -> KnownNames {
        do {
            return KnownNames(try memory?.load() ?? [])
        } catch {
            throw error as? TenantError
                ?? TenantError(
                    .unavailable, "the saved spellings of people's names cannot be read: \(error)", cause: error)
        }
    }

    /// The tenant's folder, reopened for each call, so that a share that was
    /// mounted again is found.
    func root(_ access: LocalTree.Access) throws(TenantError) -> LocalTree {
        try FolderTenant.root(folder, access)
    }

    private static func root(_ folder: String, _ access: LocalTree.Access) throws(TenantError) -> LocalTree {
        do throws(TreeError) {
            return try LocalTree(path: folder, access: access)
        } catch {
            let missing = error.code == .notFound || error.code == .wrongKind
            throw TenantError(
                missing ? .tenantNotFound : .unavailable, "the tenant cannot be opened: \(error.message)", cause: error)
        }
    }

    /// The directory as the file describes it now; the last usable one, with a warning, while the
    /// file cannot be used.
    func directory(_ root: LocalTree) throws(TenantError) -> DirectoryFile {
        let known = state.withLock { $0.directory }
        let now = try known.reloaded(from: root, folder)
        if let problem = now.problem {
            warnOnce("\(problem.message); the last usable content stays in force")
        } else if let changed = now.file.tenantID, changed != id {
            throw TenantError(
                .invalidDirectory,
                """
                '\(folder)/directory.json': the field tenantId was '\(id)' and is now '\(changed)'; put the old \
                one back, or restart to serve another tenant
                """
            )
        }
        state.withLock { $0.directory = now }
        return now.file
    }

    /// Where a source was last seen.
    func place(of source: SourceID) -> String? {
        state.withLock { $0.places[source] }
    }

    /// The folders of which each could be the source; nil where it is clear.
    func disputedFolders(of source: SourceID) -> [String]? {
        state.withLock { $0.disputed[source] }
    }

    /// Remembers where sites are. Sites that are gone keep their last name.
    func remember(_ places: [(SourceID, String)]) {
        state.withLock { state in
            for (source, name) in places { state.places[source] = name }
        }
    }

    /// Remembers where people's folders are, and how they are spelled.
    func remember(_ people: People) {
        state.withLock { state in
            for (source, name) in people.places { state.places[source] = name }
            state.disputed = people.disputed
        }
        keep(people.spellings)
    }

    /// Learns the spellings from which people's ids were made, as their units remember them, for a
    /// state that is older than the memory of names. Names that give no such id are skipped.
    public func recognize(_ owners: [(id: String, name: String)]) {
        keep(owners.filter { identifier("drives/\($0.name)") == $0.id }.map { KnownName(person: $0.name) })
    }

    /// Keeps the spellings that are new.
    private func keep(_ spellings: [KnownName]) {
        let failure: (any Error)? = state.withLock { state in
            let new = spellings.filter { state.names.learn($0) }
            guard !new.isEmpty, let memory else { return nil }
            do {
                try memory.append(new)
                return nil
            } catch {
                return error
            }
        }
        guard let failure else { return }
        warnOnce(
            """
            the spelling of people's names cannot be saved (\(failure)): after a restart a folder that was \
            renamed by case can belong to another person
            """
        )
    }

    /// How people's names were spelled.
    var knownNames: KnownNames { state.withLock { $0.names } }

    /// The spelling of a person's name from which the id is made.
    func spelling(of name: String) -> String {
        state.withLock { $0.names[name]?.person } ?? name
    }

    /// Writes a warning to the log, each text once.
    func warnOnce(_ text: String) {
        if state.withLock({ $0.warned.insert(ExactText(text)).inserted }) {
            logger.warning("\(text)")
        }
    }

    /// The identifier of the folder at a path of the tenant.
    func identifier(_ path: String) -> String {
        guard let identifier = Identifiers.uuid5(namespace: id, name: Array(path.utf8)) else {
            preconditionFailure("the tenant id was checked to be a UUID when the tenant was opened")
        }
        return identifier
    }
}
