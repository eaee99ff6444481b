import Foundation

/// The token of a client. One that this machine makes for itself lives for minutes, and a restore
/// that is followed may take longer: it is made anew in time.
actor BearerToken {
    /// How a token is made anew.
    struct Renewal: Sendable {
        /// After how many seconds.
        let seconds: Double
        let make: @Sendable () async throws -> String

        init(after seconds: Double, _ make: @escaping @Sendable () async throws -> String) {
            (self.seconds, self.make) = (seconds, make)
        }
    }

    private var value: String
    private var since: ContinuousClock.Instant
    private let renewal: Renewal?
    private let now: @Sendable () -> ContinuousClock.Instant

    init(
        _ value: String, renewal: Renewal? = nil,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        (self.value, self.renewal, self.now) = (value, renewal, now)
        since = now()
    }

    /// The token to send now.
    func current() async throws -> String {
        guard let renewal, now() - since >= .seconds(renewal.seconds) else { return value }
        // Set before the wait, so that requests at the same time do not each make one.
        since = now()
        value = try await renewal.make()
        return value
    }
}
