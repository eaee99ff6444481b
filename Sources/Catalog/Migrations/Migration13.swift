extension Migration {
    /// The original time of points that a wrong clock had put into the future.
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
