/// The tables of the unit states, and how a row follows from a unit. It is part of a published
/// step and never changes.
enum UnitStateSchema {
    static let columns = [
        #"ALTER TABLE "protectionUnit" ADD COLUMN "failingSinceDateTime" INTEGER"#,
        #"ALTER TABLE "protectionUnit" ADD COLUMN "searchText" TEXT NOT NULL DEFAULT ''"#,
        // The next look at the directory folds it as searches do.
        """
        UPDATE "protectionUnit" SET "searchText" = LOWER(COALESCE("displayName", '') || ' ' || COALESCE("email", '') \
        || ' ' || COALESCE("siteName", ''))
        """,
    ]

    static let tables =
        [
            """
            CREATE TABLE "unitTotals" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "workload" TEXT NOT NULL,
                "standing" TEXT NOT NULL,
                "units" INTEGER NOT NULL CHECK ("units" >= 0),
                "sizeInBytes" INTEGER NOT NULL,
                "storedInBytes" INTEGER NOT NULL,
                "damagedPoints" INTEGER NOT NULL
            )
            """,
            """
            CREATE TABLE "unitState" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "unitId" TEXT UNIQUE,
                "workload" TEXT NOT NULL CHECK ("workload" IN ('exchange', 'sharePoint', 'oneDriveForBusiness')),
                "sourceId" TEXT NOT NULL,
                "policyId" TEXT,
                "status" TEXT,
                "displayName" TEXT,
                "email" TEXT,
                "siteWebUrl" TEXT,
                "searchText" TEXT NOT NULL,
                "isOwnerGone" INTEGER NOT NULL CHECK ("isOwnerGone" IN (0, 1)),
                "isExcluded" INTEGER NOT NULL CHECK ("isExcluded" IN (0, 1)),
                "failingSinceDateTime" INTEGER,
                "error" TEXT,
                "standing" TEXT NOT NULL CHECK ("standing" IN ('protected', 'failing', 'paused', 'requested', \
                'notProtected', 'excluded', 'leaving', 'deleted')),
                "standingSinceDateTime" INTEGER NOT NULL,
                "newestPointDateTime" INTEGER,
                "oldestPointDateTime" INTEGER,
                "nextBackupDateTime" INTEGER,
                "pointCount" INTEGER NOT NULL,
                "snapshotCount" INTEGER NOT NULL,
                "damagedPointCount" INTEGER NOT NULL,
                "fileCount" INTEGER,
                "sizeInBytes" INTEGER,
                "storedInBytes" INTEGER,
                "verifiedDateTime" INTEGER,
                UNIQUE ("workload", "sourceId")
            )
            """,
            """
            CREATE INDEX "unitState_standing_newestPointDateTime_id" ON "unitState" \
            ("standing", "newestPointDateTime", "id")
            """,
            #"CREATE INDEX "unitState_standing_displayName_id" ON "unitState" ("standing", "displayName", "id")"#,
            """
            CREATE INDEX "unitState_standing_standingSinceDateTime_id" ON "unitState" \
            ("standing", "standingSinceDateTime", "id")
            """,
            #"CREATE INDEX "unitState_policyId_id" ON "unitState" ("policyId", "id")"#,
            #"CREATE INDEX "exclusionUnit_workload_sourceId" ON "exclusionUnit" ("workload", "sourceId")"#,
        ]
        + ["displayName", "email", "newestPointDateTime", "sizeInBytes", "storedInBytes", "verifiedDateTime"].map {
            #"CREATE INDEX "unitState_\#($0)_id" ON "unitState" ("\#($0)", "id")"#
        }

    /// How a row stands, from its other columns. `UnitStanding` has the same rule in words, and a
    /// test compares the two for every combination.
    static let standing = """
        CASE
            WHEN "status" IS NOT NULL AND "isOwnerGone" = 1 THEN 'deleted'
            WHEN "status" IS NULL OR "status" = 'offboarded' OR ("status" = 'unprotected' AND "policyId" IS NULL)
                THEN CASE "isExcluded" WHEN 1 THEN 'excluded' ELSE 'notProtected' END
            WHEN "status" IN ('offboardRequested', 'removeRequested') THEN 'leaving'
            WHEN "status" = 'cancelOffboardRequested' THEN 'requested'
            WHEN "status" = 'unprotectRequested' THEN 'paused'
            WHEN "failingSinceDateTime" IS NOT NULL
                AND ("status" <> 'unprotected' OR "nextBackupDateTime" IS NOT NULL) THEN 'failing'
            WHEN "status" = 'unprotected' THEN 'paused'
            WHEN "status" = 'protectRequested' THEN 'requested'
            ELSE 'protected'
        END
        """

    /// Whether a source is excluded from a policy. `row` names a row of a unit.
    static func isExcluded(_ row: String, _ dialect: SQLDialect) -> String {
        dialect.number(
            """
            EXISTS (SELECT 1 FROM "exclusionUnit" WHERE "workload" = \(row)."workload" \
            AND "sourceId" = \(row)."sourceId")
            """)
    }

