import Foundation
import Texts

/// The folder in which a server keeps everything of its own: settings, master
/// secret, catalogue and repositories.
///
/// The folder has mode 0700 and its files 0600; anything wider is refused, because the master
/// secret opens every backup.
struct StateFolder: Sendable {
    let url: URL
    private(set) var settings: StateSettings
    /// 32 bytes from which every repository password and sealing key derives.
    let masterSecret: [UInt8]
    /// Where the repositories are.
    var repositories: any RepositoryShelf

    /// The right to be the folder's one server; nil for a command that works beside one.
    var lock: StateLock?

    var catalogPath: String { url.appending(path: StateFile.catalog).path }
    /// The file that keeps how people's names were spelled first.
    var namesPath: String { url.appending(path: StateFile.names).path }

    /// Opens an existing state folder, beside its server or without one.
    static func open(at path: String) async throws -> StateFolder {
        let url = URL(filePath: path).standardizedFileURL
        try requireAccess(url)
        guard url.holds(StateFile.settings) else {
            throw await settingsMissing(url, shelf(in: url)) ?? StateRefusal.noStateFolder(url.path)
        }
        try PrivateFile.require(url, mode: 0o700)
        let settings = try StateSettings.read(in: url)
        let secret = try MasterSecret.read(in: url)
        try PrivateFile.require(url.appending(path: StateFile.settings), mode: 0o600)
        return StateFolder(
            url: url, settings: settings, masterSecret: secret, repositories: try shelf(in: url, of: settings))
    }

    /// Opens an existing state folder as its one server.
    static func openAsServer(at url: URL) async throws -> StateFolder {
        let lock = try StateLock.take(in: url)
        var state = try await open(at: url.path)
        state.lock = lock
        return state
    }

    /// Opens the state folder of a server, making it on the first start, and
    /// remembers the tenant's folder.
    /// - Parameter mayMove: whether another folder than before is the same tenant in a new place.
    ///   Otherwise it is refused where there are backups: every drive of the old one would look
    ///   deleted, and a drive of the same name in the new one would go on in its repository.
    static func openOrCreate(
        at path: String, tenantPath: String, store: StoreSettings = StoreSettings(),
        catalog: CatalogSettings = CatalogSettings(), mayMove: Bool = false
    ) async throws -> StateFolder {
        let tenant = try existingTenant(tenantPath)
        let url = URL(filePath: path).standardizedFileURL
        try requireAccess(url)
        try requireOutside(url, of: tenant)
        guard !url.holds(StateFile.sandbox) else { throw StateRefusal.isSandbox(url.path) }
        guard url.holds(StateFile.settings) else {
            return try await create(at: url, tenantPath: tenant.path, store: store, catalog: catalog)
        }
        var state = try await openAsServer(at: url)
        try await state.take(store, catalog)
        try await state.adopt(tenant, mayMove: mayMove)
        return state
    }

    /// Makes a state folder and opens it as its one server.
    static func create(
        at url: URL, tenantPath: String, store: StoreSettings = StoreSettings(),
        catalog: CatalogSettings = CatalogSettings()
    ) async throws -> StateFolder {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        guard StateFile.ofBegunFolder.isSuperset(of: entries) else {
            throw await settingsMissing(url, shelf(in: url)) ?? StateRefusal.notEmpty(url.path)
        }
        try PrivateFile.makeFolder(url)
        let lock = try StateLock.take(in: url)
        // Of two servers that start together, the second finds settings here once the first has ended.
        if !url.holds(StateFile.settings) {
            // A start that was killed before it wrote settings left a secret on which nothing depends yet.
            try MasterSecret.makeIfMissing(in: url)
            let settings = StateSettings(
                tenantID: UUID().uuidString.lowercased(), tenantPath: tenantPath, store: store, catalog: catalog)
            try settings.write(in: url)
        }
        var state = try await open(at: url.path)
        state.lock = lock
        return state
    }

    /// Writes `settings.json` anew where only secret and repositories are left, which tell whose they
    /// are. Does nothing where it is there.
    static func recoverSettings(at path: String, tenantPath: String) async throws {
        let tenant = try existingTenant(tenantPath)
        let url = URL(filePath: path).standardizedFileURL
        try requireAccess(url)
        try requireOutside(url, of: tenant)
        guard !url.holds(StateFile.settings) else { return }
        guard let tenantID = await shelf(in: url).tenantID() else {
            throw await settingsMissing(url, shelf(in: url)) ?? StateRefusal.noStateFolder(url.path)
        }
        try StateSettings(tenantID: tenantID, tenantPath: tenant.path).write(in: url)
    }
}

// MARK: What is refused

extension StateFolder {
    private static func existingTenant(_ path: String) throws -> URL {
        let tenant = URL(filePath: path).standardizedFileURL
        var isFolder: ObjCBool = false
        let exists = unsafe FileManager.default.fileExists(atPath: tenant.path, isDirectory: &isFolder)
        guard exists, isFolder.boolValue else { throw StateRefusal.noTenant(tenant.path) }
        return tenant
    }

    private static func requireOutside(_ url: URL, of tenant: URL) throws {
        guard url.path.isExactly(tenant.path) || url.path.beginsExactly(with: tenant.path + "/") else { return }
        throw StateRefusal.insideTenant(folder: url.path, tenant: tenant.path)
    }

    /// Remembers the tenant's folder, unless it may be another tenant than the one of the backups.
    private mutating func adopt(_ tenant: URL, mayMove: Bool) async throws {
        let former = settings.tenantPath
        guard !former.isExactly(tenant.path) else { return }
        let formerTarget = URL(filePath: former).resolvingSymlinksInPath().path
        let isSame = formerTarget.isExactly(tenant.resolvingSymlinksInPath().path)
        let isAccepted = if isSame || mayMove { true } else { try await !repositories.holdsRepositories() }
        guard isAccepted else {
            throw StateRefusal.otherTenant(folder: url.path, former: former, given: tenant.path)
        }
        settings.tenantPath = tenant.path
        try settings.write(in: url)
    }

    /// Takes the store that the server was told, unless backups are left behind in another one.
    private mutating func take(_ store: StoreSettings, _ catalog: CatalogSettings) async throws {
        var next = settings
        next.keep(store, catalog)
        guard next != settings else { return }
        let shelf = try Self.shelf(in: url, of: next)
        let isMove = next.store?.address != settings.store?.address
        if isMove, try await !shelf.holdsRepositories(), try await repositories.holdsRepositories() {
            throw StateRefusal.otherStore(
                folder: url.path, former: repositories.address, given: shelf.address)
        }
        try next.write(in: url)
        settings = next
        repositories = shelf
    }

    /// Remembers where the catalogue went.
    mutating func keep(catalog: CatalogSettings) throws {
        settings.keep(settings.store ?? StoreSettings(), catalog)
        try settings.write(in: url)
    }

    /// What to tell a user whose folder has no settings but was a state folder; nil where it was none.
    private static func settingsMissing(_ url: URL, _ repositories: any RepositoryShelf) async -> StateRefusal? {
        guard url.holds(StateFile.catalog) || url.holds(StateFile.repositories) else { return nil }
        return .settingsMissing(folder: url.path, tenantID: await repositories.tenantID())
    }

    /// Tells a folder that this account may not look into from one that does not exist.
    static func requireAccess(_ url: URL) throws {
        guard unsafe access(url.appending(path: StateFile.settings).path, F_OK) != 0, errno == EACCES || errno == EPERM
        else { return }
        let owner = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.ownerAccountName] as? String
        throw StateRefusal.notPermitted(folder: url.path, owner: owner)
    }
}
