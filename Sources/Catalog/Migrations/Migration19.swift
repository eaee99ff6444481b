extension Migration {
    /// What changed last in each unit, for lists.
    static let migration19 = Migration(
        version: 19, name: "recent changes of units",
        statements: [
            #"ALTER TABLE "unitState" ADD COLUMN "lastChangeDateTime" INTEGER"#,
            #"ALTER TABLE "unitState" ADD COLUMN "lastAdded" INTEGER"#,
            #"ALTER TABLE "unitState" ADD COLUMN "lastChanged" INTEGER"#,
            #"ALTER TABLE "unitState" ADD COLUMN "lastRemoved" INTEGER"#,
            #"ALTER TABLE "unitState" ADD COLUMN "recentChanges" TEXT"#,
        ])
}
