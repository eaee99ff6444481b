import Texts

/// A person or a program that acts. Source: Graph `identity`.
public struct Identity: Codable, Hashable, Sendable {
    /// The directory object's or the application's id.
    public var id: String
    /// The name shown to people.
    public var displayName: String?
    public var email: String?

    public init(id: String, displayName: String? = nil, email: String? = nil) {
        self.id = id
        self.displayName = displayName
        self.email = email
    }

    /// Its texts by bytes, so that a name keeps its form among the remembered ones.
    private var texts: [ExactText?] { [ExactText(id), displayName.map(ExactText.init), email.map(ExactText.init)] }

    public static func == (left: Identity, right: Identity) -> Bool { left.texts == right.texts }

    public func hash(into hasher: inout Hasher) { hasher.combine(texts) }
}

/// Who did something: a program, a person, or a person through a
/// program. Source: Graph `identitySet`.
public struct IdentitySet: SQLJSON, Hashable {
    public var application: Identity?
    public var user: Identity?

    public init(application: Identity? = nil, user: Identity? = nil) {
        self.application = application
        self.user = user
    }

    /// A few applications and people write most rows.
    private static let repeated = RepeatedValues<IdentitySet>(limit: 1024)

    public var sqlValue: SQLValue { .text(Self.repeated.text(of: self, \.jsonText)) }

    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue, let value = Self.repeated.value(of: text, Self.init(jsonText:)) else {
            return nil
        }
        self = value
    }
}
