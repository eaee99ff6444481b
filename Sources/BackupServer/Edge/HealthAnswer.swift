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

    /// Whether the server can do its work now: 200, or 503 with the names of what keeps it from that.
    static func readiness(_ failing: [String]) -> ODataResponse {
        .readiness(status: failing.isEmpty ? "ready" : "unavailable", failing: failing)
    }

    /// - Parameter progress: what the server does meanwhile; nil where it only waits.
    static func readiness(status: String, failing: [String], progress: String? = nil) -> ODataResponse {
        var answer = JSONObject()
        answer["status"] = .string(status)
        answer["failing"] = .array(failing.map { .string($0) })
        if let progress { answer["progress"] = .string(progress) }
        return ODataResponse(
            status: failing.isEmpty ? 200 : 503,
            headers: ["Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"],
            body: JSONValue.object(answer).encoded)
    }
}
