import Hummingbird
import NIOCore

/// What is known of a request besides itself: its connection.
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

    /// Tells a client that waits for 100 to send its body: called right before it is read, when
    /// nothing speaks against the request any more.
    func wantBody(of request: Request) {
        guard request.headers[.expect] != nil else { return }
        channel.triggerUserOutboundEvent(ConnectionHandler.BodyIsWanted(), promise: nil)
    }
}
