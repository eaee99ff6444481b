import BackupAPI
import HTTPTypes
import Hummingbird
import Monitoring
import OData

/// `/metrics` for those who have a token with the right to read what the service is like. Without one
/// the path is answered as any other of the API.
struct MetricsRoute: Sendable {
    let page: MetricsPage
    let others: APIRoute

    func add(to router: Router<ServerRequestContext>) {
        router.on("/metrics", method: .get) { [page, others] request, context in
            guard request.uri.path == "/metrics",
                case .accepted(let principal, _) = await others.verifier.verdict(
                    authorization: request.headers[.authorization])
            else { return try await others.response(to: request, context) }
            guard principal.mayReadControl else {
                let question = others.reader.question(request, others.reader.source(request, context))
                return Response(
                    others.refusals.answer(
                        ODataError.accessDenied("Metrics need the permission BackupRestore-Control.Read.All."),
                        to: question))
            }
            return await page.response()
        }
    }
}

extension MetricsPage {
    /// The page over HTTP.
    func response() async -> Response {
        Response(
            ODataResponse(
                status: 200, headers: ["Content-Type": MetricsText.contentType, "Cache-Control": "no-store"],
                body: Array(await text().utf8)))
    }
}
