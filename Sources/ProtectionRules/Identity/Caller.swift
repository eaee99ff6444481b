public import Catalog

/// Who asks: an application, and the person for whom it acts in a delegated call.
public struct Caller: Sendable, Hashable {
    /// The application: its id (a UUID) and name.
    public var application: Identity
    /// The person, in a delegated call.
    public var user: Identity?
    /// Whether the application belongs to the service itself.
    public var isFirstParty: Bool

    /// Names a caller. A call with a user is delegated.
    public init(application: Identity, user: Identity? = nil, isFirstParty: Bool = false) {
        self.application = application
        self.user = user
        self.isFirstParty = isFirstParty
    }

    /// Whether the application acts for a person.
    public var isDelegated: Bool { user != nil }

    /// The caller as audit properties have it.
    public var identitySet: IdentitySet { IdentitySet(application: application, user: user) }
}
