public import Foundation

/// Something that somebody did through the API or at the sign-in, or was refused. Each row seals the
/// one before it, so that none is changed or taken out unseen.
public struct AuditRecord: CatalogRecord, Hashable {
    /// The sequence number as text.
    public var id: String = ""
    /// Counted up from 1 without a gap; old records go from the lower end.
    public var sequence: Int = 0
    public var dateTime: Date = Date(timeIntervalSince1970: 0)
    public var actorKind: AuditActorKind = .application
    /// The person's id, or the application's where no person asked; nil for a sign-in that failed.
    public var actorId: String?
    public var actorName: String?
    /// The application through which it was done.
    public var applicationId: String?
    /// The address that asked, without port.
    public var address: String?
    /// What was done, such as `restorePlans.start`.
    public var action: String = ""
    /// The collection of what it was done to, such as `restorePlans`.
    public var targetKind: String?
    public var targetId: String?
    /// `succeeded`, or the code of the error with which it was refused.
    public var outcome: String = ""
    public var requestId: String?
    /// The hash of the record before it; 64 zeros where there was none.
    public var previousHash: String = ""
    /// SHA-256 over the hash before it and all of the rest, in hexadecimal digits.
    public var hash: String = ""

    public static let succeeded = "succeeded"

    public init() {}

    public static let table = Table<AuditRecord>(
        "auditRecord",
        [
            Column("id", \.id),
            Column("sequence", \.sequence),
            Column("dateTime", \.dateTime),
            Column("actorKind", \.actorKind),
            Column("actorId", \.actorId),
            Column("actorName", \.actorName),
            Column("applicationId", \.applicationId),
            Column("address", \.address),
            Column("action", \.action),
            Column("targetKind", \.targetKind),
            Column("targetId", \.targetId),
            Column("outcome", \.outcome),
            Column("requestId", \.requestId),
            Column("previousHash", \.previousHash),
            Column("hash", \.hash),
        ])
}

/// What kind of actor it was.
public enum AuditActorKind: String, SQLEnum, CaseIterable {
    /// A person, in the portal or through a program.
    case `operator`
    /// A program with a token of its own.
    case application
    /// The service by itself.
    case system
}
