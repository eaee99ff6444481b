/// Why an operation was refused or could not be done.
///
/// Two texts: `message` is for the client, `detail` for the log. `BackupAPI` maps `code` to an HTTP
/// status in one table.
public struct ServiceError: Error, Sendable, CustomStringConvertible {
    /// The code, as clients of Graph compare it.
    public var code: ServiceErrorCode
    /// What is wrong and what to do, for the client.
    public var message: String
    /// What the log needs in addition.
    public var detail: String?
    /// A second code inside the error, where the published pages disagree on the first.
    public var innerCode: ServiceErrorCode?
    /// Whether the same request may succeed later.
    public var isRetryable: Bool
    /// How long to wait before that, where it is known.
    public var retryAfterSeconds: Int?

    /// Makes an error.
    public init(
        _ code: ServiceErrorCode, _ message: String, detail: String? = nil, innerCode: ServiceErrorCode? = nil,
        isRetryable: Bool = false,
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.innerCode = innerCode
        self.isRetryable = isRetryable
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Code, message and detail.
    public var description: String { "\(code): \(message)" + (detail.map { " (\($0))" } ?? "") }
}

/// A code of the Backup Storage API, in its exact spelling. Open for new values. Source: errors.md.
public struct ServiceErrorCode: Hashable, Sendable, CustomStringConvertible {
    /// The spelling on the wire.
    public let rawValue: String

    /// Makes a code.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The spelling on the wire.
    public var description: String { rawValue }
}
