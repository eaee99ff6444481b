import Crypto
import Foundation
import Texts

/// The folder in which a server keeps everything of its own: settings, master
/// secret, catalogue and repositories.
///
/// The folder has mode 0700 and its files 0600; anything wider is refused, because the master
/// secret opens every backup.
struct StateFolder: Sendable {
    /// What `settings.json` holds.
    struct Settings: Codable, Equatable, Sendable {
        /// The format of the folder; a greater number was written by a newer Holdfast.
        var formatVersion: Int
        /// The tenant's id, a lower-case UUID made once.
        var tenantID: String
        /// The absolute path of the tenant's folder, as `serve` was last told.
        var tenantPath: String
    }

    /// The format that this program reads and writes.
    static let currentFormatVersion = 1

    let url: URL
    let settings: Settings
    /// 32 bytes from which every repository password and sealing key derives.
    let masterSecret: [UInt8]

    /// The right to be the folder's one server; nil for a command that works beside one.
    var lock: StateLock?

    /// Where the catalogue is.
    var catalogPath: String { url.appending(path: "catalog.sqlite").path }
    /// Where the spellings of people's names are kept.
    var namesPath: String { url.appending(path: "names.jsonl").path }
    /// Where the repositories are, a folder for each unit.
    var repositoriesPath: String { url.appending(path: "repositories").path }

    /// Opens an existing state folder.
    static func open(at path: String) throws -> StateFolder {
        let url = URL(filePath: path).standardizedFileURL
        try requireAccess(url)
        guard FileManager.default.fileExists(atPath: url.appending(path: "settings.json").path) else {
            throw withoutSettings(url)
                ?? UsageError(
                    """
                    '\(url.path)' is not a Holdfast state folder: it has no settings.json. Start a server on it \
                    once: holdfast serve --tenant <folder> --state \(url.path)
                    """
                )
        }
        try requirePrivate(url, mode: 0o700)
        let settings = try readSettings(in: url)
        let secretURL = url.appending(path: "master.key")
        guard FileManager.default.fileExists(atPath: secretURL.path) else {
            throw UsageError(
                """
                '\(secretURL.path)' is missing. Put back the copy that you kept: without it no repository can be \
                opened through Holdfast. Nothing was changed.
                """
            )
        }
        try requirePrivate(secretURL, mode: 0o600)
        try requirePrivate(url.appending(path: "settings.json"), mode: 0o600)
        let secret = [UInt8](try Data(contentsOf: secretURL))
        guard secret.count == 32 else {
            throw UsageError(
                """
                '\(secretURL.path)' holds \(secret.count) bytes instead of 32. Put back the copy that you kept: \
                without it no repository can be opened through Holdfast.
                """
            )
        }
        return StateFolder(url: url, settings: settings, masterSecret: secret)
    }

    /// Opens the state folder of a server, making it on the first start, and
    /// remembers the tenant's folder.
    /// - Parameter mayMove: whether another folder than before is the same tenant in a new place.
    ///   Otherwise it is refused where there are backups: every drive of the old one would look
    ///   deleted, and a drive of the same name in the new one would go on in its repository.
    static func openOrCreate(at path: String, tenantPath: String, mayMove: Bool = false) throws -> StateFolder {
        let tenant = URL(filePath: tenantPath).standardizedFileURL
        var isFolder: ObjCBool = false
        guard unsafe FileManager.default.fileExists(atPath: tenant.path, isDirectory: &isFolder), isFolder.boolValue
        else {
            throw UsageError(
                """
                There is no tenant folder '\(tenant.path)'. Give --tenant a folder that holds drives/<user>/... \
                (docs/directory-json.md tells the layout).
                """
            )
        }
        let url = URL(filePath: path).standardizedFileURL
        try requireAccess(url)
        if url.path.isExactly(tenant.path) || url.path.beginsExactly(with: tenant.path + "/") {
            throw UsageError(
                """
                The state folder '\(url.path)' lies inside the tenant '\(tenant.path)': backups would be among \
                what they protect. Choose another --state.
                """
            )
        }
        guard !FileManager.default.fileExists(atPath: url.appending(path: sandboxMark).path) else {
            throw UsageError(
                """
                '\(url.path)' belongs to a sandbox, whose clock and drives are not real. Give --sandbox, or \
                another --state.
                """
            )
        }
        if FileManager.default.fileExists(atPath: url.appending(path: "settings.json").path) {
            let lock = try StateLock.take(in: url)
            var state = try open(at: path)
            state.lock = lock
            let former = state.settings.tenantPath
            guard !former.isExactly(tenant.path) else { return state }
            let isSame = URL(filePath: former).resolvingSymlinksInPath().path.isExactly(
                tenant.resolvingSymlinksInPath().path)
            guard try isSame || mayMove || !state.holdsRepositories() else {
                throw UsageError(
                    """
                    '\(url.path)' holds backups of the tenant '\(former)', and --tenant is '\(tenant.path)'. Give \
                    that folder, or another --state. If the same drives have moved there, give --move-tenant too. \
                    Nothing was changed.
                    """
                )
            }
            var settings = state.settings
            settings.tenantPath = tenant.path
            try write(settings, in: url)
            return StateFolder(url: url, settings: settings, masterSecret: state.masterSecret, lock: lock)
        }
        return try create(at: url, tenantPath: tenant.path)
    }

