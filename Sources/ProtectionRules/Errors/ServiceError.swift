/// Why an operation was refused or could not be done.
///
/// Two texts: `message` is for the client, `detail` for the log. `BackupAPI` derives the HTTP status
/// from the kind of `code`.
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

    public var description: String { "\(code): \(message)" + (detail.map { " (\($0))" } ?? "") }
}

/// A code of the Backup Storage API in its exact spelling, with its kind; two codes are equal where
/// their spellings are. Open for new values. Source: contract errors.md.
public struct ServiceErrorCode: Hashable, Sendable, CustomStringConvertible {
    /// What a refusal with this code means. The HTTP status follows from it.
    public enum Kind: Sendable, CaseIterable {
        /// The request itself is wrong: an id, a body, or an argument.
        case invalid
        /// The caller, or the state of the thing, does not allow the request.
        case forbidden
        /// The thing that the request names does not exist.
        case missing
        /// The request contradicts something that exists.
        case conflict
        /// The request names more than one request may.
        case tooMuch
        /// The request is well-formed, but the state of the rule excludes it.
        case unprocessable
        /// The caller has used up a quota for now.
        case exhausted
        /// The service failed, or has no room at the moment.
        case failed
        /// The service does not offer this.
        case unsupported
        /// The service is too busy, or what it needs does not answer.
        case unavailable
        /// A disk has less room than is needed.
        case full
        /// Occurs only inside an entity or an entry of an answer, never as the answer's own code.
        case inside
    }

    /// The spelling on the wire.
    public let rawValue: String
    public let kind: Kind

    public init(_ rawValue: String, _ kind: Kind) {
        self.rawValue = rawValue
        self.kind = kind
    }

    public var description: String { rawValue }

    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
