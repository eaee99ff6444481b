import BackupAPI
import HTTPTypes
import Hummingbird
import OData

/// The fields that let pages of other origins use the API.
/// Source: contract README, CORS and response headers.
enum CrossOrigin {
    /// The fields of every answer of the API.
    static let apiFields: HTTPFields = [
        .accessControlAllowOrigin: "*", .vary: "Accept-Encoding",
        .accessControlExposeHeaders:
            """
        ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, Retry-After, \
        WWW-Authenticate
        """,
    ]
    static let methods = ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS"]
}

/// Answers OPTIONS for every path: the methods of the path, or those of the server for `*` and
/// unknown paths. Pages of other origins may use all of them, as at Graph.
struct Preflight: RouterMiddleware {
    let api: any GraphAPI

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .options else { return try await next(request, context) }
        return Response(ODataResponse(status: 204), adding: fields(of: request.uri.path))
    }

    private func fields(of path: String) -> HTTPFields {
        let offered = ["/", "/healthz", "/readyz"].contains(path) ? ["GET"] : api.methods(at: path)
        let own = offered.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]
        return [
            .allow: (offered.isEmpty ? CrossOrigin.methods : offered + own).joined(separator: ", "),
            .accessControlAllowOrigin: "*",
            .accessControlAllowMethods: CrossOrigin.methods.joined(separator: ", "),
            .accessControlAllowHeaders: "*, Authorization",
        ]
    }
}
