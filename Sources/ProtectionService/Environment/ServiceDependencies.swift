public import BackupRepository
public import Catalog
public import Connectors
public import FileTree
public import Foundation
public import Logging
public import ObjectStorage
public import ProtectionRules

/// Everything that the service needs from the world around it. The composition root fills it; tests
/// fill it with fakes.
public struct ServiceDependencies: Sendable {
    /// Rows: policies, units, points, sessions, jobs.
    public var catalog: CatalogStore
    /// Whose data is protected.
    public var tenant: any Tenant
    /// The store of the repository at a location (`UnitRepository.location`, the unit's id).
    public var repositoryStore: @Sendable (_ location: String) -> any ObjectStore
    /// What is remembered of repositories, and where.
    public var memory = RepositoryMemory()
    /// Where repository passwords and sealing keys come from.
    public var secrets: TenantSecrets
    public var clock: any WallClock
    /// New identifiers: UUIDs in lower case.
    public var makeID: @Sendable () -> String
    /// What repositories need: host name, process, randomness.
    public var repositoryEnvironment: RepositoryEnvironment
    /// This process, as leases name it.
    public var process: ThisProcess
    /// Whether other processes may work with the same catalogue.
    public var isShared = false
    public var liveProcesses = LiveProcesses()
    /// Once it is given, no job is claimed any more.
    public var ending = EndNotice()
    /// For what an administrator should know; never secrets or content.
    public var logger: Logger
    /// What a client may ask for at most.
    public var limits = ServiceLimits()
    /// How often and how long.
    public var intervals = ServiceIntervals()
    /// How restores keep what they change, and how far one plan may reach.
    public var restores = RestoreSettings()
    /// The applications that may restore although another one is the controller.
    public var firstPartyApplications: Set<String> = [FirstParty.applicationID]
    /// How long sign-ins and what they give are good.
    public var signIn = SignInLifetimes()
    /// The time of sign-ins, where it is not the service's: a sandbox turns that one, and must not
    /// end sessions with it.
    public var signInClock: (any WallClock)?
    /// Whether a prune leaves packs for a later sweep, because other processes may rely on them.
    public var sweepsLater = false
    /// How jobs are run.
    public var worker = WorkerSettings()
    /// From when on changes are an incident.
    public var incidents = IncidentSettings()
    /// Sends mails about activities; nil where none is configured, and then none is sent.
    public var mailer: (any Mailer)?
    /// Gives memory that is not in use back to the system; called where a worker has no job left.
    public var releaseMemory: (@Sendable () -> Void)?
    /// The room at the place of the repositories; nil where that is not known.
    public var repositorySpace: @Sendable () -> TreeSpace? = { nil }
    /// What the parts of this server say of themselves.
    public var health = HealthReport()
    /// When scheduler and worker last showed that they go on.
    public var heartbeats = Heartbeats()
    /// The settings in force, in the order of their names' groups; none where nobody set any.
    public var configuration: @Sendable () -> [SettingInForce] = { [] }
    /// Hears what the work came to; nil where nobody counts it.
    public var observer: (any WorkObserver)?
    /// When the server's certificate expires; nil in plain HTTP.
    public var certificateExpiry: @Sendable () -> Date? = { nil }
    /// Whether the store of the repositories locks what is written into it.
    public var locksObjects = false
    /// Of which units somebody changed what is locked.
    public var lockWatch = LockWatch()
    /// Whether the place of the repositories can be read and written; it writes nothing.
    public var isStorageUsable: @Sendable () -> Bool = { true }
    /// Repositories that lie elsewhere and were taken over; nil where there can be none.
    public var adoptedRepositories: (any AdoptedRepositories)?
    /// Looks at each job before it runs; nil, and free of cost, outside the sandbox.
    public var jobInspector: (any JobInspector)?

    /// Gathers the dependencies; limits, intervals and worker settings have defaults that
    /// can be changed afterwards.
    public init(
        catalog: CatalogStore, tenant: any Tenant,
        repositoryStore: @escaping @Sendable (_ location: String) -> any ObjectStore,
        secrets: TenantSecrets, clock: any WallClock, makeID: @escaping @Sendable () -> String,
        repositoryEnvironment: RepositoryEnvironment, process: ThisProcess, logger: Logger
    ) {
        self.catalog = catalog
        self.tenant = tenant
        self.repositoryStore = repositoryStore
        self.secrets = secrets
        self.clock = clock
        self.makeID = makeID
        self.repositoryEnvironment = repositoryEnvironment
        self.process = process
        self.logger = logger
    }
}
