extension Migration {
    /// Browsing in restore points, the restore of single items, and bulk restore requests.
    static let migration4 = Migration(
        version: 4, name: "browsing, single items, bulk restores",
        statements: sessionColumns + browsing + granular + bulk)

    private static let sessionColumns = [
        #"ALTER TABLE "restoreSession" ADD COLUMN "conflictBehavior" TEXT"#,
        #"ALTER TABLE "restoreSession" ADD COLUMN "recoveryFolder" TEXT"#,
        #"CREATE INDEX "restoreSession_recoveryFolder_id" ON "restoreSession" ("recoveryFolder", "id")"#,
        #"ALTER TABLE "restoreArtifact" ADD COLUMN "searchResponseId" TEXT"#,
    ]

    /// A browse session outlives its point and its unit, so it names them without a foreign key.
    private static let browsing = [
        """
        CREATE TABLE "browseSession" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "restorePointId" TEXT NOT NULL,
            "restorePointDateTime" INTEGER NOT NULL,
            "snapshotId" TEXT NOT NULL,
            "unitId" TEXT NOT NULL,
            "sourceId" TEXT NOT NULL,
            "backupSizeBytes" INTEGER,
            "status" TEXT NOT NULL CHECK ("status" IN ('creating', 'created', 'failed')),
            "error" TEXT,
            "createdDateTime" INTEGER NOT NULL,
            "expirationDateTime" INTEGER NOT NULL
        )
        """,
        #"CREATE INDEX "browseSession_createdDateTime_id" ON "browseSession" ("createdDateTime", "id")"#,
        #"""
        CREATE INDEX "browseSession_workload_createdDateTime_id" ON "browseSession" ("workload", \#
        "createdDateTime", "id")
        """#,
        #"CREATE INDEX "browseSession_expirationDateTime_id" ON "browseSession" ("expirationDateTime", "id")"#,
    ]

    private static let granular = [
        """
        CREATE TABLE "granularRestoreArtifact" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "sessionId" TEXT NOT NULL REFERENCES "restoreSession" ("id") ON DELETE CASCADE,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('sharePoint', 'oneDriveForBusiness')),
            "ordinal" INTEGER NOT NULL CHECK ("ordinal" >= 0),
            "itemKey" TEXT NOT NULL,
            "browseSessionId" TEXT NOT NULL,
            "restorePointId" TEXT NOT NULL,
            "unitId" TEXT NOT NULL,
            "sourceId" TEXT NOT NULL,
            "itemPath" BLOB NOT NULL,
            "webUrl" TEXT NOT NULL,
            "destinationType" TEXT NOT NULL CHECK ("destinationType" IN ('new', 'inPlace')),
            "status" TEXT NOT NULL CHECK ("status" IN ('added', 'scheduling', 'scheduled', 'inProgress', 'succeeded', \
            'failed')),
            "restorePointDateTime" INTEGER,
            "startDateTime" INTEGER,
            "completionDateTime" INTEGER,
            "error" TEXT,
            "restoredPlace" BLOB,
            "restoredItemKey" TEXT,
            "restoredItemPath" TEXT,
            "restoredItemWebUrl" TEXT,
            UNIQUE ("sessionId", "ordinal"),
            UNIQUE ("sessionId", "itemKey")
        )
        """,
        #"""
        CREATE INDEX "granularRestoreArtifact_sessionId_status_id" ON "granularRestoreArtifact" ("sessionId", \#
        "status", "id")
        """#,
        #"""
        CREATE INDEX "granularRestoreArtifact_unitId_status_id" ON "granularRestoreArtifact" ("unitId", "status", \#
        "id")
        """#,
        #"CREATE INDEX "granularRestoreArtifact_status_id" ON "granularRestoreArtifact" ("status", "id")"#,
    ]

    private static let bulk = [
        """
        CREATE TABLE "restoreBulkRequest" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "sessionId" TEXT NOT NULL REFERENCES "restoreSession" ("id") ON DELETE CASCADE,
            "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
            "displayName" TEXT,
            "periodStart" INTEGER,
            "periodEnd" INTEGER,
            "destinationType" TEXT NOT NULL CHECK ("destinationType" IN ('new', 'inPlace')),
            "restorePointPreference" TEXT NOT NULL CHECK ("restorePointPreference" IN ('latest', 'oldest')),
            "tags" INTEGER NOT NULL CHECK ("tags" BETWEEN 0 AND 7),
            "names" TEXT NOT NULL,
            "objectIds" TEXT NOT NULL,
            "status" TEXT NOT NULL CHECK ("status" IN ('active', 'completed', 'completedWithErrors')),
            "error" TEXT,
            "createdBy" TEXT,
            "createdDateTime" INTEGER NOT NULL,
            "lastModifiedBy" TEXT,
            "lastModifiedDateTime" INTEGER
        )
        """,
        #"""
        CREATE INDEX "restoreBulkRequest_sessionId_createdDateTime_id" ON "restoreBulkRequest" ("sessionId", \#
        "createdDateTime", "id")
        """#,
    ]
}
