import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import NIOHTTP1
import OData

/// Reads the bodies of requests, up to a limit before and after decoding.
struct RequestBodyReader {
    /// The longest accepted body in bytes.
    let limitBytes: Int

    /// Source: RFC 9110, section 15.5.16: the accepted codings distinguish a refused coding from
    /// a refused media type.
    static let unknownEncoding = ODataError(
        .unsupportedMediaType, "The body's Content-Encoding is not offered: send gzip, or none.")

    /// The decoded body. Refuses what the head alone excludes before the client is asked
    /// to send the body.
    func read(_ request: Request, _ context: ServerRequestContext) async throws(ODataError) -> [UInt8] {
        guard Self.saysItsLength(request) else { throw .lengthRequired }
        let encoding = request.headers[.contentEncoding]?.lowercased() ?? "identity"
        let isGzip = ["gzip", "x-gzip"].contains(encoding)
        guard isGzip || encoding == "identity" else { throw Self.unknownEncoding }
        guard request.headers[.contentLength].flatMap({ Int($0) }) ?? 0 <= limitBytes else {
            throw .requestEntityTooLarge
        }
        context.wantBody(of: request)
        let bytes = try await collect(request)
        return isGzip ? try decompressed(bytes) : bytes
    }

    /// The body as sent. Throws 413 where it is too long, and 400 where its framing is damaged
    /// or it ends early.
    func collect(_ request: Request) async throws(ODataError) -> [UInt8] {
        do {
            return [UInt8](buffer: try await request.body.collect(upTo: limitBytes))
        } catch is NIOTooManyBytesError {
            throw .requestEntityTooLarge
        } catch {
            throw RequestHeadRules.refusal(of: (error as? HTTPParserError) ?? .closedConnection)
        }
    }

    private func decompressed(_ bytes: [UInt8]) throws(ODataError) -> [UInt8] {
        do {
            return try Gzip.decompress(bytes, limit: limitBytes)
        } catch {
            switch error {
            case .tooLong: throw .requestEntityTooLarge
            case .damaged: throw .badRequest("The body is not a complete gzip stream, as its Content-Encoding says.")
            }
        }
    }

    /// Whether a request to Graph's surface says where its body ends, if its method has a body.
    /// Source: contract errors.md, 411.
    private static func saysItsLength(_ request: Request) -> Bool {
        guard let version = request.uri.path.split(separator: "/").first?.lowercased(),
            ["v1.0", "beta"].contains(version)
        else { return true }
        return switch request.method {
        case .post, .patch, .put: request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil
        default: true
        }
    }
}
