extension Migration {
    /// The first schema. Dates are microseconds since 1970, booleans 0 or 1, nested values JSON.
    static let migration1 = Migration(
        version: 1, name: "first schema", statements: service + protection + restores + jobs)

    /// The service, its applications and its keys.
    private static let service = [
        """
        CREATE TABLE "serviceState" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "status" TEXT NOT NULL CHECK ("status" IN ('disabled', 'enabled', 'protectionChangeLocked', \
            'restoreLocked')),
            "disableReason" TEXT NOT NULL CHECK ("disableReason" IN ('none', 'invalidBillingProfile', 'userRequested', \
            'controllerServiceAppDeleted')),
            "gracePeriodDateTime" INTEGER,
            "restoreAllowedTillDateTime" INTEGER,
            "appOwnerTenantId" TEXT,
            "lastModifiedBy" TEXT,
            "lastModifiedDateTime" INTEGER
        )
        """,
        """
        CREATE TABLE "serviceApp" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "displayName" TEXT,
            "status" TEXT NOT NULL CHECK ("status" IN ('inactive', 'active', 'pendingActive', 'pendingInactive')),
            "registrationDateTime" INTEGER NOT NULL,
            "effectiveDateTime" INTEGER,
            "lastModifiedBy" TEXT,
            "lastModifiedDateTime" INTEGER NOT NULL
        )
        """,
        #"CREATE INDEX "serviceApp_registrationDateTime_id" ON "serviceApp" ("registrationDateTime", "id")"#,
        #"CREATE INDEX "serviceApp_status_id" ON "serviceApp" ("status", "id")"#,
        """
        CREATE TABLE "clientApplication" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "displayName" TEXT NOT NULL,
            "secretHash" BLOB NOT NULL,
            "roles" TEXT NOT NULL,
            "createdDateTime" INTEGER NOT NULL
        )
        """,
        """
        CREATE TABLE "signingKey" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "algorithm" TEXT NOT NULL,
            "sealedPrivateKey" BLOB NOT NULL,
            "createdDateTime" INTEGER NOT NULL,
            "retiredDateTime" INTEGER
        )
        """,
        #"CREATE INDEX "signingKey_createdDateTime_id" ON "signingKey" ("createdDateTime", "id")"#,
    ]

