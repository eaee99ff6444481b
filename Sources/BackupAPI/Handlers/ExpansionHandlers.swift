import Catalog
import OData

extension Handlers {
    /// Shows the lists that belong to a policy or a session inside it. Call it after
    /// the lists are bound.
    func bindExpansions(_ odata: inout ODataService<APICaller>) {
        for workload in Workload.allCases {
            for navigation in policyType(workload).description.navigations where navigation.isCollection {
                odata.expand(
                    navigation.name, of: policyType(workload),
                    listedBelow: "solutions/backupRestore/\(workload.policies)")
            }
            for navigation in sessionType(workload).description.navigations where navigation.isCollection {
                odata.expand(
                    navigation.name, of: sessionType(workload),
                    listedBelow: "solutions/backupRestore/\(workload.sessionType)s")
            }
        }
    }
}
