import Foundation
import HTTPTypes
public import Hummingbird
import HummingbirdCore
public import Logging
public import Monitoring
import NIOCore
import OData

/// A listener of its own for `GET /metrics`, without a token, and for nothing else. Its text names no
/// person, drive or file; who may connect is a matter of the address.
public struct MetricsListener: Sendable {
    private let configuration: ServerConfiguration
    private let page: MetricsPage
    private let logger: Logger

    /// - Parameter port: 0 takes a free one.
    public init(host: String, port: Int, page: MetricsPage, logger: Logger) {
        var configuration = ServerConfiguration(host: host, port: port)
        (configuration.openConnections, configuration.headSeconds, configuration.bodySeconds) = (32, 10, 10)
        (configuration.headerBytes, configuration.headerFields) = (8 << 10, 50)
        self.configuration = configuration
        self.page = page
        self.logger = logger
    }

    /// Whether only programs of this machine can connect.
    public var isLoopback: Bool { configuration.isLoopback }

    /// The listener as a service to run.
    /// - Parameter onListening: receives the port once connections are accepted.
    public func application(
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> some ApplicationProtocol {
        Application(
            responder: CallbackResponder { [page] (request: Request, _: ServerRequestContext) in
                await Self.answer(request, page)
            },
            server: HTTPServerBuilder { [configuration] responder in
                HTTPConnections(
                    responder: responder, configuration: configuration, refusal: { Self.text($0.status, $0.message) })
            },
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port),
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.openConnections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: logger.forLibraries)
    }

    private static func answer(_ request: Request, _ page: MetricsPage) async -> Response {
        guard request.head.path == path else { return Response(text(404, "Here is nothing but \(path).")) }
        guard request.method == .get else {
            var refusal = text(405, "\(path) is answered to GET only.")
            refusal.headers["Allow"] = "GET"
            return Response(refusal)
        }
        return await page.response()
    }

    private static let path = "/metrics"

    private static func text(_ status: Int, _ message: String) -> ODataResponse {
        ODataResponse(
            status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array("\(message)\n".utf8))
    }
}
