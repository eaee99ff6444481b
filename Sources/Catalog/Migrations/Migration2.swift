extension Migration {
    /// The log of activities, and the recipients of mails.
    static let migration2 = Migration(
        version: 2, name: "monitoring",
        statements: [
            """
            CREATE TABLE "activityLog" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "subjectId" TEXT NOT NULL,
                "workload" TEXT NOT NULL,
                "activityType" TEXT NOT NULL,
                "eventDateTime" INTEGER,
                "resultStatus" TEXT NOT NULL,
                "severity" TEXT NOT NULL,
                "performedBy" TEXT NOT NULL,
                "error" TEXT,
                "details" TEXT NOT NULL
            )
            """,
            #"CREATE INDEX "activityLog_eventDateTime_id" ON "activityLog" ("eventDateTime", "id")"#,
            #"CREATE INDEX "activityLog_open" ON "activityLog" ("subjectId") WHERE "eventDateTime" IS NULL"#,
            """
            CREATE TABLE "notificationSetting" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "isEnabled" INTEGER NOT NULL CHECK ("isEnabled" IN (0, 1)),
                "includesUpdates" INTEGER NOT NULL CHECK ("includesUpdates" IN (0, 1)),
                "recipients" TEXT NOT NULL
            )
            """,
        ])
}
