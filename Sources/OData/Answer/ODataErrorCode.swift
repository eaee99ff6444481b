/// A code of the protocol, in its exact spelling, with the HTTP status that goes with it; two codes
/// are equal where their spellings are. Open for new values.
///
/// Source: contract errors.md, "Generic Graph errors"; where the contract has no code for a status,
/// the spelling is the status's name in RFC 9110 and RFC 6585.
public struct ODataErrorCode: Hashable, Sendable, CustomStringConvertible {
    /// The spelling on the wire.
    public let rawValue: String
    /// The HTTP status of an answer with this code.
    public let status: Int

    public init(_ rawValue: String, status: Int) {
        self.rawValue = rawValue
        self.status = status
    }

    public var description: String { rawValue }

    public static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

// MARK: The request

extension ODataErrorCode {
    /// The path, a query option or the body is wrong.
    public static let badRequest = Self("BadRequest", status: 400)
    /// The query is too long, or its filter has too many terms.
    public static let filterLengthExceeded = Self("FilterLengthExceeded", status: 400)
    /// The access token is missing, malformed, expired, or meant for another service.
    public static let invalidAuthenticationToken = Self("InvalidAuthenticationToken", status: 401)
    /// The caller lacks a permission.
    public static let accessDenied = Self("accessDenied", status: 403)
    /// There is nothing at the path.
    public static let resourceNotFound = Self("ResourceNotFound", status: 404)
    /// The path does not offer the method.
    public static let methodNotAllowed = Self("methodNotAllowed", status: 405)
    /// The client accepts no media type that the service offers.
    public static let notAcceptable = Self("notAcceptable", status: 406)
    /// Another operation is in the way.
    public static let conflict = Self("conflict", status: 409)
    /// The request does not say where its body ends.
    public static let lengthRequired = Self("lengthRequired", status: 411)
    /// A condition of the request does not hold.
    public static let preconditionFailed = Self("preconditionFailed", status: 412)
    /// The body is too long.
    public static let requestEntityTooLarge = Self("requestEntityTooLarge", status: 413)
    /// The path and its query are too long.
    public static let uriTooLong = Self("uriTooLong", status: 414)
    /// The body has another media type or coding than the service reads.
    public static let unsupportedMediaType = Self("unsupportedMediaType", status: 415)
    /// The service cannot meet the request's expectation.
    public static let expectationFailed = Self("expectationFailed", status: 417)
    /// A request of the batch that this one depends on failed.
    public static let failedDependency = Self("FailedDependency", status: 424)
    /// The application sends too many requests.
    public static let tooManyRequests = Self("TooManyRequests", status: 429)
    /// The header fields are too long.
    public static let requestHeaderFieldsTooLarge = Self("requestHeaderFieldsTooLarge", status: 431)
}

// MARK: The service

extension ODataErrorCode {
    /// The service itself failed.
    public static let internalServerError = Self("InternalServerError", status: 500)
    /// The service does not offer this.
    public static let notImplemented = Self("notImplemented", status: 501)
    /// The service is too busy.
    public static let serviceNotAvailable = Self("serviceNotAvailable", status: 503)
    /// The service does not speak the request's version of HTTP.
    public static let httpVersionNotSupported = Self("httpVersionNotSupported", status: 505)
}
