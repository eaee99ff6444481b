import Foundation
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// What changed in units, and when.
    func bindChangeSeries(_ odata: inout ODataService<APICaller>) {
        odata.root {
            $0.operation(.function("changeSeries"), .pointsRead, answering: ChangeSeriesValue.self) { _, arguments in
                let values = try arguments.values()
                let (unit, policy, incident): (String?, String?, String?) = (
                    try values.value("unitId"), try values.value("policyId"), try values.value("incidentId")
                )
                let scopes = [
                    unit.map { ChangeScope.unit($0.lowercased()) }, policy.map { .policy($0.lowercased()) },
                    incident.map { .incident($0) },
                ].compactMap(\.self)
                guard scopes.count <= 1 else {
                    throw ODataError.badRequest("Name one of unitId, policyId and incidentId, or none for all units.")
                }
                let (start, end): (Date?, Date?) = (try values.value("start"), try values.value("end"))
                let buckets: Int? = try values.value("buckets")
                return ChangeSeriesValue(
                    try await service.statistics.series(scopes.first ?? .all, start: start, end: end, buckets: buckets))
            }
        }
    }
}
