import Foundation

/// Triggers in PostgreSQL's words. They are part of a published step, and so they never change.
enum PostgresTrigger {
    /// A function and a trigger for each trigger of SQLite's.
    ///
    /// PostgreSQL runs them when the whole statement has changed its rows, so none of these may count on
    /// seeing the table as it was amid the statement.
    static func statements(_ triggers: [String]) -> [String] { triggers.flatMap(statements) }

    private static func statements(_ trigger: String) -> [String] {
        guard let begin = trigger.range(of: " BEGIN\n"), trigger.hasSuffix("\nEND") else {
            preconditionFailure("a trigger is declared as CREATE TRIGGER … BEGIN … END")
        }
        let head = trigger[..<begin.lowerBound]
        let body = trigger[begin.upperBound...].dropLast("\nEND".count)
        let name = head.split(separator: "\"", maxSplits: 2)[1]
        let parts = head.split(separator: "\nWHEN ", maxSplits: 1)
        let condition = parts.count == 2 ? " WHEN (\(parts[1]))" : ""
        return [
            function(named: String(name), String(body)),
            "\(parts[0]) FOR EACH ROW\(condition) EXECUTE FUNCTION \"\(name)\"()",
        ]
    }

    private static func function(named name: String, _ body: String) -> String {
        """
        CREATE FUNCTION "\(name)"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
        \(body)
            RETURN NULL;
        END $body$
        """
    }

    /// Points that come and go, all those of a statement at once.
    static let ofPoints = [
        function(named: "restorePoint_inserted_state", inserted),
        """
        CREATE TRIGGER "restorePoint_inserted_state" AFTER INSERT ON "restorePoint"
        REFERENCING NEW TABLE AS "added" FOR EACH STATEMENT EXECUTE FUNCTION "restorePoint_inserted_state"()
        """,
        function(named: "restorePoint_deleted_state", deleted),
        """
        CREATE TRIGGER "restorePoint_deleted_state" AFTER DELETE ON "restorePoint"
        REFERENCING OLD TABLE AS "removed" FOR EACH STATEMENT EXECUTE FUNCTION "restorePoint_deleted_state"()
        """,
    ]

    private static let inserted = """
            UPDATE "unitState" AS s SET
                "newestPointDateTime" = GREATEST(s."newestPointDateTime", a."newest"),
                "oldestPointDateTime" = LEAST(s."oldestPointDateTime", a."oldest"),
                "pointCount" = s."pointCount" + a."points",
                "damagedPointCount" = s."damagedPointCount" + a."damaged",
                "snapshotCount" = s."snapshotCount" + a."snapshots" - (SELECT COUNT(DISTINCT p."snapshotId")
                    FROM "restorePoint" AS p WHERE p."unitId" = s."id"
                    AND p."snapshotId" IN (SELECT n."snapshotId" FROM "added" AS n WHERE n."unitId" = s."id")
                    AND NOT EXISTS (SELECT 1 FROM "added" AS n WHERE n."id" = p."id"))
            FROM (SELECT "unitId", MAX("protectionDateTime") AS "newest", MIN("protectionDateTime") AS "oldest",
                    COUNT(*) AS "points", SUM("isDamaged") AS "damaged", COUNT(DISTINCT "snapshotId") AS "snapshots"
                FROM "added" GROUP BY "unitId") AS a
            WHERE s."id" = a."unitId";
        """

    private static let deleted = """
            UPDATE "unitState" AS s SET
                "newestPointDateTime" = (SELECT MAX(p."protectionDateTime") FROM "restorePoint" AS p
                    WHERE p."unitId" = s."id"),
                "oldestPointDateTime" = (SELECT MIN(p."protectionDateTime") FROM "restorePoint" AS p
                    WHERE p."unitId" = s."id"),
                "pointCount" = s."pointCount" - r."points",
                "damagedPointCount" = s."damagedPointCount" - r."damaged",
                "snapshotCount" = s."snapshotCount" - r."snapshots" + (SELECT COUNT(DISTINCT p."snapshotId")
                    FROM "restorePoint" AS p WHERE p."unitId" = s."id"
                    AND p."snapshotId" IN (SELECT o."snapshotId" FROM "removed" AS o WHERE o."unitId" = s."id"))
            FROM (SELECT "unitId", COUNT(*) AS "points", SUM("isDamaged") AS "damaged",
                    COUNT(DISTINCT "snapshotId") AS "snapshots"
                FROM "removed" GROUP BY "unitId") AS r
            WHERE s."id" = r."unitId";
        """
}
