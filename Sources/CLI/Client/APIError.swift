import Foundation

/// An error as the API tells it.
struct APIError: Sendable {
    let status: Int
    let code: String?
    let message: String
    let requestID: String?
    let retryAfter: String?

    init(_ answer: APIClient.Answer, method: String, path: String) {
        let error = (try? JSONDecoder().decode(JSONValue.self, from: answer.body))?["error"]
        status = answer.status
        code = error?.text("code")
        message =
            error?.text("message").flatMap { $0.isEmpty ? nil : $0 }
            ?? "\(method) \(path.prefix { $0 != "?" }) answered \(answer.status)"
        requestID = error?["innerError"]?.text("request-id") ?? answer.header("request-id")
        retryAfter = answer.header("Retry-After")
    }

    /// The end of a command to which the server answered so.
    var failure: CommandFailure {
        var text = message.hasSuffix(".") ? message : message + "."
        switch status {
        case 401: text += " Give HOLDFAST_TOKEN a valid token, or --state the server's own folder."
        case 403 where code == "accessDenied": text += " Ask for a token with the permission that is named."
        case 429, 503: if let retryAfter { text += " Try again in \(retryAfter) seconds." }
        case 507: text += " Nothing was changed."
        default: break
        }
        if let code { text += " (\(code)\(requestID.map { ", request \($0)" } ?? ""))" }
        var failure = CommandFailure(CommandExit(httpStatus: status), text, code: code, requestID: requestID)
        failure.isOfServer = true
        return failure
    }
}
