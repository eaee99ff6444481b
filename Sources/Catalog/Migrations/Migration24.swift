extension Migration {
    /// What a repository is known to hold, so that an unchanged drive needs no look at it.
    static let migration24 = Migration(
        version: 24, name: "views of repositories",
        statements: [
            #"ALTER TABLE "unitRepository" ADD COLUMN "sealedView" BLOB"#,
            #"ALTER TABLE "unitRepository" ADD COLUMN "viewGeneration" INTEGER NOT NULL DEFAULT 0"#,
        ])
}
