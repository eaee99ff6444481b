public import BackupAPI
public import ProtectionService
import Foundation
public import OData

/// Refuses the requests of a program that sends too many: 429 `TooManyRequests` with `Retry-After`.
///
/// Keyed by application id, after the token was verified. In a batch each request counts and the
/// batch itself does not. Source: contract errors.md; Graph's page *throttling*.
public struct RequestThrottle: Sendable {
    private let buckets: TokenBuckets

    /// - Parameter requestsPerSecond: in the long run, for each application; more than 0.
    /// - Parameter burst: at once; at least 1.
    /// - Parameter clock: the machine's, also in the sandbox.
    /// - Parameter sharers: how many servers answer an application, each its part of what it may ask.
    public init(
        requestsPerSecond: Double, burst: Int, clock: any WallClock, sharers: @escaping @Sendable () -> Int = { 1 }
    ) {
        precondition(requestsPerSecond > 0 && burst >= 1, "the settings are checked where they are read")
        buckets = TokenBuckets(perSecond: requestsPerSecond, burst: Double(burst), clock: clock, sharers: sharers)
    }

    /// The refusal of a request, or nil where it is admitted.
    public func refusal(of request: ODataRequest, _ principal: Principal) -> ODataError? {
        guard !request.rawPath.lowercased().hasSuffix("/$batch"),
            let seconds = buckets.take(principal.applicationID.lowercased())
        else { return nil }
        return Self.tooMany(afterSeconds: seconds, "This application sends too many requests.")
    }

    /// The refusal with its waiting time in whole seconds, rounded up, so that a client that waits
    /// so long is admitted.
    static func tooMany(afterSeconds seconds: Double, _ reason: String) -> ODataError {
        let wait = max(1, Int(seconds.rounded(.up)))
        return ODataError(
            .tooManyRequests, "\(reason) Try again in \(wait) seconds.",
            retryAfterSeconds: wait)
    }
}
