import Hummingbird
import NIOCore

/// What is known of a request besides itself: the address that it came from.
struct ServerRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The sender's address without its port; a proxy's, where one stands in between.
    let peerAddress: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peerAddress = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
