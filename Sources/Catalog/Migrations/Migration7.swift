extension Migration {
    /// Repositories that are being made, and the size of repositories.
    static let migration7 = Migration(
        version: 7, name: "repositories in the making and stored bytes",
        statements: [
            """
            CREATE TABLE "repositoryCreation" (
                "id" TEXT PRIMARY KEY NOT NULL REFERENCES "protectionUnit" ("id"),
                "createdDateTime" INTEGER NOT NULL,
                "sealedMasterKey" BLOB NOT NULL,
                "config" BLOB NOT NULL,
                "keyFile" BLOB NOT NULL
            )
            """,
            #"ALTER TABLE "repositoryHealth" ADD COLUMN "storedBytes" INTEGER CHECK ("storedBytes" >= 0)"#,
        ])
}
