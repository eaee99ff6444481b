import Catalog
import Testing

@testable import ProtectionRules

/// A flow as a complete table: a row for each status, with what each event makes of it. An event
/// that a row does not name is refused there. Source: contract behaviour.md, sections 1 to 10.
private func check<Status: Flow>(
    _ table: [Status: [Status.Event: Status]], events: [Status.Event], sourceLocation: SourceLocation = #_sourceLocation
) where Status.Event: Hashable {
    #expect(Set(table.keys) == Set(Status.allCases), "the table has every status", sourceLocation: sourceLocation)
    for (status, row) in table {
        for event in events {
            #expect(status.after(event) == row[event], "\(status) after \(event)", sourceLocation: sourceLocation)
        }
    }
}

@Suite struct FlowTableTests {
    @Test func `the service is enabled from everywhere and goes off step by step`() {
        let table: [BackupServiceStatus: [ServiceEvent: BackupServiceStatus]] = [
            .disabled: [.enable: .enabled],
            .enabled: [.enable: .enabled, .turnOff: .protectionChangeLocked],
            .protectionChangeLocked: [
                .enable: .enabled, .restorePeriodEnded: .restoreLocked, .undoPeriodEnded: .disabled,
            ],
            .restoreLocked: [.enable: .enabled, .undoPeriodEnded: .disabled],
        ]
        check(table, events: ServiceEvent.allCases)
    }

    @Test func `an application becomes the controller at once, or on a date that can be called off`() {
        let table: [ServiceAppStatus: [ServiceAppEvent: ServiceAppStatus]] = [
            .inactive: [.activateNow: .active, .activateLater: .pendingActive, .deactivate: .inactive],
            .pendingActive: [
                .activateNow: .active, .effectiveDateReached: .active, .handOverCancelled: .inactive,
                .deactivate: .inactive,
            ],
            .active: [.activateNow: .active, .replacementArranged: .pendingInactive, .delete: .inactive],
            .pendingInactive: [
                .effectiveDateReached: .inactive, .handOverCancelled: .active, .deactivate: .pendingInactive,
            ],
        ]
        check(table, events: ServiceAppEvent.allCases)
    }

    @Test func `a unit is protected by its first point and leaves in steps`() {
        let table: [ProtectionUnitStatus: [ProtectionUnitEvent: ProtectionUnitStatus]] = [
            .protectRequested: [
                .protect: .protectRequested, .join: .unprotected, .pointTaken: .protected, .backupFailed: .unprotected,
                .unprotect: .unprotectRequested, .remove: .removeRequested, .serviceEnded: .offboarded,
            ],
            .protected: [
                .protect: .protected, .join: .unprotected, .pointTaken: .protected, .backupFailed: .protected,
                .unprotect: .unprotectRequested, .remove: .removeRequested, .serviceEnded: .offboarded,
            ],
            .unprotectRequested: [
                .protect: .protectRequested, .join: .unprotected, .unprotect: .unprotectRequested,
                .remove: .removeRequested, .settled: .unprotected, .serviceEnded: .offboarded,
            ],
            .unprotected: [
                .protect: .protectRequested, .join: .unprotected, .pointTaken: .protected,
                .backupFailed: .unprotected, .remove: .removeRequested, .offboard: .offboardRequested,
                .serviceEnded: .offboarded,
            ],
            .removeRequested: [.settled: .unprotected, .serviceEnded: .offboarded],
            .offboardRequested: [
                .cancelOffboard: .cancelOffboardRequested, .undoPeriodEnded: .offboarded, .serviceEnded: .offboarded,
            ],
            .offboarded: [.protect: .protectRequested, .join: .unprotected, .serviceEnded: .offboarded],
            .cancelOffboardRequested: [.settled: .unprotected, .serviceEnded: .offboarded],
        ]
        check(table, events: ProtectionUnitEvent.allCases)
    }

    @Test func `a rule is settled before it is run, changed or deleted`() {
        let settled: [ProtectionRuleEvent: ProtectionRuleStatus] = [
            .applied: .completed, .appliedWithErrors: .completedWithErrors, .run: .active, .update: .updateRequested,
            .deleteAndUnprotect: .deleteRequested,
        ]
        let working: [ProtectionRuleEvent: ProtectionRuleStatus] = [
            .applied: .completed, .appliedWithErrors: .completedWithErrors,
        ]
        let table: [ProtectionRuleStatus: [ProtectionRuleEvent: ProtectionRuleStatus]] = [
            .draft: [:], .active: working, .updateRequested: working, .completed: settled,
            .completedWithErrors: settled, .deleteRequested: [:],
        ]
        check(table, events: ProtectionRuleEvent.allCases)
    }

