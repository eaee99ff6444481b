public import FileTree

/// The organization whose data is protected: a directory of people with their drives and sites.
///
/// Promises: every call may be repeated and made from many threads at once; identifiers stay
/// the same from call to call and after a restart; calls block the thread while they wait. A
/// source that cannot be found is an error, never an empty tree, which would look as if every
/// file had been deleted.
public protocol Tenant: Sendable {
    /// The tenant's identifier: a UUID in lower case.
    var id: String { get }

    /// All people, sorted by `userPrincipalName`.
    func users() throws(TenantError) -> [DirectoryUser]

    /// All groups, sorted by `displayName`, then by id.
    func groups() throws(TenantError) -> [DirectoryGroup]

    /// All sites, sorted by name; sites that a restore made are among them.
    func sites() throws(TenantError) -> [DirectorySite]

    /// Everything that can be protected: one source for each existing drive and site.
    func sources() throws(TenantError) -> [ProtectionSource]

    /// The content of a source. `sourceNotFound` where it is gone.
    func tree(of source: SourceID) throws(TenantError) -> any ReadableTree

    /// Whether a source changed since a token was made, and its content where it did or may have.
    /// `sourceNotFound` where it is gone.
    /// - Parameter token: nil, and a token of another process, ask for the content.
    func look(at source: SourceID, since token: ChangeToken?) throws(TenantError) -> SourceLook

    /// The content of a source, to restore in place. `sourceNotFound` where it is gone.
    func inPlaceDestination(of source: SourceID) throws(TenantError) -> any WritableTree

    /// Makes a new site to restore into, named as the original with `R` and the next free number
    /// from 0; the original may be gone.
    /// - Parameter reservation: a key that the caller chooses, of letters, digits and `-`. The same
    ///   key returns the same place, so that an interrupted restore goes on where it was.
    /// - Parameter lastKnownName: the sign-in name or site name that the caller remembers, for a
    ///   source that the tenant no longer knows.
    /// - Throws: `tooManyCopies` when 1,000 copies exist; `sourceNotFound` where neither the tenant
    ///   nor the caller knows the name.
    func makeNewDestination(
        of source: SourceID, reservation: String, lastKnownName: String?
    ) throws(TenantError) -> NewDestination
}

extension Tenant {
    /// A tenant that cannot tell what changes has everything read.
    public func look(at source: SourceID, since token: ChangeToken?) throws(TenantError) -> SourceLook {
        .unknown(SourceReading(tree: try tree(of: source)))
    }

    /// Makes a new site for a source that the tenant still knows.
    public func makeNewDestination(of source: SourceID, reservation: String) throws(TenantError) -> NewDestination {
        try makeNewDestination(of: source, reservation: reservation, lastKnownName: nil)
    }
}

/// What a protection source is.
public enum SourceKind: String, Sendable, Hashable, CaseIterable {
    case drive
    /// A site with its document libraries.
    case site
    case mailbox
}

/// Names a protection source within its tenant.
public struct SourceID: Hashable, Sendable, CustomStringConvertible {
    public var kind: SourceKind
    /// For drives and mailboxes the id of the user, for sites that of the site: a
    /// UUID in lower case.
    public var objectID: String

    /// Makes the name of a source.
    public init(kind: SourceKind, objectID: String) {
        self.kind = kind
        self.objectID = objectID
    }

    /// Kind and id, for messages.
    public var description: String { "\(kind.rawValue) \(objectID)" }
}

/// Something that can be protected.
public struct ProtectionSource: Hashable, Sendable {
    /// Its name within the tenant.
    public var id: SourceID
    /// The name to show: the owner's for a drive, the site's own for a site.
    public var displayName: String
    /// The owner's sign-in name; nil for a site.
    public var userPrincipalName: String?
    /// The owner's mail address; nil for a site or where unknown.
    public var mail: String?
    /// The address in a browser.
    public var webURL: String

    public init(
        id: SourceID, displayName: String, userPrincipalName: String? = nil, mail: String? = nil, webURL: String
    ) {
        self.id = id
        self.displayName = displayName
        self.userPrincipalName = userPrincipalName
        self.mail = mail
        self.webURL = webURL
    }
}

/// A place that `Tenant.makeNewDestination` made.
public struct NewDestination: Sendable {
    /// The id of the new site.
    public var siteID: String
    /// The name of the new site, for example `adele@contoso.exampleR0`.
    public var name: String
    /// Its address in a browser.
    public var webURL: String
    /// Where the content goes: the library `Documents` for a drive, the site itself for a site.
    /// Empty on the first call for a reservation.
    public var tree: any WritableTree

    public init(siteID: String, name: String, webURL: String, tree: any WritableTree) {
        self.siteID = siteID
        self.name = name
        self.webURL = webURL
        self.tree = tree
    }
}
