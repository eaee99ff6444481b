extension Migration {
    /// When jobs ended, the last reading of the clock, and an index on the points from which
    /// single items are read.
    static let migration10 = Migration(
        version: 10, name: "time",
        statements: [
            #"ALTER TABLE "job" ADD COLUMN "endedDateTime" INTEGER"#,
            // It is unknown when those ended; they are deleted when they are old
            // enough by their start.
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
