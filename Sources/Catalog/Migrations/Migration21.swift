extension Migration {
    /// Orders of the unit states within a state, and indexes in which conditions of lists can be seen
    /// without a look at each row.
    static let migration21 = Migration(
        version: 21, name: "orders of unit states",
        statements: [
            #"DROP INDEX "unitState_standing_displayName_id""#,
            #"DROP INDEX "unitState_displayName_id""#,
            """
            CREATE INDEX "unitState_standing_displayName_id_newest" ON "unitState" \
            ("standing", "displayName", "id", "newestPointDateTime")
            """,
            """
            CREATE INDEX "unitState_displayName_id_searchText" ON "unitState" ("displayName", "id", "searchText")
            """,
        ]
            + ["sizeInBytes", "storedInBytes", "verifiedDateTime", "email"].map {
                """
                CREATE INDEX "unitState_standing_\($0)_id_newest" ON "unitState" \
                ("standing", "\($0)", "id", "newestPointDateTime")
                """
            })
}
