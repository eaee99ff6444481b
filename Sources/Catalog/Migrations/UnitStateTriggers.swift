/// The triggers that keep the unit states and their sums. They are part of a published step, and
/// so they never change.
enum UnitStateTriggers {
    static func all(_ dialect: SQLDialect) -> [String] {
        switch dialect {
        case .sqlite:
            ofUnits(dialect) + ofExclusions(dialect) + ofPointsEach + ofPoints + ofHealth + ofTotals(dialect)
        case .postgres:
            PostgresTrigger.statements(
                ofUnits(dialect) + ofExclusions(dialect) + ofPoints + ofHealth + ofTotals(dialect))
                + PostgresTrigger.ofPoints
        }
    }

    private static func ofUnits(_ dialect: SQLDialect) -> [String] {
        [
            """
            CREATE TRIGGER "protectionUnit_inserted_state" AFTER INSERT ON "protectionUnit" BEGIN
                DELETE FROM "unitState" WHERE "workload" = NEW."workload" AND "sourceId" = NEW."sourceId";
                \(UnitStateSchema.insertion(of: "NEW", from: "", dialect));
            END
            """,
            """
            CREATE TRIGGER "protectionUnit_updated_state" AFTER UPDATE OF \(UnitStateSchema.watched)
            ON "protectionUnit" BEGIN
                UPDATE "unitState" SET \(UnitStateSchema.assignments(from: "NEW", dialect))
                WHERE "id" = NEW."id";
                UPDATE "unitState" SET "standing" = \(UnitStateSchema.standing),
                    "standingSinceDateTime" = CASE \(UnitStateSchema.standing)
                        WHEN 'failing' THEN NEW."failingSinceDateTime"
                        WHEN 'protected' THEN COALESCE(NEW."lastBackupDateTime", NEW."createdDateTime")
                        WHEN 'leaving' THEN COALESCE(NEW."offboardRequestedDateTime", NEW."lastModifiedDateTime",
                            NEW."createdDateTime")
                        ELSE \(dialect.greatestFunction)(COALESCE(NEW."lastModifiedDateTime", NEW."createdDateTime"),
                            COALESCE((SELECT "seenDateTime" FROM "clockState"), 0)) END
                WHERE "id" = NEW."id" AND "standing" \(dialect.isNotSame) (\(UnitStateSchema.standing));
            END
            """,
            """
            CREATE TRIGGER "protectionUnit_deleted_state" AFTER DELETE ON "protectionUnit" BEGIN
                DELETE FROM "unitState" WHERE "id" = OLD."id";
            END
            """,
        ]
    }

    private static func ofExclusions(_ dialect: SQLDialect) -> [String] {
        ["INSERT", "DELETE"].map { event in
            let row = event == "INSERT" ? "NEW" : "OLD"
            return """
                CREATE TRIGGER "exclusionUnit_\(event == "INSERT" ? "inserted" : "deleted")_state" AFTER \(event)
                ON "exclusionUnit" BEGIN
                    UPDATE "unitState" SET "isExcluded" = \(UnitStateSchema.isExcluded(row, dialect))
                    WHERE "workload" = \(row)."workload" AND "sourceId" = \(row)."sourceId";
                    UPDATE "unitState" SET "standing" = \(UnitStateSchema.standing), "standingSinceDateTime" =
                        \(dialect.greatestFunction)("standingSinceDateTime", \(row)."createdDateTime",
                            COALESCE((SELECT "seenDateTime" FROM "clockState"), 0))
                    WHERE "workload" = \(row)."workload" AND "sourceId" = \(row)."sourceId"
                        AND "standing" \(dialect.isNotSame) (\(UnitStateSchema.standing));
                END
                """
        }
    }

    /// The newest or oldest point of a unit. `row` names a row of `restorePoint`.
    private static func point(_ function: String, of row: String) -> String {
        #"(SELECT \#(function)("protectionDateTime") FROM "restorePoint" WHERE "unitId" = \#(row)."unitId")"#
    }

    private static func otherPoints(of row: String) -> String {
        """
        (SELECT 1 FROM "restorePoint" WHERE "unitId" = \(row)."unitId" AND "snapshotId" = \(row)."snapshotId" \
        AND "id" <> \(row)."id")
        """
    }

    /// One row at a time: each sees the rows before it.
    private static let ofPointsEach = [
        """
        CREATE TRIGGER "restorePoint_inserted_state" AFTER INSERT ON "restorePoint" BEGIN
            UPDATE "unitState" SET
                "newestPointDateTime" = MAX(COALESCE("newestPointDateTime", NEW."protectionDateTime"),
                    NEW."protectionDateTime"),
                "oldestPointDateTime" = MIN(COALESCE("oldestPointDateTime", NEW."protectionDateTime"),
                    NEW."protectionDateTime"),
                "pointCount" = "pointCount" + 1,
                "snapshotCount" = "snapshotCount" + (NOT EXISTS \(otherPoints(of: "NEW")))
            WHERE "id" = NEW."unitId";
            UPDATE "unitState" SET "damagedPointCount" = "damagedPointCount" + 1
            WHERE "id" = NEW."unitId" AND NEW."isDamaged" = 1;
        END
        """,
        """
        CREATE TRIGGER "restorePoint_deleted_state" AFTER DELETE ON "restorePoint" BEGIN
            UPDATE "unitState" SET
                "newestPointDateTime" = \(point("MAX", of: "OLD")), "oldestPointDateTime" = \(point("MIN", of: "OLD")),
                "pointCount" = "pointCount" - 1,
                "snapshotCount" = "snapshotCount" - (NOT EXISTS \(otherPoints(of: "OLD")))
            WHERE "id" = OLD."unitId";
            UPDATE "unitState" SET "damagedPointCount" = "damagedPointCount" - 1
            WHERE "id" = OLD."unitId" AND OLD."isDamaged" = 1;
        END
        """,
    ]

