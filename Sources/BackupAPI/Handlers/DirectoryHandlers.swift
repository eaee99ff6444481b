import ProtectionService
import OData

extension Handlers {
    /// Enough of the directory for a client to find the ids that it needs.
    func bindDirectory(_ odata: inout ODataService<APICaller>) {
        odata.resource("users", userType) {
            $0.list(.usersRead) { context in
                page(of: try service.tenant.users().map(UserRecord.init), userType, context)
            }
            $0.get(.usersRead) { context in UserRecord(user: try user(context.key)) }
        }
        odata.resource("users/drive", driveType) {
            $0.get(.usersRead) { context in
                let user = try user(context.path.key(of: "users") ?? "")
                guard user.hasDrive else { throw ODataError.notFound("The user has no drive.") }
                return DriveRecord(user: user)
            }
        }
        odata.resource("sites", siteType) {
            $0.offersSearch = true
            $0.list(.sitesRead) { context in
                let wanted = context.options.search ?? ""
                return page(
                    of: try service.tenant.sites().filter { $0.matches(search: wanted) }.map(SiteRecord.init), siteType,
                    context)
            }
            $0.get(.sitesRead) { context in SiteRecord(site: try service.tenant.site(context.key)) }
        }
        odata.expand("drive", of: userType, to: driveType) { owners, _, _ in
            Dictionary(owners.map { ($0.id, $0.user.hasDrive ? [DriveRecord(user: $0.user)] : []) }) { first, _ in first
            }
        }
    }

    /// A page of directory entries. The directory is read in full.
    func page<Record>(
        of all: [Record], _ type: EntityType<Record>, _ context: RequestContext<APICaller>
    ) -> Page<Record> {
        let found = context.model.shape(type, context.version).select(
            all, filter: context.options.filter, order: context.options.orderBy, context.writing)
        let start = (context.position.flatMap { Int($0) } ?? 0) + (context.options.skip ?? 0)
        let rest = found.dropFirst(start)
        let next = rest.count > context.pageSize ? "\(start + context.pageSize)" : nil
        return Page(
            Array(rest.prefix(context.pageSize)), nextPosition: context.pageSize > 0 ? next : nil, count: found.count)
    }

    /// A person by object id or sign-in name.
    private func user(_ key: String) throws -> TenantUser {
        guard let user = try service.tenant.user(key) else {
            throw ODataError(.requestResourceNotFound, "Resource '\(key)' does not exist.")
        }
        return user
    }
}

extension ODataErrorCode {
    /// No person or site of the directory has the id. In the words of Graph; the contract does
    /// not list the code.
    static let requestResourceNotFound = Self("Request_ResourceNotFound", status: 404)
}
