import Hummingbird
import NIOCore

/// The connection of a request, which the request itself does not know.
struct ServerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The sender's address without its port; a proxy's, where one stands in between.
    let peerAddress: String
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        peerAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    /// Tells a client that waits for 100 to send its body. Called right before the body is read,
    /// once the head is accepted.
    func wantBody(of request: Request) {
        guard request.headers[.expect] != nil else { return }
        channel.triggerUserOutboundEvent(ConnectionHandler.BodyIsWanted(), promise: nil)
    }

    /// Calls back when the connection is closed, or at once where it is.
    func whenClosed(_ body: @escaping @Sendable () -> Void) { channel.closeFuture.whenComplete { _ in body() } }

    /// Lets the connection end with the client's sending half, for an answer without an end: a client
    /// that goes away says no more than that.
    func endWithInput() { channel.triggerUserOutboundEvent(ConnectionHandler.EndsWithInput(), promise: nil) }
}
