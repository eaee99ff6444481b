import HummingbirdCore
import NIOCore

extension ServerConfiguration {
    /// What one connection may send, and in which time.
    var http1: HTTP1Channel.Configuration {
        let (head, body) = (headSeconds, bodySeconds)
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [RequestDeadlineHandler(headSeconds: head, bodySeconds: body)],
            httpDecoderConfiguration: .init(maxHeaderFieldSize: headerBytes, maxHeaderListSize: headerBytes, maxHeaderFieldCount: headerFields))
    }
}
