import Logging
import ProtectionService
import MailSMTP
import ObjectStorage

/// Whose data, where the server keeps its own, and where it listens.
struct PlaceSettings: Sendable {
    /// The folder that a server of the package has.
    static let packageFolder = "/var/lib/holdfast"

    var tenantFolder: String?
    /// Whether the kernel is asked what changes in the tenant's folder.
    var watchesTenant = true
    var stateFolder = PlaceSettings.packageFolder
    var listen = "127.0.0.1:8080"
    var certificate: String?
    var certificateKey: String?
}

/// Where copies are kept that may be lost at any time.
struct CacheSettings: Sendable {
    /// nil for the folder `cache` in the state folder.
    var directory: String?
    var megabytes = 4096

    /// - Parameter state: the state folder.
    func folder(inState state: String) -> CacheFolder {
        CacheFolder(path: directory ?? state + "/" + StateFile.cache, maximumBytes: UInt64(megabytes) << 20)
    }
}

/// Issuers of tokens besides the server's own.
struct TokenSettings: Sendable {
    var issuers: [String] = []
    /// Empty for the audience that Graph's tokens name.
    var audiences: [String] = []
}

/// The mail server, and how to sign in there.
struct MailSettings: Sendable {
    var server: String?
    var sender: String?
    var security = SMTPMailer.Security.starttls
    var user: String?
    var password: SecretReference?
    var authorities: String?
}

/// What is logged, and how.
struct LogSettings: Sendable {
    var level = Logger.Level.info
    /// The levels of parts of the program that have one of their own.
    var levels: [LogComponent: Logger.Level] = [:]
    var format = LogFormat.text
}
