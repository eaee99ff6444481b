/// An item that a restore could not do, or left alone because it had changed since it was planned.
public struct RestoreItemError: CatalogRecord, Hashable {
    public var id: String = ""
    /// The session; with it the row is deleted.
    public var sessionId: String = ""
    public var artifactId: String = ""
    /// Its place among the errors of the artifact, from 0.
    public var ordinal: Int = 0
    /// Where it is in the drive or site: names joined with `/`.
    public var path: [UInt8] = []
    /// What was to be done with it, where that is known.
    public var action: String?
    public var code: String = ""
    /// What happened, for a person.
    public var message: String = ""
    /// Whether another try can help.
    public var isRetryable: Bool = false

    public init() {}

    public static let table = Table<RestoreItemError>(
        "restoreItemError",
        [
            Column("id", \.id),
            Column("sessionId", \.sessionId),
            Column("artifactId", \.artifactId),
            Column("ordinal", \.ordinal),
            Column("path", \.path),
            Column("action", \.action),
            Column("code", \.code),
            Column("message", \.message),
            Column("isRetryable", \.isRetryable),
        ])
}
