extension Migration {
    /// The audit trail: a chain of records.
    static let migration23 = Migration(
        version: 23, name: "audit trail",
        statements: [
            """
            CREATE TABLE "auditRecord" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "sequence" INTEGER NOT NULL UNIQUE,
                "dateTime" INTEGER NOT NULL,
                "actorKind" TEXT NOT NULL CHECK ("actorKind" IN ('operator', 'application', 'system')),
                "actorId" TEXT,
                "actorName" TEXT,
                "applicationId" TEXT,
                "address" TEXT,
                "action" TEXT NOT NULL,
                "targetKind" TEXT,
                "targetId" TEXT,
                "outcome" TEXT NOT NULL,
                "requestId" TEXT,
                "previousHash" TEXT NOT NULL,
                "hash" TEXT NOT NULL
            )
            """,
            #"CREATE INDEX "auditRecord_dateTime" ON "auditRecord" ("dateTime", "id")"#,
        ])
}
