import HTTPTypes
import Hummingbird
import NIOCore

/// Sends answers as gzip to clients that take it, from a size on. Answers that are written while
/// they are sent say `no-transform` and stay as they are.
struct Compression: RouterMiddleware {
    /// Shorter answers are not compressed.
    let fromBytes: Int

    func handle(
        _ request: Request, context: ServerRequestContext,
        next: (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        guard let length = response.body.contentLength, length >= fromBytes,
            response.headers[.cacheControl]?.contains(Self.noTransform) != true,
            response.headers[.contentEncoding] == nil,
            let accepted = request.headers[.acceptEncoding], Gzip.isAccepted(by: accepted)
        else { return response }
        let collected = Collected()
        try await response.body.write(collected)
        guard let compressed = Gzip.compress(collected.bytes) else { return response }
        var headers = response.headers
        headers[.contentEncoding] = "gzip"
        headers[.contentLength] = nil
        return Response(
            status: response.status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: compressed)))
    }

    /// Source: RFC 9111, section 5.2.2.6.
    static let noTransform = "no-transform"

    /// A body in memory. Every body that is compressed already was there whole.
    private final class Collected: ResponseBodyWriter {
        private(set) var bytes: [UInt8] = []

        func write(_ buffer: ByteBuffer) { bytes += buffer.readableBytesView }
        func finish(_ trailingHeaders: HTTPFields?) {}
    }
}
