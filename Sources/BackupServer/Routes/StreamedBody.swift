import Hummingbird
import Logging
import NIOCore
import OData
import ServiceLifecycle
import Synchronization

/// A body that is written while it is sent, over one connection.
///
/// The writer waits while the connection takes no more. It is cancelled when the client goes, when
/// the client takes nothing for `stallSeconds`, and, if it has no end, when the server shuts down.
/// A writer that fails leaves the body without its end, and the connection is closed.
struct StreamedBody: Sendable {
    let stream: BodyStream
    let context: ServerRequestContext
    /// How long a client may take for one piece.
    let stallSeconds: Int
    let logger: Logger

    /// The body of an answer to GET.
    var body: ResponseBody {
        ResponseBody(contentLength: stream.length) { writer in
            let sink = ConnectionSink(writer)
            do {
                if stream.isEndless { context.endWithInput() }
                try await whileConnected(sink) {
                    if stream.isEndless {
                        try await cancelWhenGracefulShutdown { try await stream.write(to: sink) }
                    } else {
                        try await stream.write(to: sink)
                    }
                }
                try sink.requireLength(stream.length)
            } catch {
                logger.debug("A streamed answer was cut off.", metadata: ["cause": "\(error)"])
                throw error
            }
            try await writer.finish(nil)
        }
    }

    /// The body of an answer to HEAD: none, with the fields of GET.
    var head: ResponseBody { ResponseBody(contentLength: stream.length) { writer in try await writer.finish(nil) } }

    private enum End: Error {
        case clientGone, clientStalled
    }

    /// Runs `body` until it ends, or the connection does, or the client stalls.
    private func whileConnected(
        _ sink: ConnectionSink, _ body: @escaping @Sendable () async throws -> Void
    )
        async throws
    {
        let (closed, source) = AsyncStream<Never>.makeStream()
        context.whenClosed { source.finish() }
        let limit = Duration.seconds(stallSeconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in closed {}
                try Task.checkCancellation()
                throw End.clientGone
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: limit / 4)
                    if sink.hasWaited(for: limit) { throw End.clientStalled }
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// Writes to a connection, and knows since when the client takes nothing.
private final class ConnectionSink: BodySink {
    private struct Count {
        var written = 0
        var waitsSince: ContinuousClock.Instant?
    }

    /// Wrong numbers of bytes, which would break the connection's framing.
    struct WrongLength: Error {
        let expected: Int
        let written: Int
    }

    /// The library does not declare its writers sendable. Its own one, the only one here, holds
    /// nothing but the writer of NIO's channel, which is.
    private nonisolated(unsafe) let writer: any ResponseBodyWriter
    private let count = Mutex(Count())

    init(_ writer: any ResponseBodyWriter) { unsafe self.writer = writer }

    func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try Task.checkCancellation()
        count.withLock { $0.waitsSince = .now }
        var writer = unsafe writer
        try await writer.write(ByteBuffer(bytes: bytes))
        count.withLock { count in
            count.waitsSince = nil
            count.written += bytes.count
        }
    }

    func hasWaited(for limit: Duration) -> Bool {
        count.withLock { $0.waitsSince.map { ContinuousClock.now - $0 > limit } ?? false }
    }

    func requireLength(_ length: Int?) throws {
        let written = count.withLock { $0.written }
        guard let length, length != written else { return }
        throw WrongLength(expected: length, written: written)
    }
}
