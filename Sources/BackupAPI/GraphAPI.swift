public import OData

/// The Graph surface as a function from a request to an answer, without any socket.
public protocol GraphAPI: Sendable {
    /// Answers a request. Never throws: every failure is an answer with Graph's error envelope.
    /// - Parameter principal: who asks; nil where the request had no token, and then only
    ///   the metadata is answered.
    func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse

    /// The methods that a path offers, besides HEAD and OPTIONS, which the server answers for it;
    /// none for what is no path. Whoever asks.
    func methods(at rawPath: String) -> [String]

    /// An error in Graph's envelope, for refusals that are made before the API is asked.
    func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse
}

/// Decides whether a request is let in, without doing any of it; nil lets it in.
public typealias Admission = @Sendable (ODataRequest, Principal) -> ODataError?

/// Who asks, as the access token says.
public struct Principal: Sendable, Hashable {
    /// The application's id.
    public var applicationID: String
    /// The application's name, where the token has one.
    public var applicationName: String?
    /// The signed-in user, for delegated tokens.
    public var user: User?
    /// Graph's permission names: roles of an application, scopes of a user.
    public var permissions: Set<String>

    /// A signed-in user.
    public struct User: Sendable, Hashable {
        /// Directory object id.
        public var id: String
        /// Display name.
        public var displayName: String?
        /// Sign-in name.
        public var email: String?

        /// Makes a user.
        public init(id: String, displayName: String? = nil, email: String? = nil) {
            self.id = id
            self.displayName = displayName
            self.email = email
        }
    }

    /// Makes a principal.
    public init(applicationID: String, applicationName: String? = nil, user: User? = nil, permissions: Set<String>) {
        self.applicationID = applicationID
        self.applicationName = applicationName
        self.user = user
        self.permissions = permissions
    }
}
