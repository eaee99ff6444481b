import OData
import ProtectionService

extension Handlers {
    /// How the server is, check by check.
    func bindHealth(_ odata: inout ODataService<APICaller>) {
        odata.root {
            $0.operation(.function("health"), .controlRead, answering: HealthValue.self) { _, arguments in
                _ = try arguments.values()
                return HealthValue(await service.health.look())
            }
        }
    }
}
