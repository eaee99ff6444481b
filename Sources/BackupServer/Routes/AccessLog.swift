import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Logs each request, and gives its answer a `request-id` if the API did not.
struct AccessLog: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        var response = try await next(request, context)
        let requestID = response.headers[.requestID] ?? Self.makeRequestID()
        if response.headers[.requestID] == nil { response.headers.insert(.requestID, requestID) }
        let milliseconds = (ContinuousClock.now - started) / .milliseconds(1)
        logger.debug(
            "Answered.",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
                "milliseconds": .stringConvertible(Int(milliseconds)), "request-id": "\(requestID)",
            ])
        return response
    }

    static func makeRequestID() -> String { UUID().uuidString.lowercased() }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("request-id")!
}

extension HTTPFields {
    /// Adds a field before `Content-Length`, which stays the last one.
    mutating func insert(_ name: HTTPField.Name, _ value: String) {
        let length = self[.contentLength]
        self[.contentLength] = nil
        self[name] = value
        self[.contentLength] = length
    }
}
