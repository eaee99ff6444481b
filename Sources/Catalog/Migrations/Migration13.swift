extension Migration {
    /// What a wrong clock said of points whose time was moved.
    static let migration13 = Migration(
        version: 13, name: "times as the clock said",
        statements: [
            #"ALTER TABLE "restorePoint" ADD COLUMN "clockDateTime" INTEGER"#,
            """
            CREATE INDEX "restorePoint_clockDateTime_id" ON "restorePoint" ("clockDateTime", "id")
            WHERE "clockDateTime" IS NOT NULL
            """,
        ])
}
