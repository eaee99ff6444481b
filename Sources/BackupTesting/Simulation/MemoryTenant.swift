public import Connectors
public import FileTree
import Synchronization

/// A tenant whose drives are trees in memory.
public final class MemoryTenant: Tenant {
    public let id: String
    private struct State {
        var drives: [SourceID: MemoryTree] = [:]
        var copies: [String: MemoryTree] = [:]
        var states: [SourceID: ChangeToken] = [:]
    }
    private let state = Mutex(State())

    /// A tenant without people.
    public init(id: String = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304") { self.id = id }

    /// Gives a person a drive.
    public func add(userID: String, drive: MemoryTree) {
        state.withLock { $0.drives[SourceID(kind: .drive, objectID: userID)] = drive }
    }

    /// Takes a person's drive away, as an unmounted disk does.
    public func remove(userID: String) {
        state.withLock { $0.drives[SourceID(kind: .drive, objectID: userID)] = nil }
    }

    /// Says from now on by which token the state of a person's drive goes; it is the caller who makes
    /// the two fit together.
    public func setState(userID: String, _ text: String?) {
        state.withLock { $0.states[SourceID(kind: .drive, objectID: userID)] = text.map(ChangeToken.init) }
    }

    /// What was restored to a new place under a reservation.
    public func copy(_ reservation: String) -> MemoryTree? { state.withLock { $0.copies[reservation] } }

    public func users() throws(TenantError) -> [DirectoryUser] {
        state.withLock { $0.drives.keys.map(\.objectID) }.sorted().map {
            DirectoryUser(
                id: $0, userPrincipalName: "\($0)@example.org", displayName: $0, hasDrive: true,
                driveWebURL: "https://example.org/\($0)")
        }
    }

    public func groups() throws(TenantError) -> [DirectoryGroup] { [] }
    public func sites() throws(TenantError) -> [DirectorySite] { [] }

    public func sources() throws(TenantError) -> [ProtectionSource] {
        try users().map {
            ProtectionSource(
                id: SourceID(kind: .drive, objectID: $0.id), displayName: $0.displayName,
                userPrincipalName: $0.userPrincipalName, webURL: $0.driveWebURL)
        }
    }

    private func drive(_ source: SourceID) throws(TenantError) -> MemoryTree {
        guard let drive = state.withLock({ $0.drives[source] }) else {
            throw TenantError(.sourceNotFound, "There is no \(source).")
        }
        return drive
    }

    public func tree(of source: SourceID) throws(TenantError) -> any ReadableTree { try drive(source) }
    public func inPlaceDestination(of source: SourceID) throws(TenantError) -> any WritableTree { try drive(source) }

    public func look(at source: SourceID, since token: ChangeToken?) throws(TenantError) -> SourceLook {
        let tree = try drive(source)
        let now = state.withLock { $0.states[source] }
        if let now, now == token { return .unchanged }
        return .unknown(SourceReading(tree: tree, finish: { now }))
    }

    public func makeNewDestination(
        of source: SourceID, reservation: String, lastKnownName: String?
    ) throws(TenantError) -> NewDestination {
        let tree = state.withLock { state in
            let tree = state.copies[reservation] ?? MemoryTree()
            state.copies[reservation] = tree
            return tree
        }
        return NewDestination(
            siteID: reservation, name: "\(lastKnownName ?? source.objectID)R0",
            webURL: "https://example.org/\(reservation)", tree: tree)
    }
}
