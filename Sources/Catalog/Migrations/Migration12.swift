extension Migration {
    /// Restore points that are held because the drive lost most of its files after them.
    static let migration12 = Migration(
        version: 12, name: "held points",
        statements: [
            """
            CREATE TABLE "pointHold" (
                "id" TEXT PRIMARY KEY NOT NULL REFERENCES "restorePoint" ("id") ON DELETE CASCADE,
                "unitId" TEXT NOT NULL UNIQUE,
                "sinceDateTime" INTEGER NOT NULL,
                "untilDateTime" INTEGER NOT NULL,
                "pointExpirationDateTime" INTEGER NOT NULL,
                "files" INTEGER NOT NULL CHECK ("files" >= 0),
                "filesLeft" INTEGER NOT NULL CHECK ("filesLeft" >= 0)
            )
            """
        ])
}
