import HTTPTypes
import Hummingbird
import Monitoring
import OData

/// The routes of the embedded issuer, each below the tenant's id or a domain of its users. Below any
/// other name the paths are those of the API.
struct IssuerRoutes: Sendable {
    let endpoints: IssuerEndpoints
    let gate: ConcurrencyGate
    let signIns: SignInGuard
    let reader: RequestReader
    let refusals: Refusals
    let others: APIRoute

    func add(to router: Router<ServerRequestContext>) {
        let tenant = router.group("{\(Self.tenant)}")
        for path in ["v2.0/.well-known/openid-configuration", ".well-known/openid-configuration"] {
            add(.discovery, [.get, .head], path, to: tenant)
        }
        add(.keys, [.get, .head], "discovery/v2.0/keys", to: tenant)
        add(.token, [.post], "oauth2/v2.0/token", to: tenant)
        if endpoints.portal != nil {
            add(.device, [.post], "oauth2/v2.0/devicecode", to: tenant)
            add(.revoke, [.post], "oauth2/v2.0/revoke", to: tenant)
        }
        add(.authorize, [.get, .head, .post], "oauth2/v2.0/authorize", to: tenant)
    }

    private static let tenant = "tenant"

    /// The router drops empty segments. The path in any other spelling stays one of the API.
    private func add(
        _ endpoint: IssuerEndpoints.Endpoint, _ methods: [HTTPRequest.Method], _ path: String,
        to group: RouterGroup<ServerRequestContext>
    ) {
        for method in methods {
            group.on(RouterPath(path), method: method) { [others] request, context in
                guard request.uri.path.hasSuffix("/\(path)"), let name = context.parameters.get(Self.tenant),
                    endpoints.isTenant(name.lowercased())
                else { return try await others.response(to: request, context) }
                return Response(await answer(endpoint, request, context))
            }
        }
    }

    private func answer(
        _ endpoint: IssuerEndpoints.Endpoint, _ request: Request, _ context: ServerRequestContext
    ) async -> ODataResponse {
        let source = reader.source(request, context)
        let question = reader.question(request, source)
        context.wantBody(of: request)
        let body: [UInt8]?
        do {
            body = try await RequestBodyReader(limitBytes: IssuerEndpoints.bodyLimitBytes).collect(request)
        } catch {
            guard error == .requestEntityTooLarge else { return refusals.answer(error, to: question) }
            body = nil
        }
        let answer = await gate.pass {
            await endpoints.answer(endpoint, question, body: body, source: source, signIns: signIns)
        }
        if endpoint == .token, answer?.status == 401 { others.metrics.add(to: .signInFailures, "client") }
        if endpoint == .token, answer?.status == 429 { others.metrics.add(to: .httpThrottled, "sign-in") }
        if answer == nil { others.metrics.add(to: .httpThrottled, "concurrency") }
        return answer ?? refusals.answer(Refusals.overloaded, to: question)
    }
}
