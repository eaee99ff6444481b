import Texts

/// A refusal as OData tells it: an HTTP status and the `error` object of the answer.
public struct ODataError: Error, Sendable, Equatable {
    /// One of several faults of a request.
    public struct Detail: Sendable, Equatable {
        /// A code for programs.
        public var code: String
        /// A text for people.
        public var message: String
        /// What it is about: a property, an id.
        public var target: String?

        /// Makes a detail.
        public init(code: String, message: String, target: String? = nil) {
            self.code = code
            self.message = message
            self.target = target
        }
    }

    /// The HTTP status.
    public var status: Int
    /// The code that programs branch on.
    public var code: String
    /// What failed and what to do, for the client's eyes.
    public var message: String
    /// What it is about: a property, a parameter.
    public var target: String?
    /// More faults of the same request.
    public var details: [Detail]
    /// The methods that the path does offer; sent as `Allow` with 405.
    public var allow: [String]?
    /// Seconds to wait; sent as `Retry-After` with 429 and 503.
    public var retryAfterSeconds: Int?

    /// Makes an error.
    public init(
        status: Int, code: String, message: String, target: String? = nil, details: [Detail] = [],
        allow: [String]? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.details = details
        self.allow = allow
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// 400 `BadRequest`.
    public static func badRequest(_ message: String, target: String? = nil) -> ODataError {
        ODataError(status: 400, code: "BadRequest", message: message, target: target)
    }

    /// 400 for a path segment that the model does not know, in the words of Graph.
    public static func unknownSegment(_ segment: String) -> ODataError {
        .badRequest("Resource not found for the segment '\(segment)'.")
    }

    /// 404 `ResourceNotFound`.
    public static func notFound(_ message: String) -> ODataError {
        ODataError(status: 404, code: "ResourceNotFound", message: message)
    }

    /// 403 `accessDenied`.
    public static func accessDenied(_ message: String) -> ODataError {
        ODataError(status: 403, code: "accessDenied", message: message)
    }

    /// 405 with the methods that the path offers.
    public static func methodNotAllowed(_ method: String, allow: [String]) -> ODataError {
        ODataError(
            status: 405, code: "methodNotAllowed", message: "The method \(method) is not offered here.", allow: allow)
    }

    /// 406: no form that the client accepts.
    public static let notAcceptable = ODataError(
        status: 406, code: "notAcceptable", message: "The answer is offered as application/json only.")

    /// 411: whether there is a body cannot be told.
    public static let lengthRequired = ODataError(
        status: 411, code: "lengthRequired",
        message:
            """
            The request has neither a Content-Length nor a chunked body. Send 'Content-Length: 0' where there is \
            no body.
            """
    )

    /// 412: there are no entity tags, so of all conditions only `If-Match: *` can hold.
    public static let preconditionFailed = ODataError(
        status: 412, code: "preconditionFailed",
        message:
            """
            The condition in If-Match or If-None-Match does not hold. There are no entity tags: send none, or \
            'If-Match: *'.
            """
    )

    /// 413: the body is longer than allowed.
    public static let requestEntityTooLarge = ODataError(
        status: 413, code: "requestEntityTooLarge", message: "The body is too large.")

    /// 415: the body is not JSON.
    public static let unsupportedMediaType = ODataError(
        status: 415, code: "unsupportedMediaType", message: "A body must be sent as application/json.")

    /// 500 for faults of ours; the text says nothing about the inside.
    public static let internalServerError = ODataError(
        status: 500, code: "InternalServerError", message: "The request failed for an internal reason.")
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
