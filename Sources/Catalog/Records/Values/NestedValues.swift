import Texts

/// Somebody or something that acts. Source: Graph `identity`.
public struct Identity: Codable, Hashable, Sendable {
    /// The directory object's or the application's id.
    public var id: String
    /// The name shown to people.
    public var displayName: String?
    /// The mail address.
    public var email: String?

    /// Makes an identity.
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
    /// The program.
    public var application: Identity?
    /// The person.
    public var user: Identity?

    /// Makes a set.
    public init(application: Identity? = nil, user: Identity? = nil) {
        self.application = application
        self.user = user
    }

    /// A few applications and people write most rows.
    private static let repeated = RepeatedValues<IdentitySet>(limit: 1024)

    /// JSON text.
    public var sqlValue: SQLValue { .text(Self.repeated.text(of: self, \.jsonText)) }

    /// Reads JSON text.
    public init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue, let value = Self.repeated.value(of: text, Self.init(jsonText:)) else {
            return nil
        }
        self = value
    }
}

/// An error that clients may see. Source: Graph `publicError`.
public struct PublicError: SQLJSON, Hashable {
    /// The code.
    public var code: String
    /// What happened, for a person.
    public var message: String
    /// What it is about.
    public var target: String?
    /// Errors that belong to parts.
    public var details: [PublicErrorDetail]
    /// A more specific error.
    public var innerError: PublicInnerError?

    /// Makes an error.
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
    /// The code.
    public var code: String
    /// What happened, for a person.
    public var message: String
    /// What it is about.
    public var target: String?

    /// Makes a detail.
    public init(code: String, message: String, target: String? = nil) {
        self.code = code
        self.message = message
        self.target = target
    }
}

/// A more specific error. Source: Graph `publicInnerError`.
public struct PublicInnerError: Codable, Hashable, Sendable {
    /// The code.
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

/// How much of a restore is done.
public struct ArtifactProgress: SQLJSON, Hashable {
    /// How many items the plan has.
    public var itemsPlanned: Int
    /// How many are done.
    public var itemsDone: Int
    /// How many bytes the plan writes.
    public var bytesPlanned: Int
    /// How many are written.
    public var bytesDone: Int

    /// Makes a progress.
    public init(itemsPlanned: Int = 0, itemsDone: Int = 0, bytesPlanned: Int = 0, bytesDone: Int = 0) {
        self.itemsPlanned = itemsPlanned
        self.itemsDone = itemsDone
        self.bytesPlanned = bytesPlanned
        self.bytesDone = bytesDone
    }
}

/// Some texts in order, kept as one JSON array.
public struct StringList: SQLJSON, Hashable, ExpressibleByArrayLiteral {
    /// The texts.
    public var values: [String]

    /// Makes a list.
    public init(_ values: [String] = []) { self.values = values }

    /// Makes a list from a literal.
    public init(arrayLiteral elements: String...) { values = elements }

    /// Reads an array.
    public init(from decoder: any Decoder) throws { values = try [String](from: decoder) }

    /// Writes an array.
    public func encode(to encoder: any Encoder) throws { try values.encode(to: encoder) }
}
