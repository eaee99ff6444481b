import Catalog
import ProtectionRules
import ProtectionService

/// Whether everything is protected.
extension MetricFamily {
    static let protection: [MetricFamily] = [
        .units, .oldestNewestPoint, .pointAge, .points, .damagedPoints, .pointsWithUnreadItems,
        .backups, .backupDuration, .backupStartDelay,
        .sourceFiles, .sourceAddedBytes, .storedBytes, .sourceReadBytes,
    ]

    static let units = MetricFamily(
        "holdfast_units", .gauge, [workload, Label("state", ProtectionState.allCases.map(\.rawValue))],
        help: "Accounts and sites by state, with those that no policy protects.")
    static let oldestNewestPoint = MetricFamily(
        "holdfast_oldest_newest_point_timestamp_seconds", .gauge, [workload],
        help: "Time of the newest restore point of the unit that is worst off, since 1970.")
    static let pointAge = MetricFamily(
        "holdfast_point_age_seconds", .histogram(ServiceFigures.ageBounds.map(Double.init)), [workload],
        help: "Protected units by the age of their newest restore point, as they are now.")
    static let points = MetricFamily("holdfast_points", .gauge, [workload], help: "Restore points.")
    static let damagedPoints = MetricFamily(
        "holdfast_damaged_points", .gauge, [workload], help: "Restore points that cannot be restored in full.")

    static let pointsWithUnreadItems = MetricFamily(
        "holdfast_points_with_unread_items", .gauge, [workload],
        help: "Restore points with items that could not be read when they were taken.")

    static let backups = MetricFamily(
        "holdfast_backups_total", .counter,
        [workload, Label("outcome", ["unchanged", "changed", "partial", "failed"])],
        help: "Backups that ended: without a change, with one, with items that could not be read, or failed for good.")
    static let backupDuration = MetricFamily(
        "holdfast_backup_duration_seconds", .histogram([0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600]), [workload],
        help: "How long backups took that were taken.")
    static let backupStartDelay = MetricFamily(
        "holdfast_backup_start_delay_seconds", .histogram([1, 5, 15, 60, 300, 600, 1800]), [workload],
        help: "How long backups had been due when they began.")
    static let sourceFiles = MetricFamily(
        "holdfast_source_files_total", .counter, [workload, Label("change", ["added", "changed", "removed"])],
        help: "Files that backups found added, changed and removed.")
    static let sourceAddedBytes = MetricFamily(
        "holdfast_source_added_bytes_total", .counter, [workload],
        help: "Bytes of new content that backups found, before compression.")
    static let storedBytes = MetricFamily(
        "holdfast_stored_bytes_total", .counter, [workload],
        help: "Bytes that backups stored for new content, compressed and sealed.")
    static let sourceReadBytes = MetricFamily(
        "holdfast_source_read_bytes_total", .counter, [workload], help: "Bytes that backups read from files.")
}

/// Where it is stored, whether it can be read, and whether it can be given back.
extension MetricFamily {
    static let storage: [MetricFamily] = [
        .repositoryBytes, .protectedBytes, .storageFree, .storageCapacity, .storageDuration, .storageErrors,
        .oldestVerification, .verifiedUnits, .verifiedBytes, .verificationProblems, .ledgerViolations,
    ]
    static let restores: [MetricFamily] = [
        .incidentsOpen, .incidentUnits, .restoresRunning, .restoreArtifacts, .restoreBytes, .restoreDuration, .plans,
    ]

    /// The name of the only place that there is: the folder of the repositories.
    static let store = Label("store", ["repositories"])
    static let operation = Label("operation", StoreOperation.allCases.map(\.rawValue))

    static let repositoryBytes = MetricFamily(
        "holdfast_repository_bytes", .gauge, [store], help: "Bytes of all repositories.")
    static let protectedBytes = MetricFamily(
        "holdfast_protected_bytes", .gauge, [workload], help: "Bytes of all files in the newest restore points.")
    static let storageFree = MetricFamily(
        "holdfast_storage_free_bytes", .gauge, [store], help: "Bytes that can still be stored.")
    static let storageCapacity = MetricFamily(
        "holdfast_storage_capacity_bytes", .gauge, [store], help: "Bytes that the place can hold in all.")
    static let storageDuration = MetricFamily(
        "holdfast_storage_request_duration_seconds", .histogram([0.001, 0.005, 0.025, 0.1, 0.5, 2, 10]),
        [store, operation], help: "How long requests to the store of the repositories took.")
    static let storageErrors = MetricFamily(
        "holdfast_storage_errors_total", .counter, [store, operation],
        help: "Requests to the store that failed, without those for an object that is not there.")
    static let oldestVerification = MetricFamily(
        "holdfast_oldest_verification_timestamp_seconds", .gauge,
        help: "When the repository was read in full that was not for longest, since 1970.")
    static let verifiedUnits = MetricFamily(
        "holdfast_verified_units", .gauge, [workload],
        help: "Units with restore points whose repository was begun or read in full within the last 45 days.")
    static let verifiedBytes = MetricFamily(
        "holdfast_verified_bytes_total", .counter, help: "Bytes that verifications read.")
    static let verificationProblems = MetricFamily(
        "holdfast_verification_problems_total", .counter, help: "Problems that verifications found.")
    static let ledgerViolations = MetricFamily(
        "holdfast_ledger_violations_total", .counter,
        help: "Snapshots that verifications found removed, added or put back by another program.")

    static let incidentsOpen = MetricFamily(
        "holdfast_incidents_open", .gauge, help: "Incidents that are neither restored nor dismissed.")
    static let incidentUnits = MetricFamily(
        "holdfast_incident_units", .gauge, help: "Units of open incidents.")
    static let restoresRunning = MetricFamily(
        "holdfast_restores_running", .gauge, help: "Restore sessions at work.")
    static let restoreArtifacts = MetricFamily(
        "holdfast_restore_artifacts_total", .counter,
        [workload, Label("outcome", RestoreEnd.allCases.map(\.rawValue))],
        help: "Restores of accounts, sites and single items whose job ended.")
    static let restoreBytes = MetricFamily(
        "holdfast_restore_bytes_total", .counter, help: "Bytes that restores wrote.")
    static let restoreDuration = MetricFamily(
        "holdfast_restore_duration_seconds", .histogram([1, 10, 60, 300, 900, 3600, 14_400, 43_200]),
        help: "How long jobs of restores took that were done.")
    static let plans = MetricFamily("holdfast_plans_total", .counter, help: "Restore plans that were made.")
}

/// Each unit by itself, where `metrics.per-unit` asks for it. The label is an id and not a name.
extension MetricFamily {
    static let eachUnit: [MetricFamily] = [.unitNewestPoint, .unitPoints, .unitBytes]
    private static let unit = Label("unit")

    static let unitNewestPoint = MetricFamily(
        "holdfast_unit_newest_point_timestamp_seconds", .gauge, [unit, workload],
        maximumSeries: ServiceFigures.maximumUnits, help: "Time of the unit's newest restore point, since 1970.")
    static let unitPoints = MetricFamily(
        "holdfast_unit_points", .gauge, [unit, workload], maximumSeries: ServiceFigures.maximumUnits,
        help: "Restore points of the unit.")
    static let unitBytes = MetricFamily(
        "holdfast_unit_protected_bytes", .gauge, [unit, workload], maximumSeries: ServiceFigures.maximumUnits,
        help: "Bytes of all files in the unit's newest restore point.")
}
