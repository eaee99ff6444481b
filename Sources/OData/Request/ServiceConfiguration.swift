public import Foundation

/// The dependencies of a service: clock, ids, secrets and limits.
public struct ServiceConfiguration: Sendable {
    public var now: @Sendable () -> Date
    /// Makes request ids: lower-case GUIDs.
    public var makeRequestID: @Sendable () -> String
    /// Signs skip tokens: a keyed digest such as HMAC-SHA-256, at most 255 bytes. Tokens signed
    /// with another key are refused.
    public var sign: @Sendable ([UInt8]) -> [UInt8]
    /// Maps errors of handlers that are not ``ODataError`` to what the client may see,
    /// and logs the rest.
    public var mapError: @Sendable (any Error, RequestIdentity) -> ODataError
    /// The page size where the client names none.
    public var defaultPageSize = 100
    /// The largest page, whatever the client asks for.
    public var maximumPageSize = 999
    /// The most entities of a page of which a collection is expanded.
    public var maximumExpandedOwners = 100
    /// The page size of an expanded collection without `$top` in its `$expand`; a link leads
    /// to the next page.
    public var expandedPageSize = 20
    /// The most entities of an expanded collection, whatever `$top` says.
    public var maximumExpandedPageSize = 100
    /// The limits on bodies.
    public var jsonLimits = JSONLimits()
    /// The limits on query options.
    public var queryLimits = QueryLimits()
    /// The most requests in one batch.
    public var maximumBatchSize = 20

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
