import ProtectionService
import Foundation
import OData

extension ODataResponse {
    /// Every check of a report, for monitoring: `{"status": "warning", "checks":
    /// [{"name", "status", "since", "message"}]}`.
    ///
    /// Always 200: a failing check is no reason to take the server away from users. `/healthz` only
    /// tells whether the process answers.
    static func checks(_ report: HealthReport) -> ODataResponse {
        struct Answer: Encodable {
            var status: HealthStatus
            var checks: [HealthCheck]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let checks = report.checks
        guard let body = try? encoder.encode(Answer(status: checks.map(\.status).max() ?? .ok, checks: checks)) else {
            preconditionFailure("texts and dates always encode")
        }
        return ODataResponse(
            status: 200, headers: ["Content-Type": "application/json; charset=utf-8"], body: Array(body))
    }
}
