import BackupService
import OData

extension Handlers {
    /// Enough of the directory for a client to find the ids that it needs.
    func bindDirectory(_ odata: inout ODataService<APICaller>) {
        let shape = { @Sendable (version: ServiceVersion) in graphModel.shape(userType, version) }
        odata.resource("users", userType) {
            $0.list(.usersRead) { context in
                let all = shape(context.version).select(
                    try service.tenantUsers().map(UserRecord.init), filter: context.options.filter, order: context.options.orderBy, context.writing)
                let start = (context.position.flatMap { Int($0) } ?? 0) + (context.options.skip ?? 0)
                let rest = all.dropFirst(start)
                let next = rest.count > context.pageSize ? "\(start + context.pageSize)" : nil
                return Page(Array(rest.prefix(context.pageSize)), nextPosition: context.pageSize > 0 ? next : nil, count: all.count)
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
    }

    /// A person by object id or sign-in name.
    private func user(_ key: String) throws -> TenantUser {
        let wanted = key.lowercased()
        guard let user = try service.tenantUsers().first(where: { $0.id == wanted || $0.userPrincipalName.lowercased() == wanted }) else {
            throw ODataError(status: 404, code: "Request_ResourceNotFound", message: "Resource '\(key)' does not exist.")
        }
        return user
    }
}
