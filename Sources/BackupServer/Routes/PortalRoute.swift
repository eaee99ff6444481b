import BackupAPI
import HTTPTypes
import Hummingbird
import OData
import Portal
import ProtectionService

/// Everything below `/portal`: pages, files, and the door to the API. Nothing here tells pages of
/// other origins that they may read it, so it stands before what does.
struct PortalRoute: RouterMiddleware {
    let site: PortalSite
    let api: APIRoute

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let path = request.uri.path
        if path == "/", wantsPage(request) { return Response(Self.toPortal) }
        guard path == "/portal" || path.hasPrefix("/portal/") else { return try await next(request, context) }
        let source = api.reader.source(request, context)
        let portal = PortalRequest(
            question: api.reader.question(request, source), address: source.address, host: source.host)
        if TargetLimit(maximumBytes: api.reader.configuration.urlBytes).isBroken(by: request.head.path ?? "") {
            return Response(api.refusals.answer(Refusals.urlTooLong, to: portal.question), adding: Self.fields)
        }
        if path == PortalSite.door || path.hasPrefix(PortalSite.door + "/") {
            return try await door(portal, request, context)
        }
        return Response(await page(portal, request, context))
    }

    /// A browser, which takes pages, and no program that takes anything.
    private func wantsPage(_ request: Request) -> Bool {
        [.get, .head].contains(request.method) && request.headers[.accept]?.contains("text/html") == true
    }

    private static let toPortal = ODataResponse(
        status: 303, headers: ["Location": "/portal/", "Cache-Control": "no-store", "Vary": "Accept"])

    private func page(
        _ portal: PortalRequest, _ request: Request, _ context: ServerRequestContext
    ) async -> ODataResponse {
        var portal = portal
        if request.method == .post {
            context.wantBody(of: request)
            do {
                portal.question.body = try await RequestBodyReader(limitBytes: PortalSite.bodyLimitBytes).collect(
                    request)
            } catch {
                return api.refusals.answer(error, to: portal.question)
            }
        }
        return await api.gate.pass { [portal] in await site.answer(portal) }
            ?? api.refusals.answer(Refusals.overloaded, to: portal.question)
    }

    // MARK: The door to the API

    /// Refuses a request without a session before its body is read.
    private func door(
        _ portal: PortalRequest, _ request: Request, _ context: ServerRequestContext
    ) async throws -> Response {
        let answer: ODataResponse
        do throws(ODataError) {
            answer = try await doorAnswer(portal, request, context)
        } catch {
            answer = api.refusals.answer(error, to: portal.question)
        }
        return api.sent(answer, adding: Self.added(to: answer), to: request, context)
    }

    private func doorAnswer(
        _ portal: PortalRequest, _ request: Request, _ context: ServerRequestContext
    ) async throws(ODataError) -> ODataResponse {
        let principal: Principal
        var question: ODataRequest
        switch try await asking({ try await site.admit(portal) }) {
        case .refused(let error): throw error
        case .admitted(let person, let asked): (principal, question) = (person, asked)
        }
        question.body = try await RequestBodyReader(limitBytes: api.reader.configuration.bodyLimitBytes).read(
            request, context)
        if let refusal = try await asking({ [question] in try await site.stepUpRefusal(question, principal) }) {
            throw refusal
        }
        let answer = await api.gate.pass { [question] in
            await api.api.respond(to: question, principal: principal)
        }
        guard let answer else { throw Refusals.overloaded }
        return answer
    }

    /// What the portal asks of the catalogue.
    private func asking<Value>(_ body: () async throws -> Value) async throws(ODataError) -> Value {
        do {
            return try await body()
        } catch {
            throw ODataError(
                .serviceNotAvailable, "The catalogue cannot be read now. Try again.", retryAfterSeconds: 5)
        }
    }

    /// What an API has of people stays out of caches, and what pages of other
    /// origins embed gets nothing.
    private static let fields: HTTPFields = [.corp: "same-origin", .contentTypeOptions: "nosniff", .vary: "Cookie"]

    private static func added(to answer: ODataResponse) -> HTTPFields {
        var fields = fields
        if answer.headers["X-Content-Type-Options"] != nil { fields[.contentTypeOptions] = nil }
        if answer.headers["Cache-Control"] == nil { fields[.cacheControl] = "no-store" }
        return fields
    }
}

extension HTTPField.Name {
    fileprivate static let corp = HTTPField.Name("Cross-Origin-Resource-Policy")!
    fileprivate static let contentTypeOptions = HTTPField.Name("X-Content-Type-Options")!
}
