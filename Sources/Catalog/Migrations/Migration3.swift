extension Migration {
    /// Rules, lists and exclusions that choose the units of a policy, and their traces
    /// in units and policies.
    static let migration3 = Migration(
        version: 3, name: "choice of units",
        statements: rules + bulkJobs + exclusions + [
            #"ALTER TABLE "protectionUnit" ADD COLUMN "retentionDays" INTEGER"#,
            #"ALTER TABLE "protectionUnit" ADD COLUMN "retentionChange" TEXT"#,
            #"ALTER TABLE "protectionPolicy" ADD COLUMN "coverageDigest" TEXT"#,
        ])

    private static let audit = """
        "createdBy" TEXT,
        "createdDateTime" INTEGER NOT NULL,
        "lastModifiedBy" TEXT,
        "lastModifiedDateTime" INTEGER
        """

    /// The orders in which rows of a table are listed: all of them, those of a workload, and
    /// those of a policy.
    private static func lists(_ table: String) -> [String] {
        [
            ["createdDateTime"], ["lastModifiedDateTime"], ["workload", "createdDateTime"],
            ["policyId", "createdDateTime"],
        ].map { columns in
            let names = (columns + ["id"]).map { "\"\($0)\"" }.joined(separator: ", ")
            return "CREATE INDEX \"\(table)_\(columns.joined(separator: "_"))_id\" ON \"\(table)\" (\(names))"
        }
    }

    private static let rules =
        [
            """
            CREATE TABLE "inclusionRule" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
                "policyId" TEXT NOT NULL REFERENCES "protectionPolicy" ("id") ON DELETE CASCADE,
                "expression" TEXT NOT NULL,
                "isAutoApplyEnabled" INTEGER NOT NULL CHECK ("isAutoApplyEnabled" IN (0, 1)),
                "status" TEXT NOT NULL CHECK ("status" IN ('draft', 'active', 'completed', 'completedWithErrors', \
                'updateRequested', 'deleteRequested')),
                "error" TEXT,
                "appliedDigest" TEXT,
                \(audit)
            )
            """,
            #"CREATE INDEX "inclusionRule_status_id" ON "inclusionRule" ("status", "id")"#,
            #"CREATE INDEX "inclusionRule_isAutoApplyEnabled_id" ON "inclusionRule" ("isAutoApplyEnabled", "id")"#,
            """
            CREATE TABLE "ruleMember" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "ruleId" TEXT NOT NULL REFERENCES "inclusionRule" ("id") ON DELETE CASCADE,
                "unitId" TEXT NOT NULL REFERENCES "protectionUnit" ("id") ON DELETE CASCADE
            )
            """,
            #"CREATE INDEX "ruleMember_ruleId_id" ON "ruleMember" ("ruleId", "id")"#,
            #"CREATE INDEX "ruleMember_unitId_id" ON "ruleMember" ("unitId", "id")"#,
        ] + lists("inclusionRule")

    private static let bulkJobs =
        [
            """
            CREATE TABLE "bulkAdditionJob" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
                "policyId" TEXT NOT NULL REFERENCES "protectionPolicy" ("id") ON DELETE CASCADE,
                "isExclusion" INTEGER NOT NULL CHECK ("isExclusion" IN (0, 1)),
                "displayName" TEXT,
                "addresses" TEXT NOT NULL,
                "objectIds" TEXT NOT NULL,
                "status" TEXT NOT NULL CHECK ("status" IN ('active', 'completed', 'completedWithErrors')),
                "error" TEXT,
                \(audit)
            )
            """,
            #"CREATE INDEX "bulkAdditionJob_displayName_id" ON "bulkAdditionJob" ("displayName", "id")"#,
        ] + lists("bulkAdditionJob")

    private static let exclusions =
        [
            """
            CREATE TABLE "exclusionUnit" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
                "policyId" TEXT NOT NULL REFERENCES "protectionPolicy" ("id") ON DELETE CASCADE,
                "sourceId" TEXT NOT NULL,
                "displayName" TEXT,
                "email" TEXT,
                "siteName" TEXT,
                "siteWebUrl" TEXT,
                "error" TEXT,
                \(audit),
                UNIQUE ("policyId", "sourceId")
            )
            """
        ] + lists("exclusionUnit")
}
