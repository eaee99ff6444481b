/// Time and chance, as a bucket's client has them.
public struct S3Environment: Sendable {
    /// The time of day in seconds since 1970.
    public var now: @Sendable () -> Int
    /// A clock that goes on whatever is done to the time of day.
    public var steady: @Sendable () -> Duration
    public var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1.
    public var chance: @Sendable () -> Double
    /// The environment of the process.
    public var variables: [String: String]
    /// Of the metadata service of the machine.
    public var metadataAddress = "http://169.254.169.254"

    public init(
        now: @escaping @Sendable () -> Int, steady: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void, chance: @escaping @Sendable () -> Double,
        variables: [String: String] = [:]
    ) {
        self.now = now
        self.steady = steady
        self.sleep = sleep
        self.chance = chance
        self.variables = variables
    }
}
