import ProtectionRules
import ProtectionService
import OData

extension Handlers {
    /// The groups and sites of the directory, for those who choose what to protect.
    func bindDirectoryLists(_ odata: inout ODataService<APICaller>) {
        odata.resource("directory/groups", directoryGroupType) {
            $0.list(.configurationRead) { context in
                page(of: try service.tenant.groups(), directoryGroupType, context)
            }
            $0.get(.configurationRead) { context in
                guard let group = try service.tenant.groups().first(where: { $0.id == context.key.lowercased() }) else {
                    throw ServiceError(.itemNotFound, "There is no such group.")
                }
                return group
            }
        }
        odata.resource("directory/sites", directorySiteType) {
            $0.offersSearch = true
            $0.list(.configurationRead) { context in
                let wanted = context.options.search ?? ""
                let found = try service.tenant.sites().filter { $0.matches(search: wanted) }
                return page(of: found.map(DirectorySiteRecord.init), directorySiteType, context)
            }
            $0.get(.configurationRead) { context in
                DirectorySiteRecord(site: try service.tenant.site(context.key))
            }
        }
    }
}
