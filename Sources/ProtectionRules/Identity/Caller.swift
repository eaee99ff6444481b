public import Catalog

/// Who asks: an application, and the person for whom it acts in a delegated call.
public struct Caller: Sendable, Hashable {
    /// The application: its id (a UUID) and name.
    public var application: Identity
    /// The person, in a delegated call.
    public var user: Identity?

    /// Names a caller. A call with a user is delegated.
    public init(application: Identity, user: Identity? = nil) {
        self.application = application
        self.user = user
    }

    /// Whether the application acts for a person.
    public var isDelegated: Bool { user != nil }

    /// The caller as audit properties have it.
    public var identitySet: IdentitySet { IdentitySet(application: application, user: user) }
}
