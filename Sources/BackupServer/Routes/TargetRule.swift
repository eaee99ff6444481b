import HTTPTypes
import Hummingbird

/// Refuses requests whose path and query are too long, before anything looks at them.
struct TargetRule: RouterMiddleware {
    let reader: RequestReader
    let refusals: Refusals

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let limit = TargetLimit(maximumBytes: reader.configuration.urlBytes)
        guard limit.isBroken(by: request.head.path ?? "") else { return try await next(request, context) }
        let question = reader.question(request, reader.source(request, context))
        return Response(refusals.answer(Refusals.urlTooLong, to: question), adding: CrossOrigin.apiFields)
    }
}
