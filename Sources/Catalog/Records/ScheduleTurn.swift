public import Foundation

/// Periodic work that one of several processes does at a time: when it is due again, and who is at it.
public struct ScheduleTurn: CatalogRecord, Hashable {
    /// What work it is.
    public var id: String = ""
    public var nextDateTime: Date = Date(timeIntervalSince1970: 0)
    public var leaseOwner: String?
    /// When another may take the turn over.
    public var leaseExpiresDateTime: Date?

    public init() {}

    public static let table = Table<ScheduleTurn>(
        "schedule",
        [
            Column("id", \.id),
            Column("nextDateTime", \.nextDateTime),
            Column("leaseOwner", \.leaseOwner),
            Column("leaseExpiresDateTime", \.leaseExpiresDateTime),
        ])
}

extension CatalogWriter {
    /// Takes the turn with some work where it is due and nobody is at it. One statement decides it, in a
    /// change of any strength.
    public func takeTurn(
        _ id: String, owner: String, now: Date, leaseSeconds: Int
    ) throws(CatalogError) -> Bool {
        try connection.execute(
            #"INSERT INTO "schedule" ("id", "nextDateTime") VALUES (?, 0) ON CONFLICT ("id") DO NOTHING"#, [.text(id)])
        let isFree = RowPredicate.or([
            .isNull("leaseExpiresDateTime"), .compare("leaseExpiresDateTime", .lessOrEqual, now.sqlValue),
        ])
        return try update(
            ScheduleTurn.self,
            where: .and([.equal("id", id), .compare("nextDateTime", .lessOrEqual, now.sqlValue), isFree]),
            set: [
                "leaseOwner": .text(owner),
                "leaseExpiresDateTime": now.addingTimeInterval(Double(leaseSeconds)).sqlValue,
            ]) == 1
    }

    /// Ends a turn that is still the owner's. Whoever took it over goes on with it.
    public func endTurn(_ id: String, owner: String, next: Date) throws(CatalogError) {
        try update(
            ScheduleTurn.self,
            where: .and([.equal("id", id), .compare("leaseOwner", .equal, .text(owner))]),
            set: ["nextDateTime": next.sqlValue, "leaseOwner": .null, "leaseExpiresDateTime": .null])
    }
}
