extension Migration {
    /// Restore plans, undo points, and what restores tell while they run.
    static let migration15 = Migration(
        version: 15, name: "restore plans",
        statements: [
            """
            CREATE TABLE "restorePlan" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "displayName" TEXT NOT NULL,
                "status" TEXT NOT NULL CHECK ("status" IN ('planning', 'ready', 'expired', 'started', 'cancelling',
                    'cancelled', 'completed', 'completedWithError', 'failed')),
                "createdBy" TEXT,
                "createdDateTime" INTEGER NOT NULL,
                "expiresDateTime" INTEGER NOT NULL,
                "basedOnDateTime" INTEGER,
                "scope" TEXT NOT NULL,
                "moment" TEXT NOT NULL,
                "destinationType" TEXT NOT NULL CHECK ("destinationType" IN ('new', 'inPlace')),
                "newerFiles" TEXT NOT NULL CHECK ("newerFiles" IN ('remove', 'keep')),
                "undoPoints" TEXT NOT NULL CHECK ("undoPoints" IN ('take', 'none')),
                "sums" TEXT NOT NULL,
                "excluded" TEXT NOT NULL,
                "undoOf" TEXT,
                "startedDateTime" INTEGER,
                "endedDateTime" INTEGER,
                "deletedDateTime" INTEGER
            )
            """,
            #"CREATE INDEX "restorePlan_createdDateTime_id" ON "restorePlan" ("createdDateTime", "id")"#,
            """
            CREATE INDEX "restorePlan_status_expiresDateTime_id" ON "restorePlan" ("status", "expiresDateTime", "id")
            """,
            """
            CREATE TABLE "planUnit" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "planId" TEXT NOT NULL REFERENCES "restorePlan" ("id") ON DELETE CASCADE,
                "unitId" TEXT NOT NULL,
                "workload" TEXT NOT NULL CHECK ("workload" IN ('oneDriveForBusiness', 'sharePoint', 'exchange')),
                "ordinal" INTEGER NOT NULL CHECK ("ordinal" >= 0),
                "status" TEXT NOT NULL CHECK ("status" IN ('waiting', 'planning', 'ready', 'noPoint', 'failed',
                    'excluded', 'outdated')),
                "restorePointId" TEXT,
                "protectionDateTime" INTEGER,
                "pointHealth" TEXT NOT NULL CHECK ("pointHealth" IN ('ok', 'unreadItems', 'damaged')),
                "newerAfterDateTime" INTEGER,
                "sums" TEXT NOT NULL,
                "newerLost" INTEGER NOT NULL CHECK ("newerLost" >= 0),
                "bytesNeeded" INTEGER NOT NULL CHECK ("bytesNeeded" >= 0),
                "changeCount" INTEGER NOT NULL CHECK ("changeCount" >= 0),
                "changeListId" TEXT,
                "note" TEXT,
                "error" TEXT,
                "artifactId" TEXT,
                UNIQUE ("planId", "unitId")
            )
            """,
            #"CREATE INDEX "planUnit_planId_ordinal_id" ON "planUnit" ("planId", "ordinal", "id")"#,
            #"CREATE INDEX "planUnit_planId_newerLost_id" ON "planUnit" ("planId", "newerLost", "id")"#,
            #"CREATE INDEX "planUnit_planId_status_id" ON "planUnit" ("planId", "status", "id")"#,
            #"CREATE INDEX "planUnit_unitId_id" ON "planUnit" ("unitId", "id")"#,
            #"CREATE INDEX "planUnit_restorePointId_id" ON "planUnit" ("restorePointId", "id")"#,
            #"CREATE INDEX "planUnit_artifactId_id" ON "planUnit" ("artifactId", "id") WHERE "artifactId" IS NOT NULL"#,
            """
            CREATE TABLE "restoreItemError" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "sessionId" TEXT NOT NULL REFERENCES "restoreSession" ("id") ON DELETE CASCADE,
                "artifactId" TEXT NOT NULL,
                "ordinal" INTEGER NOT NULL CHECK ("ordinal" >= 0),
                "path" BLOB NOT NULL,
                "action" TEXT,
                "code" TEXT NOT NULL,
                "message" TEXT NOT NULL,
                "isRetryable" INTEGER NOT NULL CHECK ("isRetryable" IN (0, 1))
            )
            """,
            """
            CREATE INDEX "restoreItemError_artifactId_ordinal_id"
            ON "restoreItemError" ("artifactId", "ordinal", "id")
            """,
            #"CREATE INDEX "restoreItemError_sessionId_id" ON "restoreItemError" ("sessionId", "id")"#,
            #"ALTER TABLE "restoreSession" ADD COLUMN "planId" TEXT"#,
            #"CREATE INDEX "restoreSession_planId_id" ON "restoreSession" ("planId", "id") WHERE "planId" IS NOT NULL"#,
            """
            ALTER TABLE "restoreSession" ADD COLUMN "isLimited" INTEGER NOT NULL DEFAULT 1
            CHECK ("isLimited" IN (0, 1))
            """,
            """
            ALTER TABLE "restoreSession" ADD COLUMN "takesUndoPoints" INTEGER NOT NULL DEFAULT 1
            CHECK ("takesUndoPoints" IN (0, 1))
            """,
            #"ALTER TABLE "restoreSession" ADD COLUMN "cancelRequestedDateTime" INTEGER"#,
            """
            ALTER TABLE "restoreArtifact" ADD COLUMN "phase" TEXT
            CHECK ("phase" IN ('undoPoint', 'planning', 'writing', 'finishing', 'done'))
            """,
            #"ALTER TABLE "restorePoint" ADD COLUMN "undoSessionId" TEXT"#,
            """
            CREATE INDEX "restorePoint_undoSessionId_id" ON "restorePoint" ("undoSessionId", "id")
            WHERE "undoSessionId" IS NOT NULL
            """,
        ])
}
