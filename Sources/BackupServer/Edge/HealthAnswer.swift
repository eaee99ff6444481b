import OData
import ProtectionService

extension ODataResponse {
    /// Every check of a report, for monitoring.
    ///
    /// Always 200: a failing check is no reason to take the server away from users. `/healthz` only
    /// tells whether the process answers.
    static func checks(_ report: HealthReport) -> ODataResponse {
        ODataResponse(
            status: 200, headers: ["Content-Type": "application/json; charset=utf-8"], body: report.json)
    }
}
