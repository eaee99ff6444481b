import Foundation

/// The names of what a state folder holds (docs/architecture.md, "Where things are kept").
enum StateFile {
    static let settings = "settings.json"
    static let secret = "master.key"
    static let lock = "server.lock"
    /// Where the server listens, while one runs.
    static let address = "server.json"
    static let catalog = "catalog.sqlite"
    /// When the catalogue was last copied by a command.
    static let lastCopy = "catalog.copied"
    static let names = "names.jsonl"
    static let repositories = "repositories"
    /// Copies that may be lost at any time.
    static let cache = "cache"
    /// Marks a sandbox, and holds the setting of its clock.
    static let sandbox = "sandbox.json"
    /// The folder of a sandbox's tenant.
    static let sandboxTenant = "tenant"

    /// What follows the catalogue's name in that of the copy from before an upgrade; the version to
    /// which the catalogue went comes after it.
    static let beforeUpgrade = ".before-"

    /// What SQLite appends to the catalogue's name for the files that it keeps beside it.
    static let catalogSuffixes = ["", "-wal", "-shm"]

    /// The temporary name under which a file is prepared.
    static func draft(of name: String) -> String { name + ".new" }

    /// What a first start leaves behind that was killed before it wrote the settings.
    static let ofBegunFolder: Set<String> = [
        lock, secret, draft(of: secret), draft(of: settings), sandbox,
        draft(of: sandbox), sandboxTenant,
    ]
}

/// What a state folder looks like to this program.
enum StateFormat {
    /// The greatest version that this program reads.
    static let version = 3
    /// That of a folder whose repositories are elsewhere, and whose catalogue is here.
    static let withCatalog = 2
    /// That of a folder which holds its repositories, as every program reads it.
    static let withRepositories = 1
    /// The length of the master secret.
    static let secretBytes = 32
}

extension URL {
    /// Whether an entry of this folder exists.
    func holds(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: appending(path: name).path)
    }
}
