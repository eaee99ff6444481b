import Texts

/// A refusal as OData tells it: an HTTP status and the `error` object of the answer.
public struct ODataError: Error, Sendable, Equatable {
    /// One of several faults of a request.
    public struct Detail: Sendable, Equatable {
        /// The code that programs branch on.
        public var code: String
        /// What is wrong, for the client's eyes.
        public var message: String
        /// The property, id or address that is wrong.
        public var target: String?

        public init(code: String, message: String, target: String? = nil) {
            self.code = code
            self.message = message
            self.target = target
        }
    }

    public var status: Int
    /// The code that programs branch on.
    public var code: String
    /// What failed and what to do, for the client's eyes.
    public var message: String
    /// The property, query option or header field that is wrong.
    public var target: String?
    /// More faults of the same request.
    public var details: [Detail]
    /// The methods that the path does offer; sent as `Allow` with 405.
    public var allow: [String]?
    /// Seconds to wait; sent as `Retry-After` with 429 and 503.
    public var retryAfterSeconds: Int?

    public init(
        status: Int, code: String, message: String, target: String? = nil, details: [Detail] = [],
        allow: [String]? = nil, retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = details
        self.allow = allow
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// A refusal with a code of the protocol, which has the status.
    public init(
        _ code: ODataErrorCode, _ message: String, target: String? = nil, allow: [String]? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.init(
            status: code.status, code: code.rawValue, message: message, target: target, allow: allow,
            retryAfterSeconds: retryAfterSeconds)
    }
}

// MARK: The refusals that several places share

extension ODataError {
    public static func badRequest(_ message: String, target: String? = nil) -> ODataError {
        ODataError(.badRequest, message, target: target)
    }

    /// `BadRequest` for a path segment that the model does not know, in the words of Graph.
    public static func unknownSegment(_ segment: String) -> ODataError {
        .badRequest("Resource not found for the segment '\(segment)'.")
    }

    /// `ResourceNotFound`: there is nothing at the path.
    public static func notFound(_ message: String) -> ODataError { ODataError(.resourceNotFound, message) }

    public static func accessDenied(_ message: String) -> ODataError { ODataError(.accessDenied, message) }

    /// - Parameter allow: the methods that the path does offer.
    public static func methodNotAllowed(_ method: String, allow: [String]) -> ODataError {
        ODataError(.methodNotAllowed, "The method \(method) is not offered here.", allow: allow)
    }

    public static let notAcceptable = ODataError(.notAcceptable, "The answer is offered as application/json only.")

    public static let lengthRequired = ODataError(
        .lengthRequired,
        """
        The request has neither a Content-Length nor a chunked body. Send 'Content-Length: 0' where there is no body.
        """)

    /// There are no entity tags, so of all conditions only `If-Match: *` can hold.
    public static let preconditionFailed = ODataError(
        .preconditionFailed,
        """
        The condition in If-Match or If-None-Match does not hold. There are no entity tags: send none, or 'If-Match: *'.
        """)

    public static let requestEntityTooLarge = ODataError(.requestEntityTooLarge, "The body is too large.")

    public static let unsupportedMediaType = ODataError(
        .unsupportedMediaType, "A body must be sent as application/json.")

    /// A fault of the service; the text discloses nothing about it.
    public static let internalServerError = ODataError(
        .internalServerError, "The request failed for an internal reason.")
}

extension ODataError {
    /// A malformed body, with the position and the property that holds it.
    public init(_ error: JSONParseError) {
        let property = error.property.isEmpty ? nil : error.property.shortened(toScalars: 200)
        let place = property.map { " in '\($0)'" } ?? ""
        self = .badRequest(
            "The body is not valid JSON: \(error.message.shortened(toScalars: 300)) (at byte \(error.offset)\(place))",
            target: property)
    }
}

extension ODataError {
    /// The same with another code, if it is a plain 400.
    func recoded(_ code: ODataErrorCode) -> ODataError {
        guard self.status == 400, self.code == ODataErrorCode.badRequest.rawValue else { return self }
        var error = self
        error.code = code.rawValue
        return error
    }
}
