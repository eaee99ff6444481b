extension Migration {
    /// The feed of changes.
    static let migration17 = Migration(
        version: 17, name: "feed of changes",
        statements: [
            """
            CREATE TABLE "changeNote" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "topic" TEXT NOT NULL,
                "subjectId" TEXT NOT NULL,
                "number" INTEGER NOT NULL UNIQUE
            )
            """
        ])
}