    @Test func `an artifact goes one way and ends once`() {
        let table: [ArtifactRestoreStatus: [RestoreArtifactEvent: ArtifactRestoreStatus]] = [
            .added: [.activate: .scheduling],
            .scheduling: [.schedule: .scheduled, .fail: .failed],
            .scheduled: [.start: .inProgress, .fail: .failed],
            .inProgress: [.start: .inProgress, .succeed: .succeeded, .fail: .failed],
            .succeeded: [:],
            .failed: [:],
        ]
        check(table, events: RestoreArtifactEvent.allCases)
    }

    @Test func `a browse session is ready or failed, once`() {
        let table: [BrowseSessionStatus: [BrowseSessionEvent: BrowseSessionStatus]] = [
            .creating: [.prepared: .created, .preparationFailed: .failed], .created: [:], .failed: [:],
        ]
        check(table, events: BrowseSessionEvent.allCases)
    }

    @Test func `a search for files is complete or cancelled, once`() {
        let table: [FileSearchStatus: [FileSearchEvent: FileSearchStatus]] = [
            .running: [.searched: .complete, .givenUp: .cancelled], .complete: [:], .cancelled: [:],
        ]
        check(table, events: FileSearchEvent.allCases)
    }

    @Test func `a bulk job ends once, with or without errors`() {
        let table: [BulkJobStatus: [BulkJobEvent: BulkJobStatus]] = [
            .active: [.worked(withErrors: false): .completed, .worked(withErrors: true): .completedWithErrors],
            .completed: [:], .completedWithErrors: [:],
        ]
        check(table, events: [.worked(withErrors: false), .worked(withErrors: true)])
    }

    @Test func `a bulk request is completed only where every entry resolved`() {
        let table: [BulkRequestStatus: [BulkRequestEvent: BulkRequestStatus]] = [
            .active: [
                .resolved(missing: 0): .completed, .resolved(missing: 1): .completedWithErrors,
                .failed: .completedWithErrors,
            ],
            .completed: [:], .completedWithErrors: [:],
        ]
        check(table, events: [.resolved(missing: 0), .resolved(missing: 1), .failed])
    }
}

@Suite struct FirstStatusTests {
    @Test func `each record begins with the first status of its flow`() {
        #expect(ServiceAppStatus.initial == .inactive)
        #expect(BackupServiceStatus.initial == .disabled)
        #expect(ProtectionUnitStatus.initial == .unprotected)
        #expect(ProtectionPolicyStatus.initial == .inactive)
        #expect(ProtectionRuleStatus.initial == .active)
        #expect(ArtifactRestoreStatus.initial == .added)
        #expect(RestoreSessionStatus.initial == .draft)
        #expect(BulkRequestStatus.initial == .active)
        #expect(BulkJobStatus.initial == .active)
        #expect(BrowseSessionStatus.initial == .creating)
        #expect(FileSearchStatus.initial == .running)
    }

    @Test func `an event that means something moves the record`() {
        var session = BrowseSession()
        let isMoved = session.advance(.prepared)
        #expect(isMoved)
        #expect(session.status == .created)
    }

    @Test func `an event that is refused leaves the record as it is`() {
        var session = BrowseSession()
        session.advance(.preparationFailed)
        let isMoved = session.advance(.prepared)
        #expect(!isMoved)
        #expect(session.status == .failed)
    }

    @Test func `to begin sets a record back to the first status`() {
        var rule = InclusionRule()
        rule.advance(.applied)
        #expect(rule.status == .completed)
        rule.begin()
        #expect(rule.status == .active)
    }
}

@Suite struct StatusClaimTests {
    @Test(arguments: BackupServiceStatus.allCases)
    func `backups are taken while the service is enabled, restores run a while longer`(status: BackupServiceStatus) {
        #expect(status.allowsProtection == (status == .enabled))
        #expect(status.allowsRestore == (status == .enabled || status == .protectionChangeLocked))
    }

    @Test(arguments: ServiceAppStatus.allCases)
    func `the controller stays one until it is replaced`(status: ServiceAppStatus) {
        #expect(status.isController == (status == .active || status == .pendingInactive))
    }

    @Test(arguments: ProtectionUnitStatus.allCases)
    func `three statuses of a unit wait for something`(status: ProtectionUnitStatus) {
        let waiting: Set<ProtectionUnitStatus> = [.protectRequested, .unprotectRequested, .removeRequested]
        #expect(status.isRequested == waiting.contains(status))
    }

    @Test(arguments: ArtifactRestoreStatus.allCases)
    func `an artifact is on its way between activation and its end`(status: ArtifactRestoreStatus) {
        #expect(status.isRunning == [.scheduling, .scheduled, .inProgress].contains(status))
    }

    @Test(arguments: RestoreSessionStatus.allCases)
    func `three statuses of a session are its end`(status: RestoreSessionStatus) {
        #expect(status.isTerminal == [.completed, .completedWithError, .failed].contains(status))
    }

    @Test(arguments: BulkRequestStatus.allCases)
    func `a bulk request is done once it was resolved`(status: BulkRequestStatus) {
        #expect(status.isDone == (status != .active))
    }
}
