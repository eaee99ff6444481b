public import FileTree
import Glibc

/// What a repository needs from the world around it: who writes, the time, randomness.
/// Tests give their own.
public struct RepositoryEnvironment: Sendable {
    /// Written into snapshots, keys and locks. Not the name of a machine on which people run
    /// restic, unless the number of `process` is true there.
    public var hostname: String
    /// The user in snapshots and keys.
    public var username: String
    /// The process in locks, which also tells whether the holders of others are gone.
    public var process: ThisProcess
    public var now: @Sendable () -> Timestamp
    /// Seconds on a clock that nobody sets, and that goes on while the machine sleeps.
    public var steadySeconds: @Sendable () -> Double
    /// That many bytes from a source fit for keys.
    public var randomBytes: @Sendable (Int) -> [UInt8]
    /// Waits, or throws when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void
    /// Shared by all copies of this environment.
    let unreadableLocks = UnreadableLocks()

    /// Makes an environment; the defaults are the real ones of this process.
    public init(
        hostname: String, username: String, process: ThisProcess = .current(),
        now: @escaping @Sendable () -> Timestamp = RepositoryEnvironment.systemTime,
        steadySeconds: @escaping @Sendable () -> Double = RepositoryEnvironment.secondsSinceBoot,
        randomBytes: @escaping @Sendable (Int) -> [UInt8] = RepositoryEnvironment.systemRandomBytes,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.hostname = hostname
        self.username = username
        self.process = process
        self.now = now
        self.steadySeconds = steadySeconds
        self.randomBytes = randomBytes
        self.sleep = sleep
    }

    public static let systemTime: @Sendable () -> Timestamp = {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
    }

    /// `CLOCK_BOOTTIME`; `CLOCK_MONOTONIC` stands still while the machine sleeps.
    public static let secondsSinceBoot: @Sendable () -> Double = {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Bytes from the system's random generator, which is fit for keys on Linux (`getrandom`).
    public static let systemRandomBytes: @Sendable (Int) -> [UInt8] = { count in
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

/// The 64 secret bytes that open a repository without its password. Never printed.
public struct RepositoryMasterKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The bytes: 32 for the cipher, 16 and 16 for the authenticator, in the order
    /// of restic-format.md section 3.1.
    public let secretBytes: [UInt8]

    /// Wraps 64 bytes; nil for any other number.
    public init?(secretBytes: [UInt8]) {
        guard secretBytes.count == 64 else { return nil }
        self.secretBytes = secretBytes
    }

    /// A placeholder, so that the key cannot reach a log.
    public var description: String { "RepositoryMasterKey(hidden)" }
    /// A placeholder, so that the key cannot reach a log.
    public var debugDescription: String { description }
    /// Empty, so that the key cannot reach a log.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
