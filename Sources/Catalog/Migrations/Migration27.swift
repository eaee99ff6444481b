extension Migration {
    /// What processes that share the catalogue know of each other: who they are, and whose turn it is
    /// with what time brings.
    static let migration27 = Migration(
        version: 27, name: "processes",
        statements: [
            """
            CREATE TABLE "process" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "host" TEXT NOT NULL,
                "version" TEXT NOT NULL,
                "roles" TEXT NOT NULL,
                "startedDateTime" INTEGER NOT NULL,
                "seenDateTime" INTEGER NOT NULL
            )
            """,
            #"CREATE INDEX "process_seenDateTime_id" ON "process" ("seenDateTime", "id")"#,
            """
            CREATE TABLE "schedule" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "nextDateTime" INTEGER NOT NULL,
                "leaseOwner" TEXT,
                "leaseExpiresDateTime" INTEGER,
                CHECK (("leaseOwner" IS NULL) = ("leaseExpiresDateTime" IS NULL))
            )
            """,
        ])
}
