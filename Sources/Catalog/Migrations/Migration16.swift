extension Migration {
    /// What each snapshot changed, and incidents.
    static let migration16 = Migration(
        version: 16, name: "changes and incidents",
        statements: changeTables + incidentTables)

    private static let changeTables = [
        """
        CREATE TABLE "changeStatistics" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "unitId" TEXT NOT NULL,
            "dateTime" INTEGER NOT NULL,
            "files" INTEGER NOT NULL CHECK ("files" >= 0),
            "added" INTEGER NOT NULL CHECK ("added" >= 0),
            "changed" INTEGER NOT NULL CHECK ("changed" >= 0),
            "removed" INTEGER NOT NULL CHECK ("removed" >= 0),
            "replaced" INTEGER NOT NULL CHECK ("replaced" >= 0),
            "rewritten" INTEGER NOT NULL CHECK ("rewritten" >= 0),
            "addedBytes" INTEGER NOT NULL CHECK ("addedBytes" >= 0),
            "storedBytes" INTEGER NOT NULL CHECK ("storedBytes" >= 0),
            "flags" INTEGER NOT NULL,
            "evidence" TEXT
        )
        """,
        #"CREATE INDEX "changeStatistics_unitId_dateTime_id" ON "changeStatistics" ("unitId", "dateTime", "id")"#,
        #"CREATE INDEX "changeStatistics_dateTime_id" ON "changeStatistics" ("dateTime", "id")"#,
        """
        CREATE INDEX "changeStatistics_evidence" ON "changeStatistics" ("dateTime", "id")
        WHERE "evidence" IS NOT NULL
        """,
        """
        CREATE TABLE "changeDay" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "unitId" TEXT NOT NULL,
            "dateTime" INTEGER NOT NULL,
            "files" INTEGER NOT NULL CHECK ("files" >= 0),
            "added" INTEGER NOT NULL CHECK ("added" >= 0),
            "changed" INTEGER NOT NULL CHECK ("changed" >= 0),
            "removed" INTEGER NOT NULL CHECK ("removed" >= 0),
            "replaced" INTEGER NOT NULL CHECK ("replaced" >= 0),
            "rewritten" INTEGER NOT NULL CHECK ("rewritten" >= 0),
            "addedBytes" INTEGER NOT NULL CHECK ("addedBytes" >= 0),
            "storedBytes" INTEGER NOT NULL CHECK ("storedBytes" >= 0),
            "greatestShare" INTEGER NOT NULL CHECK ("greatestShare" BETWEEN 0 AND 1000000),
            "snapshots" INTEGER NOT NULL CHECK ("snapshots" >= 0),
            "hits" INTEGER NOT NULL CHECK ("hits" >= 0),
            "flags" INTEGER NOT NULL
        )
        """,
        #"CREATE INDEX "changeDay_unitId_dateTime_id" ON "changeDay" ("unitId", "dateTime", "id")"#,
        """
        CREATE TABLE "changeTotal" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "dateTime" INTEGER NOT NULL,
            "seconds" INTEGER NOT NULL CHECK ("seconds" IN (600, 86400)),
            "files" INTEGER NOT NULL CHECK ("files" >= 0),
            "added" INTEGER NOT NULL CHECK ("added" >= 0),
            "changed" INTEGER NOT NULL CHECK ("changed" >= 0),
            "removed" INTEGER NOT NULL CHECK ("removed" >= 0),
            "replaced" INTEGER NOT NULL CHECK ("replaced" >= 0),
            "addedBytes" INTEGER NOT NULL CHECK ("addedBytes" >= 0),
            "storedBytes" INTEGER NOT NULL CHECK ("storedBytes" >= 0),
            "greatestShare" INTEGER NOT NULL CHECK ("greatestShare" BETWEEN 0 AND 1000000),
            "snapshots" INTEGER NOT NULL CHECK ("snapshots" >= 0),
            "snapshotsHit" INTEGER NOT NULL CHECK ("snapshotsHit" >= 0),
            "flags" INTEGER NOT NULL
        )
        """,
        #"CREATE INDEX "changeTotal_seconds_dateTime_id" ON "changeTotal" ("seconds", "dateTime", "id")"#,
    ]

    private static let incidentTables = [
        """
        CREATE TABLE "incident" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "status" TEXT NOT NULL CHECK ("status" IN ('open', 'contained', 'dismissed', 'restored')),
            "severity" TEXT NOT NULL CHECK ("severity" IN ('medium', 'high', 'critical')),
            "score" INTEGER NOT NULL CHECK ("score" BETWEEN 0 AND 99),
            "beganAfter" INTEGER,
            "beganBefore" INTEGER NOT NULL,
            "detectedDateTime" INTEGER NOT NULL,
            "lastActivityDateTime" INTEGER NOT NULL,
            "unitCount" INTEGER NOT NULL CHECK ("unitCount" >= 0),
            "signals" TEXT NOT NULL,
            "closedDateTime" INTEGER,
            "dismissedReason" TEXT,
            "dismissedBy" TEXT
        )
        """,
        #"CREATE INDEX "incident_detectedDateTime_id" ON "incident" ("detectedDateTime", "id")"#,
        #"CREATE INDEX "incident_status_lastActivity" ON "incident" ("status", "lastActivityDateTime", "id")"#,
        """
        CREATE TABLE "incidentUnit" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "incidentId" TEXT NOT NULL REFERENCES "incident" ("id") ON DELETE CASCADE,
            "unitId" TEXT NOT NULL,
            "beganAfter" INTEGER,
            "beganBefore" INTEGER NOT NULL,
            "lastActivityDateTime" INTEGER NOT NULL,
            "lastCleanPointId" TEXT,
            "lastCleanDateTime" INTEGER,
            "firstPointId" TEXT NOT NULL,
            "replaced" INTEGER NOT NULL CHECK ("replaced" >= 0),
            "removed" INTEGER NOT NULL CHECK ("removed" >= 0),
            "added" INTEGER NOT NULL CHECK ("added" >= 0),
            "signals" TEXT NOT NULL,
            "samples" TEXT NOT NULL,
            "restoredDateTime" INTEGER,
            UNIQUE ("incidentId", "unitId")
        )
        """,
        #"CREATE INDEX "incidentUnit_unitId_id" ON "incidentUnit" ("unitId", "id")"#,
        """
        CREATE TABLE "unitHold" (
            "id" TEXT PRIMARY KEY NOT NULL,
            "incidentId" TEXT NOT NULL REFERENCES "incident" ("id") ON DELETE CASCADE,
            "untilDateTime" INTEGER NOT NULL
        )
        """,
        #"CREATE INDEX "unitHold_incidentId_id" ON "unitHold" ("incidentId", "id")"#,
        #"CREATE INDEX "unitHold_untilDateTime_id" ON "unitHold" ("untilDateTime", "id")"#,
        """
        CREATE TABLE "putOffPoint" (
            "id" TEXT PRIMARY KEY NOT NULL REFERENCES "restorePoint" ("id") ON DELETE CASCADE,
            "unitId" TEXT NOT NULL,
            "pointExpirationDateTime" INTEGER NOT NULL
        )
        """,
        #"CREATE INDEX "putOffPoint_unitId_id" ON "putOffPoint" ("unitId", "id")"#,
    ]
}
