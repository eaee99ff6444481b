public import Foundation

/// When a unit's repository was last read in full, and what came of it. Its id is the unit's id; it
/// goes with the repository's row.
public struct RepositoryHealth: CatalogRecord, Hashable {
    /// The unit's id.
    public var id: String = ""
    /// Since when every byte has been read and verified: the end of the verification, or its
    /// beginning where it went on after a crash; the time of its making for a new repository.
    public var verifiedDateTime: Date = Date(timeIntervalSince1970: 0)
    /// How many problems that put data at risk were found then.
    public var problems: Int = 0
    /// Bytes of its packs, when they were counted last and by what was stored since; nil
    /// before the first count.
    public var storedBytes: Int?

    public init() {}

    public init(id: String, verifiedDateTime: Date, problems: Int = 0, storedBytes: Int? = nil) {
        self.id = id
        self.verifiedDateTime = verifiedDateTime
        self.problems = problems
        self.storedBytes = storedBytes
    }

    public static let table = Table<RepositoryHealth>(
        "repositoryHealth",
        [
            Column("id", \.id),
            Column("verifiedDateTime", \.verifiedDateTime),
            Column("problems", \.problems),
            Column("storedBytes", \.storedBytes),
        ])
}
