extension Migration {
    /// The tables of searches for files.
    static let migration18 = Migration(
        version: 18, name: "searches for files",
        statements: [
            """
            CREATE TABLE "fileSearch" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "query" TEXT NOT NULL,
                "unitIds" TEXT,
                "startDateTime" INTEGER,
                "endDateTime" INTEGER,
                "includeDeleted" INTEGER NOT NULL CHECK ("includeDeleted" IN (0, 1)),
                "status" TEXT NOT NULL CHECK ("status" IN ('running', 'complete', 'cancelled')),
                "searchedUnits" INTEGER NOT NULL CHECK ("searchedUnits" >= 0),
                "totalUnits" INTEGER NOT NULL CHECK ("totalUnits" >= 0),
                "resultCount" INTEGER NOT NULL CHECK ("resultCount" >= 0),
                "reachedUnitId" TEXT,
                "createdDateTime" INTEGER NOT NULL,
                "expirationDateTime" INTEGER NOT NULL
            )
            """,
            #"CREATE INDEX "fileSearch_expirationDateTime_id" ON "fileSearch" ("expirationDateTime", "id")"#,
            """
            CREATE TABLE "fileSearchUnit" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "searchId" TEXT NOT NULL REFERENCES "fileSearch" ("id") ON DELETE CASCADE,
                "unitId" TEXT NOT NULL,
                "number" INTEGER NOT NULL CHECK ("number" >= 0),
                "isWaiting" INTEGER NOT NULL CHECK ("isWaiting" IN (0, 1)),
                "resultCount" INTEGER NOT NULL CHECK ("resultCount" >= 0),
                UNIQUE ("searchId", "unitId")
            )
            """,
            """
            CREATE INDEX "fileSearchUnit_searchId_isWaiting_number_id"
            ON "fileSearchUnit" ("searchId", "isWaiting", "number", "id")
            """,
        ])
}
