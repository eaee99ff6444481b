import Foundation
import OData

/// A refusal in OAuth's form. Source: RFC 6749, section 5.2.
struct OAuthError: Error {
    var status: Int
    var error: String
    var description: String
    var basic = false
    var retryAfterSeconds: Int?

    static func tooManyFailures(afterSeconds seconds: Double) -> OAuthError {
        let wait = max(1, Int(seconds.rounded(.up)))
        var error = OAuthError(
            429, "temporarily_unavailable", "Too many failed sign-ins. Try again in \(wait) seconds.")
        error.retryAfterSeconds = wait
        return error
    }

    init(_ status: Int, _ error: String, _ description: String, basic: Bool = false) {
        self.status = status
        self.error = error
        self.description = description
        self.basic = basic
    }

    var response: ODataResponse {
        var headers: Headers = [
            "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store",
            "Access-Control-Allow-Origin": "*",
        ]
        if let retryAfterSeconds { headers["Retry-After"] = "\(retryAfterSeconds)" }
        if basic { headers["WWW-Authenticate"] = "Basic realm=\"Holdfast\"" }
        var writer = JSONWriter()
        writer.value(["error": .string(error), "error_description": .string(description)])
        return ODataResponse(status: status, headers: headers, body: writer.bytes)
    }
}