    private static let ofPoints = [
        """
        CREATE TRIGGER "restorePoint_moved_state" AFTER UPDATE OF "protectionDateTime" ON "restorePoint" BEGIN
            UPDATE "unitState" SET
                "newestPointDateTime" = \(point("MAX", of: "NEW")), "oldestPointDateTime" = \(point("MIN", of: "NEW"))
            WHERE "id" = NEW."unitId";
        END
        """,
        """
        CREATE TRIGGER "restorePoint_judged_state" AFTER UPDATE OF "isDamaged" ON "restorePoint"
        WHEN NEW."isDamaged" <> OLD."isDamaged" BEGIN
            UPDATE "unitState" SET "damagedPointCount" = "damagedPointCount" + NEW."isDamaged" - OLD."isDamaged"
            WHERE "id" = NEW."unitId";
        END
        """,
        """
        CREATE TRIGGER "restorePoint_repaired_state" AFTER UPDATE OF "snapshotId" ON "restorePoint"
        WHEN NEW."snapshotId" <> OLD."snapshotId" BEGIN
            UPDATE "unitState" SET "snapshotCount" = (SELECT COUNT(DISTINCT "snapshotId") FROM "restorePoint"
                WHERE "unitId" = NEW."unitId")
            WHERE "id" = NEW."unitId";
        END
        """,
    ]

    private static let ofHealth =
        ["INSERT", "UPDATE"].map { event in
            """
            CREATE TRIGGER "repositoryHealth_\(event == "INSERT" ? "inserted" : "updated")_state" AFTER \(event)
            ON "repositoryHealth" BEGIN
                UPDATE "unitState" SET "verifiedDateTime" = NEW."verifiedDateTime", "storedInBytes" = NEW."storedBytes"
                WHERE "id" = NEW."id";
            END
            """
        } + [
            """
            CREATE TRIGGER "repositoryHealth_deleted_state" AFTER DELETE ON "repositoryHealth" BEGIN
                UPDATE "unitState" SET "verifiedDateTime" = NULL, "storedInBytes" = NULL, "fileCount" = NULL,
                    "sizeInBytes" = NULL
                WHERE "id" = OLD."id";
            END
            """
        ]

    private static func added(_ dialect: SQLDialect) -> String {
        // SQLite takes a name without a table for the row that is there; PostgreSQL wants to be told.
        let own = dialect == .sqlite ? "" : "\"unitTotals\"."
        return """
            INSERT INTO "unitTotals" ("id", "workload", "standing", "units", "sizeInBytes", "storedInBytes",
                "damagedPoints")
            VALUES (NEW."workload" || '/' || NEW."standing", NEW."workload", NEW."standing", 1,
                COALESCE(NEW."sizeInBytes", 0), COALESCE(NEW."storedInBytes", 0), NEW."damagedPointCount")
            ON CONFLICT ("id") DO UPDATE SET "units" = \(own)"units" + 1, \
            "sizeInBytes" = \(own)"sizeInBytes" + excluded."sizeInBytes",
                "storedInBytes" = \(own)"storedInBytes" + excluded."storedInBytes",
                "damagedPoints" = \(own)"damagedPoints" + excluded."damagedPoints"
            """
    }

    private static let removed = """
        UPDATE "unitTotals" SET "units" = "units" - 1, "sizeInBytes" = "sizeInBytes" - COALESCE(OLD."sizeInBytes", 0),
            "storedInBytes" = "storedInBytes" - COALESCE(OLD."storedInBytes", 0),
            "damagedPoints" = "damagedPoints" - OLD."damagedPointCount"
        WHERE "id" = OLD."workload" || '/' || OLD."standing"
        """

    private static func ofTotals(_ dialect: SQLDialect) -> [String] {
        [
            """
            CREATE TRIGGER "unitState_inserted_totals" AFTER INSERT ON "unitState" BEGIN
                \(added(dialect));
            END
            """,
            """
            CREATE TRIGGER "unitState_updated_totals" AFTER UPDATE OF "workload", "standing", "sizeInBytes",
                "storedInBytes", "damagedPointCount" ON "unitState" BEGIN
                \(removed);
                \(added(dialect));
            END
            """,
            """
            CREATE TRIGGER "unitState_deleted_totals" AFTER DELETE ON "unitState" BEGIN
                \(removed);
            END
            """,
        ]
    }
}
