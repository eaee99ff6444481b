extension Migration {
    /// The ledgers that show whether a repository was tampered with, and when each was
    /// last verified in full.
    static let migration6 = Migration(
        version: 6, name: "ledgers and verification",
        statements: [
            """
            CREATE TABLE "ledgerRow" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "unitId" TEXT NOT NULL,
                "sequence" INTEGER NOT NULL CHECK ("sequence" >= 1),
                "entry" TEXT NOT NULL,
                UNIQUE ("unitId", "sequence")
            )
            """,
            """
            CREATE TABLE "repositoryHealth" (
                "id" TEXT PRIMARY KEY NOT NULL REFERENCES "unitRepository" ("id") ON DELETE CASCADE,
                "verifiedDateTime" INTEGER NOT NULL,
                "problems" INTEGER NOT NULL CHECK ("problems" >= 0)
            )
            """,
            #"CREATE INDEX "repositoryHealth_verifiedDateTime_id" ON "repositoryHealth" ("verifiedDateTime", "id")"#,
            #"""
            INSERT INTO "repositoryHealth" ("id", "verifiedDateTime", "problems") SELECT "id", "createdDateTime", \#
            0 FROM "unitRepository"
            """#,
            #"CREATE INDEX "restorePoint_unitId_snapshotId" ON "restorePoint" ("unitId", "snapshotId")"#,
        ])
}
