import Catalog
import OData

extension Handlers {
    /// What belongs to a policy or to a session is shown inside of it as its own list shows it.
    /// After the lists are bound.
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
