public import Foundation

/// What the service last knew of the time of day, in the one row `clock`. With it a server that
/// starts sees that the clock was changed meanwhile.
public struct ClockState: CatalogRecord, Hashable {
    /// The id of the one row.
    public static let onlyID = "clock"

    public var id: String = onlyID
    /// The time of day when it was last looked at.
    public var seenDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Identifies the steady clock; values of one epoch can be compared.
    public var epoch: String = ""
    /// What the steady clock showed at the same moment.
    public var steadyMicroseconds: Int = 0
    /// When the last jump was noticed, by the clock after it.
    public var jumpDateTime: Date?
    /// How far it went, negative for back.
    public var jumpSeconds: Int?
    /// Until when nothing expires because of it.
    public var heldUntilDateTime: Date?

    public init() {}

    public static let table = Table<ClockState>(
        "clockState",
        [
            Column("id", \.id),
            Column("seenDateTime", \.seenDateTime),
            Column("epoch", \.epoch),
            Column("steadyMicroseconds", \.steadyMicroseconds),
            Column("jumpDateTime", \.jumpDateTime),
            Column("jumpSeconds", \.jumpSeconds),
            Column("heldUntilDateTime", \.heldUntilDateTime),
        ])
}
