import NIOCore
import NIOHTTP1
import OData

/// Drives the `ConnectionExchanges` of one connection, between HTTP's decoder and
/// the reader of requests.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// The outbound event that announces that a request's body is about to be read.
    struct BodyIsWanted: Sendable {}

    /// The outbound event that announces an answer without an end: the connection is closed when the
    /// client closes its half.
    struct EndsWithInput: Sendable {}

    /// Turns an error into a whole answer.
    typealias Refusal = @Sendable (ODataError) -> ODataResponse

    private var exchanges = ConnectionExchanges()
    private let refusal: Refusal
    private var endsWithInput = false
    private var hasEndOfInput = false

    init(refusal: @escaping Refusal) { self.refusal = refusal }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch exchanges.arrived(unwrapInboundIn(data)) {
        case .pass(let part): context.fireChannelRead(wrapInboundOut(part))
        case .drop: break
        // The library answers unreadable requests itself. Its answer is replaced on its way
        // out, in its turn.
        case .refuse: context.fireErrorCaught(HTTPParserError.unknown)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, !exchanges.failed(error) { return }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            hasEndOfInput = true
            if endsWithInput { return context.close(promise: nil) }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        if event is EndsWithInput {
            endsWithInput = true
            if hasEndOfInput { context.close(promise: nil) }
            promise?.succeed()
            return
        }
        guard event is BodyIsWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        if exchanges.continues() {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
        }
        promise?.succeed()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch exchanges.leaves(unwrapOutboundIn(data)) {
        case .send(let part): context.write(wrapOutboundOut(part), promise: promise)
        case .drop: promise?.succeed()
        case .refuse(let error):
            write(refusal(error), context)
            promise?.succeed()
        case .sendLast(let part):
            context.writeAndFlush(wrapOutboundOut(part), promise: promise)
            context.close(mode: .output, promise: nil)
        }
    }

    private func write(_ answer: ODataResponse, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders(answer.headers.fields.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "Content-Length", value: "\(answer.body.count)")
        headers.replaceOrAdd(name: "Connection", value: "close")
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
