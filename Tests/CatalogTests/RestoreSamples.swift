import Catalog
import Foundation

extension Sample {
    static let fullMember = RuleMember(ruleId: "rule-1", unitId: "unit-1")
    static let otherMember = RuleMember(ruleId: "rule-1", unitId: "unit-2")

    private static func bulkRequest(_ id: String) -> RestoreBulkRequest {
        var request = RestoreBulkRequest()
        request.id = id
        request.sessionId = "session-1"
        request.createdDateTime = moment
        return request
    }

    static let fullBulkRequest: RestoreBulkRequest = {
        var request = bulkRequest("request-1")
        (request.workload, request.displayName, request.periodStart, request.periodEnd) = (
            .sharePoint, "Zoë's list", moment, later(40)
        )
        (request.destinationType, request.restorePointPreference, request.tags) = (.inPlace, .oldest, [.fastRestore])
        (request.names, request.objectIds, request.status, request.error) = (
            ["a@example.com"], ["b", ""], .completedWithErrors, error
        )
        (request.createdBy, request.lastModifiedBy, request.lastModifiedDateTime) = (who, who, later(41))
        return request
    }()
    static let bareBulkRequest = bulkRequest("request-2")

    private static func browsing(_ id: String) -> BrowseSession {
        var session = BrowseSession()
        session.id = id
        session.restorePointId = "point-1"
        (session.restorePointDateTime, session.createdDateTime, session.expirationDateTime) = (
            moment, later(42), later(43)
        )
        return session
    }

    static let fullBrowsing: BrowseSession = {
        var session = browsing("browsing-1")
        (session.workload, session.snapshotId, session.unitId, session.sourceId) = (
            .sharePoint, "abc", "unit-1", "site,web"
        )
        (session.backupSizeBytes, session.status, session.error) = (1 << 50, .failed, error)
        return session
    }()
    static let bareBrowsing = browsing("browsing-2")

    private static func item(_ id: String, _ ordinal: Int) -> GranularRestoreArtifact {
        var item = GranularRestoreArtifact()
        (item.id, item.sessionId, item.ordinal, item.itemKey) = (id, "session-1", ordinal, "key,\(ordinal)")
        return item
    }

    static let fullItem: GranularRestoreArtifact = {
        var full = item("item-1", 0)
        (full.workload, full.browseSessionId, full.restorePointId, full.unitId, full.sourceId) = (
            .sharePoint, "browsing-1", "point-1", "unit-1", "site"
        )
        (full.itemPath, full.webUrl, full.destinationType, full.status) = (
            [0, 255, 47], "https://example.com/a%20b", .inPlace, .failed
        )
        (full.restorePointDateTime, full.startDateTime, full.completionDateTime, full.error) = (
            moment, later(44), later(45), error
        )
        (full.restoredPlace, full.restoredItemKey, full.restoredItemPath, full.restoredItemWebUrl) = (
            [1, 0], "key,9", "Recovered", "https://example.com/r"
        )
        return full
    }()
    static let bareItem = item("item-2", 1)

    static let fullNotification = NotificationSetting(id: "tenant-1").with {
        $0.isEnabled = true
        $0.includesUpdates = true
        $0.recipients = RecipientList([Identity(id: "i", displayName: "Zoë", email: "zoe@example.com")])
    }
    static let bareNotification = NotificationSetting(id: "tenant-2")

    private static func activity(_ id: String) -> ActivityLog {
        var log = ActivityLog()
        (log.id, log.subjectId, log.performedBy) = (id, "policy-1", "system")
        return log
    }

    static let fullActivity: ActivityLog = {
        var log = activity("activity-1")
        (log.workload, log.activityType, log.eventDateTime) = (.exchange, .policyLevelOffboarding, moment)
        (log.resultStatus, log.severity, log.error) = (.partiallySucceeded, .high, error)
        (log.details.policyName, log.details.policyStatus, log.details.tags, log.details.total) = (
            "It's", .offboarded, [.fastRestore], 3
        )
        return log
    }()
    static let bareActivity = activity("activity-2")

    static let fullLedgerRow = LedgerRow(unitId: "unit-1", sequence: 1, entry: "{\"a\":1}")
    static let otherLedgerRow = LedgerRow(unitId: "unit-1", sequence: 2, entry: "")
    static let fullDoomed = DoomedObject(unitId: "unit-1", name: "data/ab/abcd", sinceDateTime: moment)
    static let otherDoomed = DoomedObject(unitId: "unit-2", name: "", sinceDateTime: later(50))
    static let fullHealth = RepositoryHealth(id: "unit-1", verifiedDateTime: moment, problems: 7, storedBytes: 1 << 44)
    static let fullCreation = RepositoryCreation(
        id: "unit-1", createdDateTime: moment, sealedMasterKey: [1, 0, 255], config: [2], keyFile: [3, 4])
    static let bareCreation = RepositoryCreation(
        id: "unit-2", createdDateTime: later(47), sealedMasterKey: [], config: [], keyFile: [])
    static let otherHealth = RepositoryHealth(id: "unit-2", verifiedDateTime: later(46))
    static let fullClock = clock("clock-1") { clock in
        (clock.jumpDateTime, clock.jumpSeconds, clock.heldUntilDateTime) = (later(47), -86_400, later(48))
    }
    static let bareClock = clock("clock-2")

    static let fullProcess = process("process-1") { $0.roles = ["api", "worker"] }
    static let bareProcess = process("process-2")

    private static func process(_ id: String, _ change: (inout ServerProcess) -> Void = { _ in }) -> ServerProcess {
        var process = ServerProcess()
        (process.id, process.host, process.version) = (id, "host", "1.0")
        (process.startedDateTime, process.seenDateTime) = (later(50), later(51))
        change(&process)
        return process
    }

    static let fullTurn = turn("turn-1") { ($0.leaseOwner, $0.leaseExpiresDateTime) = ("owner", later(53)) }
    static let bareTurn = turn("turn-2")

    private static func turn(_ id: String, _ change: (inout ScheduleTurn) -> Void = { _ in }) -> ScheduleTurn {
        var turn = ScheduleTurn()
        (turn.id, turn.nextDateTime) = (id, later(52))
        change(&turn)
        return turn
    }

    private static func clock(_ id: String, _ change: (inout ClockState) -> Void = { _ in }) -> ClockState {
        var clock = ClockState()
        (clock.id, clock.seenDateTime, clock.epoch, clock.steadyMicroseconds) = (id, later(49), "boot", 1 << 50)
        change(&clock)
        return clock
    }
}