    static func create(at url: URL, tenantPath: String) throws -> StateFolder {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        // Half-written files are what a start leaves behind that was killed.
        let begun = [
            StateLock.fileName, "master.key", "master.key.new", "settings.json.new", sandboxMark, sandboxMark + ".new",
            sandboxTenant,
        ]
        guard entries.allSatisfy(begun.contains) else {
            if let loss = withoutSettings(url) { throw loss }
            throw UsageError(
                """
                '\(url.path)' is not empty and not a Holdfast state folder. Give --state a folder that is empty or \
                not there yet.
                """
            )
        }
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: url.path)
        } catch {
            throw UsageError("The state folder '\(url.path)' cannot be made: \(explained(error))")
        }
        let lock = try StateLock.take(in: url)
        var state = try begin(at: url, tenantPath: tenantPath)
        state.lock = lock
        return state
    }

    /// Makes what is missing of a new folder, under its lock: of two servers that start together
    /// only one gets here.
    private static func begin(at url: URL, tenantPath: String) throws -> StateFolder {
        // Somebody else made it since we looked, and has ended.
        if FileManager.default.fileExists(atPath: url.appending(path: "settings.json").path) {
            return try open(at: url.path)
        }
        // A start that was killed between the two files left a secret that nothing depends
        // on yet: keep it.
        let secretURL = url.appending(path: "master.key")
        if !FileManager.default.fileExists(atPath: secretURL.path) {
            let key = SymmetricKey(size: .bits256)
            try writePrivate(unsafe key.withUnsafeBytes { unsafe Data($0) }, to: secretURL)
        }
        let tenantID = UUID().uuidString.lowercased()
        try write(Settings(formatVersion: currentFormatVersion, tenantID: tenantID, tenantPath: tenantPath), in: url)
        return try open(at: url.path)
    }

    /// What a folder without settings is told that was a state folder; nil where it was none.
    private static func withoutSettings(_ url: URL) -> UsageError? {
        let isState = ["catalog.sqlite", "repositories"].contains {
            FileManager.default.fileExists(atPath: url.appending(path: $0).path)
        }
        guard isState else { return nil }
        let id = tenantID(besideRepositoriesIn: url)
        let form =
            #"""
            {"formatVersion": \#(currentFormatVersion), "tenantID": "\#(id ?? "<the tenant's id>")", \#
            "tenantPath": "<the tenant's folder>"}
            """#
        return UsageError(
            """
            '\(url.path)/settings.json' is missing, but the rest of the state folder is there. Put back the copy \
            that you kept, or write the file anew with mode 0600: \(form)
            """
        )
    }

    private static func readSettings(in url: URL) throws -> Settings {
        let file = url.appending(path: "settings.json")
        let settings: Settings
        do {
            settings = try JSONDecoder().decode(Settings.self, from: Data(contentsOf: file))
        } catch {
            throw UsageError(
                """
                '\(file.path)' cannot be read (\(explained(error))). Put back the copy that you kept, or mend it: \
                it holds formatVersion, tenantID and tenantPath.
                """
            )
        }
        guard settings.formatVersion <= currentFormatVersion else {
            throw UsageError(
                """
                The state folder '\(url.path)' was written by a newer Holdfast (format \(settings.formatVersion), \
                this program knows \(currentFormatVersion)). Start the newer program; nothing was changed.
                """
            )
        }
        return settings
    }

    private static func write(_ settings: Settings, in url: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try writePrivate(encoder.encode(settings), to: url.appending(path: "settings.json"))
    }

    /// Writes a file of mode 0600 under a temporary name, then gives it its own: a crash leaves the
    /// old file or the new one.
    static func writePrivate(_ data: Data, to url: URL) throws {
        let temporary = url.appendingPathExtension("new")
        guard
            FileManager.default.createFile(
                atPath: temporary.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else {
            throw UsageError("'\(temporary.path)' cannot be written. Look at the folder's permissions and free space.")
        }
        let handle = try FileHandle(forWritingTo: temporary)
        try handle.write(contentsOf: data)
        try handle.synchronize()
        try handle.close()
        guard unsafe rename(temporary.path, url.path) == 0 else {
            throw UsageError("'\(url.path)' cannot be replaced (error \(errno)). Look at the folder's permissions.")
        }
    }

    static func requirePrivate(_ url: URL, mode: Int) throws {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        } catch {
            throw UsageError("'\(url.path)' cannot be examined: \(explained(error))")
        }
        let found = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard found & ~mode & 0o777 == 0 else {
            throw UsageError(
                """
                '\(url.path)' can be read by others (mode \(String(found, radix: 8))). Run: chmod \
                \(String(mode, radix: 8)) '\(url.path)'
                """
            )
        }
    }

    /// Tells a folder that may not be looked into from one that is not there. - Throws:
    /// `UsageError` for the former.
    static func requireAccess(_ url: URL) throws {
        guard unsafe access(url.appending(path: "settings.json").path, F_OK) != 0, errno == EACCES || errno == EPERM
        else { return }
        let owner = (try? FileManager.default.attributesOfItem(atPath: url.path))?[.ownerAccountName] as? String
        throw UsageError(
            "The state folder '\(url.path)' may not be read by this account (permission denied). Run the command as "
                + (owner.map { "'\($0)', whose folder it is." } ?? "the account that runs the server."))
    }
}
