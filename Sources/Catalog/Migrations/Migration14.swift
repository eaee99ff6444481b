extension Migration {
    /// What lists show of units, and of what could be one. Triggers keep it, so that no way to
    /// change a unit or a point can leave it behind.
    static let migration14 = Migration(
        version: 14, name: "unit states",
        statements: { dialect in
            UnitStateSchema.columns + UnitStateSchema.tables + UnitStateSchema.first(dialect)
                + UnitStateTriggers.all(dialect)
        })
}
