import Catalog
import Foundation

/// Records with every field set, and the same with every optional field missing.
enum Sample {
    /// A moment with microseconds, which is the finest the catalogue keeps.
    static let moment = Date(timeIntervalSince1970: 1_700_000_000.123456)
    static func later(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_700_000_000 + seconds) }
    static let who = IdentitySet(
        application: Identity(id: "5d8f", displayName: "Backup \"tool\""),
        user: Identity(id: "77aa", displayName: "Zoë 🦊", email: "zoe@example.com"))
    static let error = PublicError(
        code: "accessDenied", message: "It's\nrefused", target: "drive",
        details: [PublicErrorDetail(code: "a", message: "b", target: "c")],
        innerError: PublicInnerError(
            code: "i", message: "j", target: "k", details: [PublicErrorDetail(code: "l", message: "m")]))

    static let fullState = ServiceState(id: "tenant-1", status: .protectionChangeLocked).with {
        $0.disableReason = .controllerServiceAppDeleted
        $0.gracePeriodDateTime = moment
        $0.restoreAllowedTillDateTime = later(1)
        $0.appOwnerTenantId = "owner"
        $0.lastModifiedBy = who
        $0.lastModifiedDateTime = later(2)
    }
    static let bareState = ServiceState(id: "tenant-2", status: .disabled)
    static let fullApp = ServiceApp(
        id: "app-1", status: .pendingActive, registrationDateTime: moment, lastModifiedDateTime: later(4)
    ).with {
        $0.displayName = "Controller"
        $0.effectiveDateTime = later(3)
        $0.lastModifiedBy = who
    }
    static let bareApp = ServiceApp(
        id: "app-2", status: .inactive, registrationDateTime: moment, lastModifiedDateTime: moment)
    static let fullPolicy = ProtectionPolicy(
        id: "policy-1", workload: .oneDriveForBusiness, displayName: "All drives", status: .activeWithErrors,
        retentionDays: 365, createdDateTime: later(6)
    ).with {
        $0.protectionMode = .fullServiceBackup
        $0.billingPolicyId = "billing"
        $0.activatedDateTime = moment
        $0.offboardRequestedDateTime = later(5)
        $0.createdBy = who
        $0.lastModifiedBy = who
        $0.lastModifiedDateTime = later(7)
        $0.coverageDigest = "ff"
    }
    static let barePolicy = ProtectionPolicy(
        id: "policy-2", workload: .sharePoint, displayName: "", status: .inactive, retentionDays: 1,
        createdDateTime: later(-3_000_000_000))
    static let fullUnit = ProtectionUnit(
        id: "unit-1", workload: .oneDriveForBusiness, sourceId: "user-1", status: .cancelOffboardRequested,
        protectionSources: [.manual, .dynamicRule], createdDateTime: later(10)
    ).with {
        $0.policyId = "policy-1"
        $0.displayName = "Ada"
        $0.email = "ada@example.com"
        $0.signInOrSiteName = "site"
        $0.siteWebUrl = "https://example.com/a b"
        $0.error = error
        $0.offboardRequestedDateTime = moment
        $0.billingPolicyId = "billing"
        $0.nextBackupDateTime = later(8)
        $0.lastBackupDateTime = later(9)
        $0.createdBy = who
        $0.lastModifiedBy = who
        $0.lastModifiedDateTime = later(11)
        $0.retentionDays = 90
        $0.retentionChange = RetentionChange(targetDays: 365, effective: moment)
        $0.lastDisplayName = "Zoë"
        $0.lastEmail = "zoe@example.com"
        $0.failingSinceDateTime = later(12)
        $0.searchText = "zoë strasse"
    }
    static let bareUnit = ProtectionUnit(
        id: "unit-2", workload: .exchange, sourceId: "user-1", status: .protected, protectionSources: [],
        createdDateTime: moment)
    static let fullRepository = UnitRepository(
        id: "unit-1", createdDateTime: moment, sealedMasterKey: [0, 1, 254, 255], location: "unit-1"
    ).with {
        $0.lastSnapshotId = "abc"
        $0.pruneNeeded = true
        ($0.generation, $0.indexDigest) = (7, "digest")
    }
    static let bareRepository = UnitRepository(
        id: "unit-2", createdDateTime: later(12), sealedMasterKey: [], location: "")
    static let fullPoint = {
        var point = RestorePoint(
            id: "point-1", unitId: "unit-1", workload: .oneDriveForBusiness, protectionDateTime: moment,
            expirationDateTime: later(13), tags: [.fastRestore, .includeNewerItems], snapshotId: "abc", cadence: .weekly
        ).with {
            $0.isDamaged = true
            $0.failureCount = 3
        }
        point.clockDateTime = later(18)
        point.undoSessionId = "session-1"
        return point
    }()
    static let barePoint = RestorePoint(
        id: "point-2", unitId: "unit-1", workload: .oneDriveForBusiness, protectionDateTime: later(14),
        expirationDateTime: later(15), snapshotId: "", cadence: .tenMinutes)
    static let fullSession = RestoreSession(
        id: "session-1", workload: .oneDriveForBusiness, status: .completedWithError, createdDateTime: later(16)
    ).with {
        $0.restoreJobType = .granular
        $0.error = error
        $0.completedDateTime = moment
        $0.policyId = "policy-1"
        $0.artifactsTotal = 10
        $0.artifactsCompleted = 2
        $0.artifactsFailed = 3
        $0.artifactsInProgress = 5
        $0.createdBy = who
        $0.lastModifiedBy = who
        $0.lastModifiedDateTime = later(17)
        $0.planId = "plan-1"
        $0.isLimited = false
        $0.takesUndoPoints = false
        $0.cancelRequestedDateTime = later(22)
    }
    static let bareSession = RestoreSession(
        id: "session-2", workload: .exchange, status: .draft, createdDateTime: moment)
    static let fullArtifact = RestoreArtifact(
        id: "artifact-1", sessionId: "session-1", workload: .oneDriveForBusiness, ordinal: 4, restorePointId: "point-1",
        unitId: "unit-1", destinationType: .inPlace, status: .succeeded
    ).with {
        $0.startDateTime = moment
        $0.completionDateTime = later(18)
        $0.error = error
        $0.restoredSiteId = "site"
        $0.restoredSiteName = "name"
        $0.restoredSiteWebUrl = "https://example.com/R0"
        $0.progress = ArtifactProgress(itemsPlanned: 4, itemsDone: 3, bytesPlanned: 1 << 50, bytesDone: 7)
        $0.phase = .writing
    }
    static let bareArtifact = RestoreArtifact(
        id: "artifact-2", sessionId: "session-1", workload: .oneDriveForBusiness, ordinal: 5, restorePointId: "gone",
        unitId: "gone", destinationType: .new, status: .added)
    static let fullJob = Job(
        id: "job-1", kind: "restore", subjectId: "artifact-1", runAfterDateTime: moment, createdDateTime: later(20)
    ).with {
        $0.state = .running
        $0.leaseOwner = "worker"
        $0.leaseExpiresDateTime = later(19)
        $0.attempt = 2
        $0.cursor = "{\"next\":1}"
        $0.progress = "{}"
        $0.error = error
        $0.endedDateTime = later(21)
    }
    static let bareJob = Job(
        id: "job-2", kind: "backup", subjectId: "unit-1", runAfterDateTime: moment, createdDateTime: moment)
    static let fullClient = ClientApplication(
        id: "client-1", displayName: "Demo", secretHash: [9, 8, 7],
        roles: ["BackupRestore-Configuration.ReadWrite.All", "a\"b"], createdDateTime: moment)
    static let bareClient = ClientApplication(
        id: "client-2", displayName: "", secretHash: [], roles: [], createdDateTime: moment)
    static let fullKey = SigningKey(
        id: "kid-1", algorithm: "ES256", sealedPrivateKey: [1, 2, 3], createdDateTime: moment
    ).with {
        $0.retiredDateTime = later(21)
    }
    static let bareKey = SigningKey(id: "kid-2", algorithm: "RS256", sealedPrivateKey: [], createdDateTime: moment)
}