    /// What a row takes over from a unit, by column. `row` names a row of `protectionUnit`.
    static func taken(from row: String, _ dialect: SQLDialect) -> [(column: String, value: String)] {
        [
            ("policyId", #"\#(row)."policyId""#), ("status", #"\#(row)."status""#),
            (
                "displayName",
                """
                CASE \(row)."workload" WHEN 'sharePoint' THEN \(row)."siteName" \
                ELSE COALESCE(\(row)."lastDisplayName", \(row)."displayName") END
                """
            ),
            ("email", #"COALESCE(\#(row)."lastEmail", \#(row)."email")"#),
            ("siteWebUrl", #"CASE \#(row)."workload" WHEN 'sharePoint' THEN \#(row)."siteWebUrl" END"#),
            ("searchText", #"\#(row)."searchText""#),
            (
                "isOwnerGone",
                dialect.number(
                    """
                    \(row)."workload" <> 'sharePoint' AND (COALESCE(\(row)."displayName", '-') = '' \
                    OR COALESCE(\(row)."email", '-') = '')
                    """)
            ),
            ("failingSinceDateTime", #"\#(row)."failingSinceDateTime""#), ("error", #"\#(row)."error""#),
            ("nextBackupDateTime", #"\#(row)."nextBackupDateTime""#),
        ]
    }

    /// The same as the assignments of an update.
    static func assignments(from row: String, _ dialect: SQLDialect) -> String {
        taken(from: row, dialect).map { "\"\($0.column)\" = \($0.value)" }.joined(separator: ", ")
    }

    /// The columns of a unit that `taken` reads.
    static let watched = [
        "policyId", "status", "displayName", "lastDisplayName", "email", "lastEmail", "siteName", "siteWebUrl",
        "searchText", "failingSinceDateTime", "error", "nextBackupDateTime",
    ].map { "\"\($0)\"" }.joined(separator: ", ")

    /// The beginning of a unit's row. `row` names a row of `protectionUnit`, `source` what follows
    /// `FROM`, if anything does.
    static func insertion(of row: String, from source: String, _ dialect: SQLDialect) -> String {
        let taken = taken(from: row, dialect)
        let columns = taken.map { "\"\($0.column)\"" }.joined(separator: ", ")
        let values = taken.map { "\($0.value) AS \"\($0.column)\"" }.joined(separator: ", ")
        return """
            INSERT INTO "unitState" ("id", "unitId", "workload", "sourceId", \(columns), "isExcluded", "standing",
                "standingSinceDateTime", "pointCount", "snapshotCount", "damagedPointCount")
            SELECT "id", "id", "workload", "sourceId", \(columns), "isExcluded", \(standing), "since", 0, 0, 0
            FROM (SELECT \(row)."id" AS "id", \(row)."workload" AS "workload", \(row)."sourceId" AS "sourceId",
                \(values), \(isExcluded(row, dialect)) AS "isExcluded", \(row)."createdDateTime" AS "since" \(source))\
            \(dialect.derivedTableName)
            """
    }

    /// The rows of what a catalogue has already.
    static func first(_ dialect: SQLDialect) -> [String] {
        [insertion(of: "u", from: #"FROM "protectionUnit" AS u"#, dialect)] + sums
    }

    private static let sums = [
        """
        UPDATE "unitState" SET
            "standingSinceDateTime" = COALESCE((SELECT "lastModifiedDateTime" FROM "protectionUnit" AS u
                WHERE u."id" = "unitState"."id"), "standingSinceDateTime"),
            "newestPointDateTime" = (SELECT MAX("protectionDateTime") FROM "restorePoint" AS p
                WHERE p."unitId" = "unitState"."id"),
            "oldestPointDateTime" = (SELECT MIN("protectionDateTime") FROM "restorePoint" AS p
                WHERE p."unitId" = "unitState"."id"),
            "pointCount" = (SELECT COUNT(*) FROM "restorePoint" AS p WHERE p."unitId" = "unitState"."id"),
            "snapshotCount" = (SELECT COUNT(DISTINCT "snapshotId") FROM "restorePoint" AS p
                WHERE p."unitId" = "unitState"."id"),
            "damagedPointCount" = (SELECT COUNT(*) FROM "restorePoint" AS p
                WHERE p."unitId" = "unitState"."id" AND p."isDamaged" = 1),
            "storedInBytes" = (SELECT "storedBytes" FROM "repositoryHealth" AS h WHERE h."id" = "unitState"."id"),
            "verifiedDateTime" = (SELECT "verifiedDateTime" FROM "repositoryHealth" AS h
                WHERE h."id" = "unitState"."id")
        """,
        """
        INSERT INTO "unitTotals" ("id", "workload", "standing", "units", "sizeInBytes", "storedInBytes",
            "damagedPoints")
        SELECT "workload" || '/' || "standing", "workload", "standing", COUNT(*), 0,
            COALESCE(SUM("storedInBytes"), 0), SUM("damagedPointCount")
        FROM "unitState" GROUP BY "workload", "standing"
        """,
    ]
}
