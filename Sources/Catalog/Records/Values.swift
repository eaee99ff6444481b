/// `identity` of Graph, with the mail address that samples show.
public struct Identity: SQLJSON, Hashable {
    /// Object id of a user, or application id.
    public var id: String
    /// Its name.
    public var displayName: String?
    /// Mail address of a user.
    public var email: String?

    /// Makes an identity.
    public init(id: String, displayName: String? = nil, email: String? = nil) {
        self.id = id
        self.displayName = displayName
        self.email = email
    }
}

/// `identitySet` of Graph: who did something.
public struct IdentitySet: SQLJSON, Hashable {
    /// The application.
    public var application: Identity?
    /// The user, for delegated calls.
    public var user: Identity?

    /// Makes a set.
    public init(application: Identity? = nil, user: Identity? = nil) {
        self.application = application
        self.user = user
    }
}

/// `publicErrorDetail` of Graph.
public struct PublicErrorDetail: SQLJSON, Hashable {
    /// For programs.
    public var code: String?
    /// For people.
    public var message: String?
    /// What it is about.
    public var target: String?

    /// Makes a detail.
    public init(code: String? = nil, message: String? = nil, target: String? = nil) {
        self.code = code
        self.message = message
        self.target = target
    }
}

/// `publicError` of Graph: why an entity failed.
public struct PublicError: SQLJSON, Hashable {
    /// For programs.
    public var code: String?
    /// For people.
    public var message: String?
    /// What it is about.
    public var target: String?
    /// Item by item.
    public var details: [PublicErrorDetail]

    /// Makes an error.
    public init(code: String? = nil, message: String? = nil, target: String? = nil, details: [PublicErrorDetail] = []) {
        self.code = code
        self.message = message
        self.target = target
        self.details = details
    }
}

/// How far a backup or a restore is.
public struct JobProgress: SQLJSON, Hashable {
    /// Items planned, where known.
    public var itemsPlanned: Int?
    /// Items done.
    public var itemsDone: Int
    /// Bytes planned, where known.
    public var bytesPlanned: Int64?
    /// Bytes done.
    public var bytesDone: Int64

    /// Makes a progress record.
    public init(itemsPlanned: Int? = nil, itemsDone: Int = 0, bytesPlanned: Int64? = nil, bytesDone: Int64 = 0) {
        self.itemsPlanned = itemsPlanned
        self.itemsDone = itemsDone
        self.bytesPlanned = bytesPlanned
        self.bytesDone = bytesDone
    }
}

/// Texts kept as a JSON array.
public struct TextList: SQLJSON, Hashable {
    /// The texts.
    public var texts: [String]

    /// Makes a list.
    public init(_ texts: [String] = []) { self.texts = texts }
}
