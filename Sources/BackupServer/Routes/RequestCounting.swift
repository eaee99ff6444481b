import BackupAPI
import HTTPTypes
import Hummingbird
import Monitoring

/// Counts each request by the pattern of its path, never by the path itself.
struct RequestCounting: RouterMiddleware {
    let counts: RequestCounts
    let api: any GraphAPI

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let started = ContinuousClock.now
        let response = try await next(request, context)
        counts.note(
            method: request.method.rawValue, route: context.endpointPath ?? route(request.uri.path),
            status: response.status.code, seconds: (ContinuousClock.now - started) / .seconds(1))
        return response
    }

    /// What the pages of people ask of the API is counted as the API's, behind their own door.
    private func route(_ path: String) -> String? {
        guard path.hasPrefix(Self.pages) else { return api.route(at: path) }
        guard path.hasPrefix(Self.door) else { return Self.pages }
        return api.route(at: "/\(path.dropFirst(Self.door.count))").map { "\(Self.door.dropLast())\($0)" }
    }

    private static let pages = "/portal/"
    private static let door = "/portal/api/"
}
