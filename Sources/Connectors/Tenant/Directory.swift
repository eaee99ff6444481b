/// A person of the tenant.
public struct DirectoryUser: Hashable, Sendable {
    /// The person's id: a UUID in lower case.
    public var id: String
    /// The sign-in name, for example `adele@contoso.example`.
    public var userPrincipalName: String
    /// The name to show.
    public var displayName: String
    /// The mail address, where there is one.
    public var mail: String?
    /// Whether the person's drive exists now.
    public var hasDrive: Bool
    /// Whether the person's mailbox exists now.
    public var hasMailbox: Bool
    /// The address of the person's drive in a browser; also set where the drive does
    /// not exist (any more).
    public var driveWebURL: String

    public init(
        id: String, userPrincipalName: String, displayName: String, mail: String? = nil,
        hasDrive: Bool = false, hasMailbox: Bool = false, driveWebURL: String
    ) {
        self.id = id
        self.userPrincipalName = userPrincipalName
        self.displayName = displayName
        self.mail = mail
        self.hasDrive = hasDrive
        self.hasMailbox = hasMailbox
        self.driveWebURL = driveWebURL
    }
}

/// A group of people.
public struct DirectoryGroup: Hashable, Sendable {
    /// The group's id: a UUID in lower case.
    public var id: String
    /// The name to show.
    public var displayName: String
    /// The ids of the members, each a `DirectoryUser.id`.
    public var members: [String]

    public init(id: String, displayName: String, members: [String]) {
        self.id = id
        self.displayName = displayName
        self.members = members
    }
}

/// A site with document libraries.
public struct DirectorySite: Hashable, Sendable {
    /// The site's id: a UUID in lower case.
    public var id: String
    /// The name in the address.
    public var name: String
    /// The name to show.
    public var displayName: String
    /// The address in a browser.
    public var webURL: String
    /// The names of its document libraries, sorted.
    public var libraries: [String]

    public init(id: String, name: String, displayName: String, webURL: String, libraries: [String]) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.webURL = webURL
        self.libraries = libraries
    }
}
