/// An error that clients may see. Source: Graph `publicError`.
public struct PublicError: SQLJSON, Hashable {
    public var code: String
    /// What happened, for a person.
    public var message: String
    /// What it is about.
    public var target: String?
    /// Errors that belong to parts.
    public var details: [PublicErrorDetail]
    /// A more specific error.
    public var innerError: PublicInnerError?

    public init(
        code: String, message: String, target: String? = nil, details: [PublicErrorDetail] = [],
        innerError: PublicInnerError? = nil
    ) {
        self.code = code
        self.message = message
        self.target = target
        self.details = details
        self.innerError = innerError
    }
}

/// The error of one part. Source: Graph `publicErrorDetail`.
public struct PublicErrorDetail: Codable, Hashable, Sendable {
    public var code: String
    /// What happened, for a person.
    public var message: String
    /// What it is about.
    public var target: String?

    public init(code: String, message: String, target: String? = nil) {
        self.code = code
        self.message = message
        self.target = target
    }
}

/// A more specific error. Source: Graph `publicInnerError`.
public struct PublicInnerError: Codable, Hashable, Sendable {
    public var code: String
    /// What happened, for a person.
    public var message: String
    /// What it is about.
    public var target: String?
    /// Errors that belong to parts.
    public var details: [PublicErrorDetail]

    /// Makes an inner error.
    public init(code: String, message: String, target: String? = nil, details: [PublicErrorDetail] = []) {
        self.code = code
        self.message = message
        self.target = target
        self.details = details
    }
}
