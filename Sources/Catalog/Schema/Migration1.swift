/// Version 1: everything that the main job needs.
let migration1 = Migration(version: 1, statements: [
    """
    CREATE TABLE "service_state" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "status" TEXT NOT NULL CHECK ("status" IN ('disabled', 'enabled', 'protectionChangeLocked', 'restoreLocked')),
        "disableReason" TEXT NOT NULL CHECK ("disableReason" IN ('none', 'invalidBillingProfile', 'userRequested', 'controllerServiceAppDeleted')),
        "gracePeriodDateTime" INTEGER,
        "restoreAllowedTillDateTime" INTEGER,
        "appOwnerTenantId" TEXT,
        "lastModifiedBy" TEXT,
        "lastModifiedDateTime" INTEGER
    )
    """,
    """
    CREATE TABLE "service_app" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "displayName" TEXT,
        "status" TEXT NOT NULL CHECK ("status" IN ('inactive', 'active', 'pendingActive', 'pendingInactive')),
        "registrationDateTime" INTEGER NOT NULL,
        "effectiveDateTime" INTEGER,
        "lastModifiedBy" TEXT,
        "lastModifiedDateTime" INTEGER
    )
    """,
    """
    CREATE TABLE "protection_policy" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
        "displayName" TEXT,
        "status" TEXT NOT NULL CHECK ("status" IN ('inactive', 'activeWithErrors', 'updating', 'active', 'offboardRequested', 'offboarded')),
        "protectionMode" TEXT NOT NULL CHECK ("protectionMode" IN ('standard', 'fullServiceBackup')),
        "billingPolicyId" TEXT,
        "retentionDays" INTEGER NOT NULL,
        "activatedDateTime" INTEGER,
        "offboardRequestedDateTime" INTEGER,
        "createdBy" TEXT,
        "createdDateTime" INTEGER NOT NULL,
        "lastModifiedBy" TEXT,
        "lastModifiedDateTime" INTEGER
    )
    """,
    """
    CREATE TABLE "protection_unit" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
        "policyId" TEXT REFERENCES "protection_policy"("id"),
        "sourceId" TEXT NOT NULL,
        "displayName" TEXT,
        "email" TEXT,
        "siteName" TEXT,
        "siteWebUrl" TEXT,
        "status" TEXT NOT NULL CHECK ("status" IN ('protectRequested', 'protected', 'unprotectRequested', 'unprotected', 'removeRequested', 'offboardRequested', 'offboarded', 'cancelOffboardRequested')),
        "protectionSources" INTEGER NOT NULL,
        "error" TEXT,
        "offboardRequestedDateTime" INTEGER,
        "billingPolicyId" TEXT,
        "lastBackupDateTime" INTEGER,
        "nextBackupDateTime" INTEGER,
        "createdBy" TEXT,
        "createdDateTime" INTEGER NOT NULL,
        "lastModifiedBy" TEXT,
        "lastModifiedDateTime" INTEGER
    )
    """,
    """
    CREATE TABLE "unit_repository" (
        "id" TEXT NOT NULL PRIMARY KEY REFERENCES "protection_unit"("id"),
        "location" TEXT NOT NULL,
        "sealedMasterKey" BLOB NOT NULL,
        "lastSnapshotId" TEXT,
        "pruneNeeded" INTEGER NOT NULL CHECK ("pruneNeeded" IN (0, 1)),
        "createdDateTime" INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE "restore_point" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "unitId" TEXT NOT NULL REFERENCES "protection_unit"("id"),
        "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
        "protectionDateTime" INTEGER NOT NULL,
        "expirationDateTime" INTEGER NOT NULL,
        "tags" INTEGER NOT NULL,
        "snapshotId" TEXT NOT NULL,
        "cadence" TEXT NOT NULL CHECK ("cadence" IN ('tenMinutes', 'weekly')),
        "isDamaged" INTEGER NOT NULL CHECK ("isDamaged" IN (0, 1)),
        "failureCount" INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE "restore_session" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
        "status" TEXT NOT NULL CHECK ("status" IN ('draft', 'activating', 'active', 'completedWithError', 'completed', 'failed')),
        "restoreJobType" TEXT NOT NULL CHECK ("restoreJobType" IN ('standard', 'bulk', 'granular')),
        "error" TEXT,
        "completedDateTime" INTEGER,
        "policyId" TEXT,
        "artifactsTotal" INTEGER NOT NULL,
        "artifactsCompleted" INTEGER NOT NULL,
        "artifactsInProgress" INTEGER NOT NULL,
        "artifactsFailed" INTEGER NOT NULL,
        "createdBy" TEXT,
        "createdDateTime" INTEGER NOT NULL,
        "lastModifiedBy" TEXT,
        "lastModifiedDateTime" INTEGER
    )
    """,
    """
    CREATE TABLE "restore_artifact" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "sessionId" TEXT NOT NULL REFERENCES "restore_session"("id") ON DELETE CASCADE,
        "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
        "ordinal" INTEGER NOT NULL,
        "restorePointId" TEXT NOT NULL,
        "unitId" TEXT NOT NULL REFERENCES "protection_unit"("id"),
        "destinationType" TEXT NOT NULL CHECK ("destinationType" IN ('new', 'inPlace')),
        "status" TEXT NOT NULL CHECK ("status" IN ('added', 'scheduling', 'scheduled', 'inProgress', 'succeeded', 'failed')),
        "startDateTime" INTEGER,
        "completionDateTime" INTEGER,
        "error" TEXT,
        "restoredSiteId" TEXT,
        "restoredSiteName" TEXT,
        "restoredSiteWebUrl" TEXT,
        "progress" TEXT
    )
    """,
    """
    CREATE TABLE "job" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "kind" TEXT NOT NULL,
        "subjectId" TEXT NOT NULL,
        "state" TEXT NOT NULL CHECK ("state" IN ('waiting', 'running', 'done', 'failed')),
        "runAfterDateTime" INTEGER NOT NULL,
        "leaseOwner" TEXT,
        "leaseExpiresDateTime" INTEGER,
        "attempt" INTEGER NOT NULL,
        "cursor" TEXT,
        "progress" TEXT,
        "error" TEXT,
        "createdDateTime" INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE "client_application" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "displayName" TEXT,
        "secretSalt" BLOB NOT NULL,
        "secretHash" BLOB NOT NULL,
        "roles" TEXT NOT NULL,
        "createdDateTime" INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE "signing_key" (
        "id" TEXT NOT NULL PRIMARY KEY,
        "algorithm" TEXT NOT NULL,
        "sealedPrivateKey" BLOB NOT NULL,
        "createdDateTime" INTEGER NOT NULL,
        "retiredDateTime" INTEGER
    )
    """,
    """
    CREATE INDEX "protection_policy_by_creation" ON "protection_policy" ("createdDateTime", "id")
    """,
    """
    CREATE INDEX "protection_policy_by_workload" ON "protection_policy" ("workload", "createdDateTime", "id")
    """,
    """
    CREATE UNIQUE INDEX "protection_unit_by_source" ON "protection_unit" ("workload", "sourceId")
    """,
    """
    CREATE INDEX "protection_unit_by_creation" ON "protection_unit" ("createdDateTime", "id")
    """,
    """
    CREATE INDEX "protection_unit_by_workload" ON "protection_unit" ("workload", "createdDateTime", "id")
    """,
    """
    CREATE INDEX "protection_unit_by_policy" ON "protection_unit" ("policyId", "status")
    """,
    """
    CREATE INDEX "protection_unit_due" ON "protection_unit" ("nextBackupDateTime") WHERE "nextBackupDateTime" IS NOT NULL
    """,
    """
    CREATE INDEX "restore_point_by_unit" ON "restore_point" ("unitId", "protectionDateTime", "id")
    """,
    """
    CREATE INDEX "restore_point_by_time" ON "restore_point" ("protectionDateTime", "id")
    """,
    """
    CREATE INDEX "restore_point_by_expiration" ON "restore_point" ("expirationDateTime")
    """,
    """
    CREATE INDEX "restore_point_by_snapshot" ON "restore_point" ("unitId", "snapshotId")
    """,
    """
    CREATE INDEX "restore_session_by_creation" ON "restore_session" ("createdDateTime", "id")
    """,
    """
    CREATE INDEX "restore_session_by_workload" ON "restore_session" ("workload", "createdDateTime", "id")
    """,
    """
    CREATE INDEX "restore_session_by_status" ON "restore_session" ("status")
    """,
    """
    CREATE INDEX "restore_artifact_by_session" ON "restore_artifact" ("sessionId", "ordinal", "id")
    """,
    """
    CREATE INDEX "restore_artifact_by_unit" ON "restore_artifact" ("unitId", "status")
    """,
    """
    CREATE INDEX "restore_artifact_by_point" ON "restore_artifact" ("restorePointId")
    """,
    """
    CREATE INDEX "job_to_take" ON "job" ("state", "runAfterDateTime", "id")
    """,
    """
    CREATE UNIQUE INDEX "job_unfinished" ON "job" ("kind", "subjectId") WHERE "state" IN ('waiting', 'running')
    """,
])
