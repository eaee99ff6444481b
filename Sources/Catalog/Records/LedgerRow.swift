/// One entry of the ledger of a unit's repository: what was stored and removed, chained to the
/// entry before and authenticated.
///
/// A copy of the text lies beside the repository. `docs/ledger.md` explains it.
public struct LedgerRow: CatalogRecord, Hashable {
    /// The unit's id, a slash and the sequence number.
    public var id: String = ""
    public var unitId: String = ""
    /// The entry's place in the chain, from 1.
    public var sequence: Int = 0
    /// The entry with its authentication code, as text.
    public var entry: String = ""

    public init() {}

    public init(unitId: String, sequence: Int, entry: String) {
        id = "\(unitId)/\(sequence)"
        self.unitId = unitId
        self.sequence = sequence
        self.entry = entry
    }

    public static let table = Table<LedgerRow>(
        "ledgerRow",
        [
            Column("id", \.id),
            Column("unitId", \.unitId),
            Column("sequence", \.sequence),
            Column("entry", \.entry),
        ])
}
