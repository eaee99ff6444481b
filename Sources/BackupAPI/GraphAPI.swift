public import Foundation
public import OData

/// The Graph surface as a function from a request to an answer, without any socket.
public protocol GraphAPI: Sendable {
    /// Answers a request. Never throws: every failure is an answer with Graph's error envelope.
    /// - Parameter principal: the caller; nil where the request had no token, and then only
    ///   the metadata is answered.
    func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse

    /// The methods that a path offers to any caller, besides HEAD and OPTIONS, which the server
    /// answers itself; empty for an unknown path.
    func methods(at rawPath: String) -> [String]

    /// An error in Graph's envelope, for refusals made before the API is called.
    func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse

    /// The pattern of a path, with `{id}` for each key, for counting; nil for an unknown path.
    func route(at rawPath: String) -> String?
}

extension GraphAPI {
    public func route(at rawPath: String) -> String? { nil }
}

/// Decides whether a request is admitted, before any of it is done; nil admits it.
public typealias Admission = @Sendable (ODataRequest, Principal) -> ODataError?

/// The caller, as the access token names it.
public struct Principal: Sendable, Hashable {
    public var applicationID: String
    /// The application's name, where the token has one.
    public var applicationName: String?
    /// The signed-in user, for delegated tokens.
    public var user: User?
    /// Graph's permission names: roles of an application, scopes of a user.
    public var permissions: Set<String>
    /// When the token expires; nil where that is not known.
    public var expires: Date?
    /// How many accounts one restore of the caller may reach; nil for any number.
    public var unitLimit: Int?
    /// The person's session in a browser; nil for tokens.
    public var session: Session?

    /// A session of the portal, as far as the API asks for it.
    public struct Session: Sendable, Hashable {
        public var id: String
        /// The account of this server whose person it is; nil for people of an issuer elsewhere.
        public var accountID: String?
        /// Who vouched for the person.
        public var issuer: String
        public var roles: [String]
        public var began: Date
        /// When it ends, if it is used until then.
        public var ends: Date
        /// The end that no use puts off.
        public var lastsUntil: Date
        /// Until when grave steps need no new proof of the person; nil where one is needed now.
        public var freshUntil: Date?

        public init(
            id: String, accountID: String?, issuer: String, roles: [String], began: Date, ends: Date,
            lastsUntil: Date, freshUntil: Date?
        ) {
            (self.id, self.accountID, self.issuer, self.roles) = (id, accountID, issuer, roles)
            (self.began, self.ends, self.lastsUntil, self.freshUntil) = (began, ends, lastsUntil, freshUntil)
        }
    }

    public struct User: Sendable, Hashable {
        /// The object id in the directory.
        public var id: String
        public var displayName: String?
        /// The sign-in name, which looks like a mail address.
        public var email: String?

        public init(id: String, displayName: String? = nil, email: String? = nil) {
            self.id = id
            self.displayName = displayName
            self.email = email
        }
    }

    public init(applicationID: String, applicationName: String? = nil, user: User? = nil, permissions: Set<String>) {
        self.applicationID = applicationID
        self.applicationName = applicationName
        self.user = user
        self.permissions = permissions
    }
}
