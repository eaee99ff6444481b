extension Migration {
    /// Marks of commits, by which a driver finds out whether a change was made whose connection was
    /// lost, and notes about the whole catalogue.
    static let migration25 = Migration(
        version: 25, name: "marks of commits and notes",
        statements: [
            #"CREATE TABLE "commitMark" ("id" TEXT PRIMARY KEY NOT NULL, "dateTime" INTEGER NOT NULL)"#,
            #"CREATE INDEX "commitMark_dateTime" ON "commitMark" ("dateTime")"#,
            #"CREATE TABLE "catalogNote" ("id" TEXT PRIMARY KEY NOT NULL, "text" TEXT NOT NULL)"#,
        ])
}
