public import Catalog

/// Who asks: an application, and the person for whom it acts in a delegated call.
public struct Caller: Sendable, Hashable {
    /// The application: its id (a UUID) and name.
    public var application: Identity
    /// The person, in a delegated call.
    public var user: Identity?
    /// Whether the application belongs to the service itself.
    public var isFirstParty: Bool
    /// How many accounts one restore of the caller may reach; nil for any number.
    public var unitLimit: Int?

    /// Names a caller. A call with a user is delegated.
    public init(application: Identity, user: Identity? = nil, isFirstParty: Bool = false, unitLimit: Int? = nil) {
        self.application = application
        self.user = user
        self.isFirstParty = isFirstParty
        self.unitLimit = unitLimit
    }

    /// Whether the application acts for a person.
    public var isDelegated: Bool { user != nil }

    /// The caller as audit properties have it.
    public var identitySet: IdentitySet { IdentitySet(application: application, user: user) }

    /// Refuses a restore that reaches more accounts than the caller may restore at once.
    /// - Throws: `unitLimitExceeded` where it reaches more.
    package func requireUnits(_ count: @autoclosure () throws -> Int) throws {
        guard let limit = unitLimit else { return }
        let count = try count()
        guard count > limit else { return }
        throw ServiceError(
            .unitLimitExceeded,
            "The restore reaches \(count) accounts, and your role restores \(limit) at once. Ask an administrator.")
    }
}
