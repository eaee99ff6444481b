extension Migration {
    /// The last known names of owners who left, shown to people only.
    static let migration8 = Migration(
        version: 8, name: "last known names",
        statements: [
            #"ALTER TABLE "protectionUnit" ADD COLUMN "lastDisplayName" TEXT"#,
            #"ALTER TABLE "protectionUnit" ADD COLUMN "lastEmail" TEXT"#,
        ])
}
