public import Foundation

/// What a service takes from outside: clock, ids, secrets and limits.
public struct ServiceConfiguration: Sendable {
    /// The time.
    public var now: @Sendable () -> Date
    /// Makes request ids: lower-case GUIDs.
    public var makeRequestID: @Sendable () -> String
    /// Signs skip tokens: a keyed digest such as HMAC-SHA-256, at most 255 bytes. Tokens signed
    /// with another key are refused.
    public var sign: @Sendable ([UInt8]) -> [UInt8]
    /// Turns errors of handlers that are not ``ODataError`` into what the client may see, and logs
    /// what it may not.
    public var mapError: @Sendable (any Error, RequestIdentity) -> ODataError
    /// The page size where the client names none.
    public var defaultPageSize = 100
    /// The largest page, whatever the client asks for.
    public var maximumPageSize = 999
    /// The most entities of a page of which a collection is expanded.
    public var maximumExpandedOwners = 100
    /// The entities of an expanded collection where `$top` inside of `$expand` names no number; a
    /// link leads to those that come next.
    public var expandedPageSize = 20
    /// The most entities of an expanded collection, whatever `$top` says.
    public var maximumExpandedPageSize = 100
    /// What bodies may cost.
    public var jsonLimits = JSONLimits()
    /// What query options may cost.
    public var queryLimits = QueryLimits()
    /// The most requests in one batch.
    public var maximumBatchSize = 20

    /// Makes a configuration.
    public init(
        now: @escaping @Sendable () -> Date, makeRequestID: @escaping @Sendable () -> String,
        sign: @escaping @Sendable ([UInt8]) -> [UInt8],
        mapError: @escaping @Sendable (any Error, RequestIdentity) -> ODataError = { _, _ in .internalServerError }
    ) {
        self.now = now
        self.makeRequestID = makeRequestID
        self.sign = sign
        self.mapError = mapError
    }
}
