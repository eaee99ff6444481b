extension Migration {
    /// What is known of a repository's index, and packs that are deleted later.
    static let migration26 = Migration(
        version: 26, name: "generations of indexes and doomed packs",
        statements: [
            #"ALTER TABLE "unitRepository" ADD COLUMN "generation" INTEGER NOT NULL DEFAULT 0"#,
            #"ALTER TABLE "unitRepository" ADD COLUMN "indexDigest" TEXT"#,
            """
            CREATE TABLE "doomedObject" (
                "id" TEXT PRIMARY KEY NOT NULL, "unitId" TEXT NOT NULL, "name" TEXT NOT NULL,
                "sinceDateTime" INTEGER NOT NULL
            )
            """,
            #"CREATE INDEX "doomedObject_unit" ON "doomedObject" ("unitId", "sinceDateTime")"#,
            #"CREATE INDEX "doomedObject_since" ON "doomedObject" ("sinceDateTime")"#,
        ])
}
