import Catalog
public import ProtectionService

extension [JobDefinition] {
    /// Every kind of job that there is.
    public static var all: [JobDefinition] {
        [
            JobDefinition(.backup, isAwaited: false, runner: BackupJob()),
            JobDefinition(.scheduleRestores, isAwaited: true, runner: ScheduleRestoresJob()),
            JobDefinition(.restore, isAwaited: true, runner: RestoreJob(), showProgress: RestoreJob.showProgress),
            JobDefinition(.restoreItems, isAwaited: true, runner: RestoreItemsJob()),
            JobDefinition(.settle, isAwaited: true, runner: SettleJob()),
            JobDefinition(.prune, isAwaited: false, runner: PruneJob()),
            JobDefinition(.sweep, isAwaited: false, runner: SweepJob()),
            JobDefinition(.deleteRepository, isAwaited: false, runner: DeleteRepositoryJob()),
            JobDefinition(.applyRule, isAwaited: true, runner: ApplyRuleJob()),
            JobDefinition(.addUnits, isAwaited: true, runner: AddUnitsJob()),
            JobDefinition(.coverWorkload, isAwaited: true, runner: CoverWorkloadJob()),
            JobDefinition(.sendMail, isAwaited: true, runner: SendMailJob()),
            JobDefinition(.verify, isAwaited: false, runner: VerifyJob()),
            JobDefinition(.planUnit, isAwaited: true, runner: PlanUnitJob()),
            JobDefinition(.forgetPlan, isAwaited: false, runner: ForgetPlanJob()),
            JobDefinition(.indexNames, isAwaited: false, runner: IndexNamesJob()),
            JobDefinition(.searchFiles, isAwaited: true, runner: FileSearchJob()),
            JobDefinition(.renewLocks, isAwaited: false, runner: RenewLocksJob()),
        ]
    }

    /// The definitions of some kinds.
    public static func of(_ kinds: [JobKind]) -> [JobDefinition] { all.filter { kinds.contains($0.kind) } }
}

extension Worker {
    /// A worker that does every kind of job.
    public convenience init(_ service: ServiceContext) { self.init(service, jobs: .all) }
}

extension JobExecution {
    init(job: Job, service: ServiceContext) { self.init(job: job, service: service, jobs: .all) }
}
