import BackupAPI
import HTTPTypes
import Hummingbird
import Logging
import Monitoring
import OData

/// Everything that no other route has: the Graph surface and what stands beside it.
struct APIRoute: RouterMiddleware {
    let api: any GraphAPI
    let verifier: TokenVerifier
    /// The `WWW-Authenticate` header of a 401, for the address that the client asked.
    let challenge: @Sendable (_ origin: String) -> String
    let gate: ConcurrencyGate
    let signIns: SignInGuard
    let reader: RequestReader
    let refusals: Refusals
    let metrics: MetricRegistry
    let logger: Logger

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        try await response(to: request, context)
    }

    func response(to request: Request, _ context: ServerRequestContext) async throws -> Response {
        let source = reader.source(request, context)
        var answer = await answer(reader.question(request, source), bodyOf: request, context, from: source)
        if answer.status == 401 { answer.headers["WWW-Authenticate"] = challenge(source.origin) }
        return sent(answer, adding: CrossOrigin.apiFields, to: request, context)
    }

    /// The answer over HTTP; a body that is written while it is sent is watched.
    func sent(
        _ answer: ODataResponse, adding fields: HTTPFields, to request: Request, _ context: ServerRequestContext
    ) -> Response {
        guard let stream = answer.stream else { return Response(answer, adding: fields) }
        let body = StreamedBody(
            stream: stream, context: context, stallSeconds: reader.configuration.stallSeconds, logger: logger)
        return Response(answer, adding: fields, body: request.method == .head ? body.head : body.body)
    }

    /// Refuses an unauthenticated request before its body is read. Other requests count as
    /// concurrent only after their last byte, so that a slow sender occupies no place.
    private func answer(
        _ question: ODataRequest, bodyOf request: Request, _ context: ServerRequestContext, from source: RequestSource
    ) async -> ODataResponse {
        switch await verifier.verdict(authorization: request.headers[.authorization]) {
        case .absent: return await refuse(question, nil)
        case .refused(let reason):
            metrics.add(to: .signInFailures, "token")
            if let seconds = signIns.failed(address: source.address) {
                metrics.add(to: .httpThrottled, "sign-in")
                return refusals.tooManyInvalidTokens(afterSeconds: seconds, question)
            }
            return await refuse(question, reason)
        case .accepted(var principal, let expires):
            principal.expires = expires
            var question = question
            do {
                question.body = try await RequestBodyReader(limitBytes: reader.configuration.bodyLimitBytes).read(
                    request, context)
            } catch {
                var answer = refusals.answer(error, to: question)
                if error == RequestBodyReader.unknownEncoding { answer.headers["Accept-Encoding"] = "gzip" }
                return answer
            }
            return await gate.pass { [question, principal] in
                await api.respond(to: question, principal: principal)
            } ?? overloaded(question)
        }
    }

    private func overloaded(_ question: ODataRequest) -> ODataResponse {
        metrics.add(to: .httpThrottled, "concurrency")
        return refusals.answer(Refusals.overloaded, to: question)
    }

    /// The API's answer to a request without a valid token; a 401 says why the token was refused.
    private func refuse(_ question: ODataRequest, _ reason: TokenRefusal?) async -> ODataResponse {
        guard let answer = await gate.pass({ await api.respond(to: question, principal: nil) }) else {
            return overloaded(question)
        }
        guard answer.status == 401, let reason else { return answer }
        return refusals.answer(ODataError(.invalidAuthenticationToken, reason.message), to: question)
    }
}

extension Response {
    /// The answer over HTTP, the added fields first.
    init(_ answer: ODataResponse, adding added: HTTPFields = [:]) {
        self.init(answer, adding: added, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }

    init(_ answer: ODataResponse, adding added: HTTPFields, body: ResponseBody) {
        var headers = added
        for field in answer.headers.fields {
            if let name = HTTPField.Name(field.name) { headers.append(HTTPField(name: name, value: field.value)) }
        }
        self.init(status: .init(code: answer.status), headers: headers, body: body)
    }
}
