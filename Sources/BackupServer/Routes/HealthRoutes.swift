import HTTPTypes
import Hummingbird
import Monitoring
import OData
import ProtectionService

/// The welcome page and the health of the server, which need no token.
struct HealthRoutes: Sendable {
    let health: HealthReport
    /// What keeps the server from its work.
    let readiness: KeptValue<[String]>
    let reader: RequestReader
    let others: APIRoute

    func add(to router: Router<ServerRequestContext>) {
        add("/", to: router) { request, context in .text(welcome(reader.source(request, context))) }
        add("/healthz", to: router) { _, _ in .text("ok\n") }
        add("/readyz", to: router) { _, _ in .readiness(await readiness.value()) }
        add("/healthz/checks", to: router) { _, _ in .checks(health) }
    }

    /// The router drops empty segments. The path in any other spelling stays one of the API.
    private func add(
        _ path: String, to router: Router<ServerRequestContext>,
        _ answer: @escaping @Sendable (Request, ServerRequestContext) async -> ODataResponse
    ) {
        for method in [HTTPRequest.Method.get, .head] {
            router.on(RouterPath(path), method: method) { [others] request, context in
                guard request.uri.path == path else { return try await others.response(to: request, context) }
                return Response(await answer(request, context))
            }
        }
    }

    private func welcome(_ source: RequestSource) -> String {
        let (stable, preview) =
            reader.configuration.publicURL == nil
            ? ("/v1.0", "/beta") : ("\(source.origin)/v1.0", "\(source.origin)/beta")
        return
            "Holdfast answers the Microsoft 365 Backup Storage API of Microsoft Graph under \(stable) and \(preview).\n"
    }
}

extension ODataResponse {
    /// A short text, for people.
    static func text(_ text: String) -> ODataResponse {
        ODataResponse(status: 200, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
