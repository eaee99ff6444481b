extension Migration {
    /// What time needs: when jobs ended, what the service last knew of the clock, and which points
    /// single items are read from.
    static let migration10 = Migration(
        version: 10, name: "time",
        statements: [
            #"ALTER TABLE "job" ADD COLUMN "endedDateTime" INTEGER"#,
            // Nobody knows when those ended; they go when they are old enough by their beginning.
            #"UPDATE "job" SET "endedDateTime" = "createdDateTime" WHERE "state" IN ('done', 'failed')"#,
            #"CREATE INDEX "job_endedDateTime_id" ON "job" ("endedDateTime", "id") WHERE "endedDateTime" IS NOT NULL"#,
            """
            CREATE TABLE "clockState" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "seenDateTime" INTEGER NOT NULL,
                "epoch" TEXT NOT NULL,
                "steadyMicroseconds" INTEGER NOT NULL,
                "jumpDateTime" INTEGER,
                "jumpSeconds" INTEGER,
                "heldUntilDateTime" INTEGER
            )
            """,
            #"""
            CREATE INDEX "granularRestoreArtifact_restorePointId_id" ON "granularRestoreArtifact" ("restorePointId", \#
            "id")
            """#,
        ])
}
