import NIOCore
import NIOHTTPTypes

/// Closes connections of slow clients. A request's head must be complete within a time after the
/// connection began or the last answer ended, and its body within a time after the head. This
/// bounds trickling senders and idle connections, but not the work on a request.
///
/// ```
/// opened ──▶ awaitingHead ──head──▶ readingBody ──end──▶ answering ──answer's end──▶ awaitingHead
///                 │ head deadline        │ body deadline
///                 └──────▶ closed ◀──────┘
/// ```
/// If the answer comes before the end of the body, the rest of the body has the time of a head.
final class RequestDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let headTime: TimeAmount
    private let bodyTime: TimeAmount
    private var deadline: Scheduled<Void>?
    /// Requests whose head is whole and whose answer is not.
    private var open = 0

    init(headSeconds: Int, bodySeconds: Int) {
        headTime = .seconds(Int64(headSeconds))
        bodyTime = .seconds(Int64(bodySeconds))
    }

    func handlerAdded(context: ChannelHandlerContext) { start(headTime, context) }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            start(bodyTime, context)
        case .body: break
        // A request that was answered early ends only now, and the time of the next head begins.
        case .end: if open > 0 { deadline?.cancel() } else { start(headTime, context) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            open -= 1
            if open <= 0 { start(headTime, context) }
        }
        context.write(data, promise: promise)
    }

    private func start(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
