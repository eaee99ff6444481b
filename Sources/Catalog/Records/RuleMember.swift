/// A unit that a dynamic rule holds in its policy. A unit has the source `dynamicRule` as long as
/// one such row names it.
public struct RuleMember: CatalogRecord, Hashable {
    /// Rule and unit together.
    public var id: String = ""
    public var ruleId: String = ""
    public var unitId: String = ""

    public init() {}

    /// Makes a record; its id follows from the two.
    public init(ruleId: String, unitId: String) {
        id = "\(ruleId)/\(unitId)"
        self.ruleId = ruleId
        self.unitId = unitId
    }

    public static let table = Table<RuleMember>(
        "ruleMember",
        [
            Column("id", \.id),
            Column("ruleId", \.ruleId),
            Column("unitId", \.unitId),
        ])
}
