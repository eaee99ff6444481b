import OData
import ProtectionService

extension Handlers {
    /// Whether everything is protected, and what is to be done.
    func bindOverview(_ odata: inout ODataService<APICaller>) {
        odata.root {
            $0.operation(.function("overview"), .configurationRead, answering: OverviewValue.self) { _, arguments in
                _ = try arguments.values()
                return OverviewValue(try await service.unitStates.overview())
            }
        }
    }
}
