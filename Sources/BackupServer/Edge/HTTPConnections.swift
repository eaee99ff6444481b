import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// How a connection is set up: Hummingbird's own order of handlers, with ours where HTTP's versions
/// and header fields are still as they were sent.
struct HTTPConnections: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let configuration: ServerConfiguration
    let refusal: ConnectionHandler.Refusal

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = configuration.headerBytes
            limits.maxHeaderListSize = configuration.headerBytes
            limits.maxHeaderFieldCount = configuration.headerFields
            // Requests are answered one by one by those who read them, refusals are made here, and
            // fields are checked by their type.
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(ConnectionHandler(refusal: refusal))
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: configuration.tls != nil))
            try pipeline.addHandler(
                RequestDeadlineHandler(headSeconds: configuration.headSeconds, bodySeconds: configuration.bodySeconds))
            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
