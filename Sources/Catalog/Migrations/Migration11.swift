extension Migration {
    /// Items that backups could not read, and remarks of restores about them.
    static let migration11 = Migration(
        version: 11, name: "unread items",
        statements: [
            """
            CREATE TABLE "unreadItem" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "unitId" TEXT NOT NULL,
                "path" BLOB NOT NULL,
                "kind" TEXT NOT NULL CHECK ("kind" IN ('file', 'folder', 'link', 'other', 'unknown')),
                "code" TEXT NOT NULL,
                "message" TEXT NOT NULL,
                "sinceDateTime" INTEGER NOT NULL,
                "keptFromDateTime" INTEGER,
                "fromDateTime" INTEGER NOT NULL,
                "untilDateTime" INTEGER NOT NULL
            )
            """,
            #"CREATE INDEX "unreadItem_unitId_path_id" ON "unreadItem" ("unitId", "path", "id")"#,
            #"CREATE INDEX "unreadItem_unitId_untilDateTime" ON "unreadItem" ("unitId", "untilDateTime")"#,
            """
            CREATE TABLE "restoreNotice" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "sessionId" TEXT NOT NULL REFERENCES "restoreSession" ("id") ON DELETE CASCADE,
                "artifactId" TEXT NOT NULL,
                "ordinal" INTEGER NOT NULL CHECK ("ordinal" >= 0),
                "path" BLOB NOT NULL,
                "kind" TEXT NOT NULL CHECK ("kind" IN ('leftAlone', 'older', 'absent')),
                "keptFromDateTime" INTEGER
            )
            """,
            #"CREATE INDEX "restoreNotice_artifactId_ordinal_id" ON "restoreNotice" ("artifactId", "ordinal", "id")"#,
            #"CREATE INDEX "restoreNotice_sessionId_id" ON "restoreNotice" ("sessionId", "id")"#,
        ])
}
