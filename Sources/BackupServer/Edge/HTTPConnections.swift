import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Sets up a connection: Hummingbird's order of handlers, with ours where HTTP versions and header
/// fields are still as sent.
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
            // Our handlers answer requests one by one and make refusals, and the type of
            // header fields checks them.
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
