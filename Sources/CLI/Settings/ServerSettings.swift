import BackupServer
import Connectors
import ProtectionRules

/// Everything that can be set of a server, with the defaults. Read once, at the root.
struct ServerSettings: Sendable {
    var limits = ServiceLimits()
    /// How many new sites restores make of one drive or site at most.
    var copiesPerSource = FolderTenant.publishedCopyLimit
    var intervals = ServiceIntervals()
    var restores = RestoreSettings()
    var worker = WorkerSettings()
    var incidents = IncidentSettings()
    var place = PlaceSettings()
    var catalog = CatalogSettings()
    var store = StoreSettings()
    var cache = CacheSettings()
    var tokens = TokenSettings()
    var mail = MailSettings()
    var log = LogSettings()
    /// The limits of the socket; address and certificate are filled in at the start.
    var server = ServerConfiguration(host: "127.0.0.1", port: 0)
    var portal = PortalSettings()
    var signIn = SignInSettings()
    /// Requests a second of one application in the long run; 0 for no limit.
    var requestsPerSecond = 0
    /// Requests of one application at once.
    var requestBurst = 100
    /// Where metrics are answered without a token; nil for nowhere.
    var metricsListen: HostAndPort?
    var hasUnitMetrics = false
    /// How long a shutdown may take before the rest is broken off.
    var shutdownSeconds = 30
    var shutdownNoticeSeconds = 0
    /// Names of earlier versions that were used, each with the name of today.
    var formerNames: [(used: String, current: String)] = []
}
