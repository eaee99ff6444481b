/// Why a state folder is refused: what is wrong, with which file, and what to do.
/// A refusal changes nothing.
enum StateRefusal: UserFacingError, Equatable {
    /// What is wrong with a catalogue although there are repositories that it should know.
    enum CatalogLoss: String {
        case isMissing = "is missing"
        case isEmpty = "is empty"
        case knowsNoUnit = "knows no unit"
    }

    // The folder
    case noStateFolder(String)
    case notPermitted(folder: String, owner: String?)
    case notEmpty(String)
    case notCreated(folder: String, cause: String)
    case newerFormat(folder: String, found: Int, known: Int)
    case inUse(folder: String, holder: String, since: String?)

    // The folder and its tenant
    case noTenant(String)
    case insideTenant(folder: String, tenant: String)
    case otherTenant(folder: String, former: String, given: String)

    // The folder and its store
    case otherStore(folder: String, former: String, given: String)

    // The folder and the sandbox
    case isSandbox(String)
    case hasNoClock(String)
    case noSandbox(String)
    case unreadableSandbox(file: String, cause: String)

    // Files
    case settingsMissing(folder: String, tenantID: String?)
    case unreadableSettings(file: String, cause: String)
    case secretMissing(String)
    case wrongSecretSize(file: String, bytes: Int)
    case openToOthers(file: String, found: Int, allowed: Int)
    case notExamined(file: String, cause: String)
    case notWritten(String)
    case notReplaced(file: String, cause: String)
    case lockNotOpened(file: String, cause: String)
    case lockNotTaken(file: String, cause: String)

    // The catalogue
    case catalogLost(CatalogLoss, catalog: String, repositories: String, rebuild: String)
    case catalogDamaged(message: String, rebuild: String)
    case foreignCatalog(settings: String, tenant: String, other: String)
    case foreignSecret(secret: String, catalog: String)

    var description: String { text.printable }

    private var text: String {
        switch self {
        case .noStateFolder(let folder):
            """
            '\(folder)' is not a Holdfast state folder: it has no settings.json. Start a server on it once: holdfast \
            serve --tenant <folder> --state \(folder)
            """
        case .notPermitted(let folder, let owner):
            """
            The state folder '\(folder)' may not be read by this account (permission denied). Run the command as \
            \(owner.map { "'\($0)', whose folder it is" } ?? "the account that runs the server").
            """
        case .notEmpty(let folder):
            """
            '\(folder)' is not empty and is not a Holdfast state folder. Give --state a folder that is empty or does \
            not exist yet.
            """
        case .notCreated(let folder, let cause):
            "The state folder '\(folder)' cannot be created (\(cause)). Choose another --state, or create it by hand."
        case .newerFormat(let folder, let found, let known):
            """
            The state folder '\(folder)' was written by a newer Holdfast (format \(found); this program knows \
            \(known)). Start the newer program. Nothing was changed.
            """
        case .inUse(let folder, let holder, let since):
            """
            The state folder '\(folder)' is in use: \(holder) serves it\(since.map { " since \($0)" } ?? ""). Stop \
            that server first, or give this one a --state of its own. Commands such as 'holdfast unit backup' work \
            beside a server.
            """

        case .noTenant(let tenant):
            """
            There is no tenant folder '\(tenant)'. Give --tenant a folder that holds drives/<user>/... \
            (docs/directory-json.md describes the layout).
            """
        case .insideTenant(let folder, let tenant):
            """
            The state folder '\(folder)' lies inside the tenant '\(tenant)', so backups would be among what they \
            protect. Choose another --state.
            """
        case .otherTenant(let folder, let former, let given):
            """
            '\(folder)' holds backups of the tenant '\(former)', but --tenant is '\(given)'. Give --tenant the former \
            folder, or choose another --state. If the same drives have moved there, add --move-tenant. Nothing was \
            changed.
            """

        case .otherStore(let folder, let former, let given):
            """
            '\(folder)' has its backups in '\(former)', but they would be looked for in '\(given)', where there are \
            none. Correct the setting 'store', or copy everything there first ('rclone copy'). Nothing was changed.
            """

        case .isSandbox(let folder):
            """
            '\(folder)' belongs to a sandbox, whose clock and drives are not real. Give --sandbox, or choose another \
            --state.
            """
        case .hasNoClock(let folder):
            """
            '\(folder)' belongs to a sandbox, whose clock only its server knows. Ask the server instead: POST \
            /sandbox/clock or /sandbox/idle.
            """
        case .noSandbox(let folder):
            """
            '\(folder)' is not empty and is not a sandbox. A sandbox needs a folder of its own: give --state a folder \
            that is empty or does not exist yet.
            """
        case .unreadableSandbox(let file, let cause):
            "'\(file)' cannot be read (\(cause)). Delete the sandbox's folder and start a new one."

        case .settingsMissing(let folder, let tenantID):
            """
            '\(folder)/settings.json' is missing, but the rest of the state folder is there. Put back the copy that \
            you kept, or write the file again with mode 0600: {"formatVersion": \
            \(StateFormat.withRepositories), "tenantID": "\(tenantID ?? "<the tenant's id>")", "tenantPath": \
            "<the tenant's folder>"}
            """
        case .unreadableSettings(let file, let cause):
            """
            '\(file)' cannot be read (\(cause)). Put back the copy that you kept, or repair it: it holds \
            formatVersion, tenantID and tenantPath.
            """
        case .secretMissing(let file):
            """
            '\(file)' is missing. Put back the copy that you kept: without it no repository can be opened through \
            Holdfast. Nothing was changed.
            """
        case .wrongSecretSize(let file, let bytes):
            """
            '\(file)' holds \(bytes.counted("byte")) instead of \(StateFormat.secretBytes). Put back the copy that you \
            kept: without it no repository can be opened through Holdfast.
            """
        case .openToOthers(let file, let found, let allowed):
            """
            '\(file)' can be read by others (mode \(String(found, radix: 8))). Run: chmod \
            \(String(allowed, radix: 8)) '\(file)'
            """
        case .notExamined(let file, let cause):
            "'\(file)' cannot be examined (\(cause)). Look at the permissions of the folders above it."
        case .notWritten(let file):
            "'\(file)' cannot be written. Look at the folder's permissions and free space."
        case .notReplaced(let file, let cause):
            "'\(file)' cannot be replaced (\(cause)). Look at the folder's permissions."
        case .lockNotOpened(let file, let cause):
            "'\(file)' cannot be opened (\(cause)). Look at its permissions and its folder's."
        case .lockNotTaken(let file, let cause):
            "'\(file)' cannot be locked (\(cause)). A state folder needs a file system that can lock files."

        case .catalogLost(let loss, let catalog, let repositories, let rebuild):
            """
            The catalogue '\(catalog)' \(loss.rawValue), but there are repositories in '\(repositories)'. Put back a \
            copy of the catalogue, or rebuild it from the repositories: \(rebuild)
            """
        case .catalogDamaged(let message, let rebuild):
            "\(message) Or rebuild it from the repositories: \(rebuild) --replace"
        case .foreignCatalog(let settings, let tenant, let other):
            """
            '\(settings)' (or tenantId in the tenant's directory.json) names tenant \(tenant), but the catalogue \
            belongs to tenant \(other). Put back the copy of the file that was changed.
            """
        case .foreignSecret(let secret, let catalog):
            """
            '\(secret)' is not the secret with which '\(catalog)' was made: it opens nothing that the catalogue \
            keeps. Put back a copy of whichever file was changed. Nothing else was changed.
            """
        }
    }
}
