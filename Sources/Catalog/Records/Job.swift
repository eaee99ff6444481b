public import Foundation

/// A piece of work, taken under a lease.
public struct Job: CatalogRecord, Hashable {
    /// The primary key.
    public var id = ""
    /// What to do: `backup`, `restore`, `prune` and so on.
    public var kind: String = ""
    /// The unit or artifact that it is about.
    public var subjectId: String = ""
    /// What becomes of it.
    public var state: JobState = .waiting
    /// Not before this moment.
    public var runAfterDateTime: Date = .distantPast
    /// Who works on it.
    public var leaseOwner: String?
    /// Until when, unless extended.
    public var leaseExpiresDateTime: Date?
    /// How often it was taken.
    public var attempt: Int = 0
    /// Where to go on, as the kind of job has it.
    public var cursor: String?
    /// How far it is.
    public var progress: JobProgress?
    /// Why the last attempt ended badly.
    public var error: PublicError?
    /// When it was added.
    public var createdDateTime: Date = .distantPast

    /// A record with neutral values, to be filled in.
    public init() {}

    /// The table of these records.
    public static let table = Table<Job>("job", [
        Column("id", \.id),
        Column("kind", \.kind),
        Column("subjectId", \.subjectId),
        Column("state", \.state),
        Column("runAfterDateTime", \.runAfterDateTime),
        Column("leaseOwner", \.leaseOwner),
        Column("leaseExpiresDateTime", \.leaseExpiresDateTime),
        Column("attempt", \.attempt),
        Column("cursor", \.cursor),
        Column("progress", \.progress),
        Column("error", \.error),
        Column("createdDateTime", \.createdDateTime),
    ])
}
