import HTTPTypes
import Hummingbird
import OData

/// Reads requests as the API takes them.
struct RequestReader: Sendable {
    let configuration: ServerConfiguration

    /// Where the request came from, and which address it asked.
    func source(_ request: Request, _ context: ServerRequestContext) -> RequestSource {
        RequestSource(
            peer: context.peerAddress, authority: request.head.authority, fields: request.headers,
            configuration: configuration)
    }

    /// The request without its body. HEAD is answered like GET, and the connection drops the body.
    func question(_ request: Request, _ source: RequestSource) -> ODataRequest {
        var question = ODataRequest(
            method: request.method == .head ? "GET" : request.method.rawValue, rawPath: request.uri.path,
            rawQuery: request.uri.query ?? "",
            origin: source.origin)
        question.clientAddress = source.address
        for field in request.headers { question.headers.add(field.name.rawName, field.value) }
        return question
    }
}
