extension Migration {
    /// Stretches without points, so that those of many units can be summed up.
    static let migration20 = Migration(
        version: 20, name: "gaps between points",
        statements: [
            """
            CREATE TABLE "pointGap" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "unitId" TEXT NOT NULL,
                "startDateTime" INTEGER NOT NULL,
                "endDateTime" INTEGER NOT NULL
            )
            """,
            #"CREATE INDEX "pointGap_unitId_endDateTime" ON "pointGap" ("unitId", "endDateTime", "startDateTime")"#,
            #"CREATE INDEX "pointGap_endDateTime_id" ON "pointGap" ("endDateTime", "startDateTime", "id")"#,
        ])
}
