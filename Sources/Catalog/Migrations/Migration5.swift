extension Migration {
    /// Orders that clients may ask for: every one is an index, so that a page costs the same
    /// wherever it is and however large the table is.
    static let migration5 = Migration(
        version: 5, name: "orders of the lists",
        statements: [
            #"CREATE INDEX "protectionUnit_status_id" ON "protectionUnit" ("status", "id")"#,
            #"CREATE INDEX "restoreSession_status_id" ON "restoreSession" ("status", "id")"#,
            #"CREATE INDEX "serviceApp_lastModifiedDateTime_id" ON "serviceApp" ("lastModifiedDateTime", "id")"#,
            #"""
            CREATE INDEX "protectionUnit_workload_lastModifiedDateTime_id" ON "protectionUnit" ("workload", \#
            "lastModifiedDateTime", "id")
            """#,
            #"""
            CREATE INDEX "restoreSession_workload_lastModifiedDateTime_id" ON "restoreSession" ("workload", \#
            "lastModifiedDateTime", "id")
            """#,
        ])
}