    /// Policies, units, and the points to which units can be restored.
    private static let protection = [
        """
        CREATE TABLE "protectionPolicy" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "displayName" TEXT NOT NULL,
            "status" TEXT NOT NULL CHECK ("status" IN ('inactive', 'activeWithErrors', 'updating', 'active', \
            'offboardRequested', 'offboarded')),
            "protectionMode" TEXT NOT NULL CHECK ("protectionMode" IN ('standard', 'fullServiceBackup')),
            "billingPolicyId" TEXT,
            "retentionDays" INTEGER NOT NULL CHECK ("retentionDays" >= 0),
            "activatedDateTime" INTEGER,
            "offboardRequestedDateTime" INTEGER,
            "createdBy" TEXT,
            "createdDateTime" INTEGER NOT NULL,
            "lastModifiedBy" TEXT,
            "lastModifiedDateTime" INTEGER
        )
        """,
        #"CREATE INDEX "protectionPolicy_createdDateTime_id" ON "protectionPolicy" ("createdDateTime", "id")"#,
        #"""
        CREATE INDEX "protectionPolicy_lastModifiedDateTime_id" ON "protectionPolicy" ("lastModifiedDateTime", "id")
        """#,
        #"CREATE INDEX "protectionPolicy_displayName_id" ON "protectionPolicy" ("displayName", "id")"#,
        #"""
        CREATE INDEX "protectionPolicy_workload_createdDateTime_id" ON "protectionPolicy" ("workload", \#
        "createdDateTime", "id")
        """#,
        #"CREATE INDEX "protectionPolicy_status_id" ON "protectionPolicy" ("status", "id")"#,
        """
        CREATE TABLE "protectionUnit" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "policyId" TEXT REFERENCES "protectionPolicy" ("id"),
            "sourceId" TEXT NOT NULL,
            "displayName" TEXT,
            "email" TEXT,
            "siteName" TEXT,
            "siteWebUrl" TEXT,
            "status" TEXT NOT NULL CHECK ("status" IN ('protectRequested', 'protected', 'unprotectRequested', \
            'unprotected', 'removeRequested', 'offboardRequested', 'offboarded', 'cancelOffboardRequested')),
            "protectionSources" INTEGER NOT NULL CHECK ("protectionSources" BETWEEN 0 AND 3),
            "error" TEXT,
            "offboardRequestedDateTime" INTEGER,
            "billingPolicyId" TEXT,
            "nextBackupDateTime" INTEGER,
            "lastBackupDateTime" INTEGER,
            "createdBy" TEXT,
            "createdDateTime" INTEGER NOT NULL,
            "lastModifiedBy" TEXT,
            "lastModifiedDateTime" INTEGER,
            UNIQUE ("workload", "sourceId")
        )
        """,
        #"CREATE INDEX "protectionUnit_createdDateTime_id" ON "protectionUnit" ("createdDateTime", "id")"#,
        #"CREATE INDEX "protectionUnit_lastModifiedDateTime_id" ON "protectionUnit" ("lastModifiedDateTime", "id")"#,
        #"CREATE INDEX "protectionUnit_displayName_id" ON "protectionUnit" ("displayName", "id")"#,
        #"CREATE INDEX "protectionUnit_email_id" ON "protectionUnit" ("email", "id")"#,
        #"CREATE INDEX "protectionUnit_siteName_id" ON "protectionUnit" ("siteName", "id")"#,
        #"""
        CREATE INDEX "protectionUnit_workload_createdDateTime_id" ON "protectionUnit" ("workload", \#
        "createdDateTime", "id")
        """#,
        #"CREATE INDEX "protectionUnit_workload_status_id" ON "protectionUnit" ("workload", "status", "id")"#,
        #"""
        CREATE INDEX "protectionUnit_policyId_createdDateTime_id" ON "protectionUnit" ("policyId", \#
        "createdDateTime", "id")
        """#,
        #"CREATE INDEX "protectionUnit_sourceId_id" ON "protectionUnit" ("sourceId", "id")"#,
        #"""
        CREATE INDEX "protectionUnit_status_nextBackupDateTime_id" ON "protectionUnit" ("status", \#
        "nextBackupDateTime", "id")
        """#,
        #"CREATE INDEX "protectionUnit_nextBackupDateTime_id" ON "protectionUnit" ("nextBackupDateTime", "id")"#,
        """
        CREATE TABLE "unitRepository" (
            "id" TEXT PRIMARY KEY NOT NULL REFERENCES "protectionUnit" ("id"),
            "createdDateTime" INTEGER NOT NULL,
            "sealedMasterKey" BLOB NOT NULL,
            "lastSnapshotId" TEXT,
            "pruneNeeded" INTEGER NOT NULL CHECK ("pruneNeeded" IN (0, 1)),
            "location" TEXT NOT NULL
        )
        """,
        #"CREATE INDEX "unitRepository_pruneNeeded_id" ON "unitRepository" ("pruneNeeded", "id")"#,
        """
        CREATE TABLE "restorePoint" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "unitId" TEXT NOT NULL REFERENCES "protectionUnit" ("id"),
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "protectionDateTime" INTEGER NOT NULL,
            "expirationDateTime" INTEGER NOT NULL,
            "tags" INTEGER NOT NULL CHECK ("tags" BETWEEN 0 AND 7),
            "snapshotId" TEXT NOT NULL,
            "cadence" TEXT NOT NULL CHECK ("cadence" IN ('tenMinutes', 'weekly')),
            "isDamaged" INTEGER NOT NULL CHECK ("isDamaged" IN (0, 1)),
            "failureCount" INTEGER NOT NULL CHECK ("failureCount" >= 0)
        )
        """,
        #"""
        CREATE INDEX "restorePoint_unitId_protectionDateTime_id" ON "restorePoint" ("unitId", \#
        "protectionDateTime", "id")
        """#,
        #"CREATE INDEX "restorePoint_expirationDateTime_id" ON "restorePoint" ("expirationDateTime", "id")"#,
        #"CREATE INDEX "restorePoint_protectionDateTime_id" ON "restorePoint" ("protectionDateTime", "id")"#,
        #"""
        CREATE INDEX "restorePoint_workload_protectionDateTime_id" ON "restorePoint" ("workload", \#
        "protectionDateTime", "id")
        """#,
    ]

    /// Restore sessions. An artifact outlives its point and its unit, so it names them
    /// without a foreign key.
    private static let restores = [
        """
        CREATE TABLE "restoreSession" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "status" TEXT NOT NULL CHECK ("status" IN ('draft', 'activating', 'active', 'completedWithError', \
            'completed', 'failed')),
            "restoreJobType" TEXT NOT NULL CHECK ("restoreJobType" IN ('standard', 'bulk', 'granular')),
            "error" TEXT,
            "completedDateTime" INTEGER,
            "policyId" TEXT,
            "artifactsTotal" INTEGER NOT NULL CHECK ("artifactsTotal" >= 0),
            "artifactsCompleted" INTEGER NOT NULL CHECK ("artifactsCompleted" >= 0),
            "artifactsFailed" INTEGER NOT NULL CHECK ("artifactsFailed" >= 0),
            "artifactsInProgress" INTEGER NOT NULL CHECK ("artifactsInProgress" >= 0),
            "createdBy" TEXT,
            "createdDateTime" INTEGER NOT NULL,
            "lastModifiedBy" TEXT,
            "lastModifiedDateTime" INTEGER
        )
        """,
        #"CREATE INDEX "restoreSession_createdDateTime_id" ON "restoreSession" ("createdDateTime", "id")"#,
        #"CREATE INDEX "restoreSession_lastModifiedDateTime_id" ON "restoreSession" ("lastModifiedDateTime", "id")"#,
        #"CREATE INDEX "restoreSession_completedDateTime_id" ON "restoreSession" ("completedDateTime", "id")"#,
        #"""
        CREATE INDEX "restoreSession_workload_createdDateTime_id" ON "restoreSession" ("workload", \#
        "createdDateTime", "id")
        """#,
        #"""
        CREATE INDEX "restoreSession_status_createdDateTime_id" ON "restoreSession" ("status", "createdDateTime", \#
        "id")
        """#,
        #"CREATE INDEX "restoreSession_policyId_id" ON "restoreSession" ("policyId", "id")"#,
        """
        CREATE TABLE "restoreArtifact" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "sessionId" TEXT NOT NULL REFERENCES "restoreSession" ("id") ON DELETE CASCADE,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "ordinal" INTEGER NOT NULL CHECK ("ordinal" >= 0),
            "restorePointId" TEXT NOT NULL,
            "unitId" TEXT NOT NULL,
            "destinationType" TEXT NOT NULL CHECK ("destinationType" IN ('new', 'inPlace')),
            "status" TEXT NOT NULL CHECK ("status" IN ('added', 'scheduling', 'scheduled', 'inProgress', 'succeeded', \
            'failed')),
            "startDateTime" INTEGER,
            "completionDateTime" INTEGER,
            "error" TEXT,
            "restoredSiteId" TEXT,
            "restoredSiteName" TEXT,
            "restoredSiteWebUrl" TEXT,
            "progress" TEXT,
            UNIQUE ("sessionId", "ordinal")
        )
        """,
        #"CREATE INDEX "restoreArtifact_sessionId_status_id" ON "restoreArtifact" ("sessionId", "status", "id")"#,
        #"CREATE INDEX "restoreArtifact_sessionId_id" ON "restoreArtifact" ("sessionId", "id")"#,
        #"CREATE INDEX "restoreArtifact_unitId_id" ON "restoreArtifact" ("unitId", "id")"#,
        #"CREATE INDEX "restoreArtifact_restorePointId_id" ON "restoreArtifact" ("restorePointId", "id")"#,
        #"CREATE INDEX "restoreArtifact_status_id" ON "restoreArtifact" ("status", "id")"#,
    ]

    private static let jobs = [
        """
        CREATE TABLE "job" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "kind" TEXT NOT NULL,
            "subjectId" TEXT NOT NULL,
            "state" TEXT NOT NULL CHECK ("state" IN ('waiting', 'running', 'done', 'failed')),
            "runAfterDateTime" INTEGER NOT NULL,
            "leaseOwner" TEXT,
            "leaseExpiresDateTime" INTEGER,
            "attempt" INTEGER NOT NULL CHECK ("attempt" >= 0),
            "cursor" TEXT,
            "progress" TEXT,
            "createdDateTime" INTEGER NOT NULL,
            "error" TEXT,
            CHECK (("state" = 'running') = ("leaseOwner" IS NOT NULL AND "leaseExpiresDateTime" IS NOT NULL))
        )
        """,
        #"CREATE INDEX "job_state_runAfterDateTime_id" ON "job" ("state", "runAfterDateTime", "id")"#,
        #"CREATE INDEX "job_state_leaseExpiresDateTime_id" ON "job" ("state", "leaseExpiresDateTime", "id")"#,
        #"CREATE INDEX "job_subjectId_kind_id" ON "job" ("subjectId", "kind", "id")"#,
        #"CREATE INDEX "job_createdDateTime_id" ON "job" ("createdDateTime", "id")"#,
        #"CREATE UNIQUE INDEX "job_open" ON "job" ("kind", "subjectId") WHERE "state" IN ('waiting', 'running')"#,
    ]
}
