/// Takes the pieces of a body that is written while it is sent.
public protocol BodySink: Sendable {
    /// Sends a piece. Returns once there is room for the next one, so that a slow reader slows its
    /// writer down and the pieces do not pile up in memory.
    /// - Throws: where the client has gone or reads too slowly; the writer then ends.
    func write(_ bytes: [UInt8]) async throws
}

/// A body that is written while it is sent: a file, an archive, or events without an end.
///
/// A writer that throws ends the connection without the body's proper end, so that the client knows
/// that it does not have everything. A client that goes cancels the writer's task.
public struct BodyStream: Sendable {
    /// The number of bytes that will be written; nil where it is not known before.
    public let length: Int?
    /// Whether it goes on until either side ends it. The server ends it when it shuts down.
    public let isEndless: Bool
    private let body: @Sendable (any BodySink) async throws -> Void

    /// - Parameter body: writes everything in order; called once at most.
    public init(
        length: Int? = nil, isEndless: Bool = false, _ body: @escaping @Sendable (any BodySink) async throws -> Void
    ) {
        self.length = length
        self.isEndless = isEndless
        self.body = body
    }

    /// Writes the whole body.
    public func write(to sink: any BodySink) async throws { try await body(sink) }
}
