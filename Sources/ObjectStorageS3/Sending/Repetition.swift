import ObjectStorage

/// How often and after which pauses one request is made again: full jitter over pauses that double,
/// for five minutes at most, so that a lease or a lock outlives it.
struct Repetition {
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(20)
    static let longest = Duration.seconds(300)
    /// No server may keep us away for longer, however much it asks.
    static let longestRetryAfter = 60

    private let environment: S3Environment
    private let start: Duration
    private let patience: Duration
    private(set) var tries = 0
    /// The remedies that were tried once and are not tried again.
    private var used: Set<S3Failure.Remedy> = []
    private var usesRegion = false
    private var usesClock = false

    init(_ environment: S3Environment, patience: Duration) {
        self.environment = environment
        self.patience = patience
        start = environment.steady()
    }

    /// Waits for as long as the next try should; the caller applied the remedy already.
    /// - Throws: the failure, where no further try is worth it.
    mutating func wait(after failure: S3Failure) async throws(ObjectStoreError) {
        tries += 1
        switch failure.remedy {
        case .none: throw failure.error
        case .clock:
            guard !usesClock else { throw failure.error }
            usesClock = true
        case .region:
            guard !usesRegion else { throw failure.error }
            usesRegion = true
        case .credentials, .sameAgain:
            guard used.insert(failure.remedy).inserted else { throw failure.error }
        case .time, .fewerRequests:
            let pause = pause(retryAfter: failure.retryAfter)
            guard environment.steady() - start + pause <= patience else { throw failure.error }
            do {
                try await environment.sleep(pause)
            } catch _ {
                throw failure.error
            }
        }
    }

    private func pause(retryAfter: Int?) -> Duration {
        let doubled = Self.firstPause * (1 << min(tries - 1, 10))
        let drawn = min(doubled, Self.longestPause) * environment.chance()
        return max(drawn, .seconds(min(retryAfter ?? 0, Self.longestRetryAfter)))
    }
}
