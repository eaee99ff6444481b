extension Migration {
    /// The names of owners who are gone, which only people are shown.
    static let migration8 = Migration(
        version: 8, name: "last known names",
        statements: [
            #"ALTER TABLE "protectionUnit" ADD COLUMN "lastDisplayName" TEXT"#,
            #"ALTER TABLE "protectionUnit" ADD COLUMN "lastEmail" TEXT"#,
        ])
}
