public import Foundation

/// A piece of long work. One worker at a time holds it under a lease. Only one open job exists
/// per kind and subject.
public struct Job: CatalogRecord, Hashable {
    public var id: String = ""
    /// What is to be done.
    public var kind: String = ""
    /// The row that it is about, such as a unit or an artifact.
    public var subjectId: String = ""
    /// Whether it waits, runs or has ended.
    public var state: JobState = .waiting
    /// When it may start.
    public var runAfterDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Who holds it while it runs.
    public var leaseOwner: String?
    /// When another may take it over.
    public var leaseExpiresDateTime: Date?
    /// How often it was claimed. With the owner it names one holding of the lease.
    public var attempt: Int = 0
    /// JSON text from which the next holder goes on.
    public var cursor: String?
    /// JSON text that shows how far it is.
    public var progress: String?
    /// When it was added.
    public var createdDateTime: Date = Date(timeIntervalSince1970: 0)
    /// Why it failed, or why it was put back.
    public var error: PublicError?
    /// When it ended, well or not; nil while it is open.
    public var endedDateTime: Date?

    public init() {}

    public init(id: String, kind: String, subjectId: String, runAfterDateTime: Date, createdDateTime: Date) {
        self.id = id
        self.kind = kind
        self.subjectId = subjectId
        self.runAfterDateTime = runAfterDateTime
        self.createdDateTime = createdDateTime
    }

    public static let table = Table<Job>(
        "job",
        [
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
            Column("createdDateTime", \.createdDateTime),
            Column("error", \.error),
            Column("endedDateTime", \.endedDateTime),
        ])
}

/// Whether a job waits, runs or has ended.
public enum JobState: String, SQLEnum, CaseIterable {
    /// No worker holds it.
    case waiting
    /// A worker holds it under a lease.
    case running
    /// It ended without an error.
    case done
    /// It ended with an error.
    case failed
}
