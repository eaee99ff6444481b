import Connectors
import FileTree

/// A tenant to which a run writes only under its lease.
struct GuardedTenant: Tenant {
    private let base: any Tenant
    private let lease: JobLease

    init(_ base: any Tenant, lease: JobLease) {
        self.base = base
        self.lease = lease
    }

    var id: String { base.id }
    func users() throws(TenantError) -> [DirectoryUser] { try base.users() }
    func groups() throws(TenantError) -> [DirectoryGroup] { try base.groups() }
    func sites() throws(TenantError) -> [DirectorySite] { try base.sites() }
    func sources() throws(TenantError) -> [ProtectionSource] { try base.sources() }
    func tree(of source: SourceID) throws(TenantError) -> any ReadableTree { try base.tree(of: source) }

    func look(at source: SourceID, since token: ChangeToken?) throws(TenantError) -> SourceLook {
        try base.look(at: source, since: token)
    }

    func inPlaceDestination(of source: SourceID) throws(TenantError) -> any WritableTree {
        guarded(try base.inPlaceDestination(of: source))
    }

    /// A place is made under a key that the next run finds it by, so it does no harm when it is late.
    func makeNewDestination(
        of source: SourceID, reservation: String, lastKnownName: String?
    ) throws(TenantError) -> NewDestination {
        var place = try base.makeNewDestination(of: source, reservation: reservation, lastKnownName: lastKnownName)
        place.tree = guarded(place.tree)
        return place
    }

    private func guarded(_ tree: any WritableTree) -> GuardedTree {
        GuardedTree(tree) { lease.mayChangeAtOnce }
    }
}
